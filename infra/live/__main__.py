"""`make live`: installs what is missing, plays the school's hour, and asks Hall Monitor what its servers' logs show.

Exit 0: exactly what was planted was found, by `check` and by `run`. Exit 1: not so. Exit 3: it cannot run here, and
says why; that is no pass.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from infra.live import cast, needs, verdict
from infra.live.folder import FILES, PRODUCTS, expected, write_folder
from infra.live.private import fast_clock, privately

FOLDER = Path(".hallmonitor/live/maple-live")
CANNOT = 3
_COUNTS = ("read", "unrecognised", "refused", "stored", "missing")


def main(folder: Path) -> int:
    """Everything, in order; returns the exit code."""
    if why := needs.lacking():
        needs.refused(why)
        return CANNOT
    if packages := needs.missing_packages():
        _say(f"Installing {', '.join(packages)} …")
        try:
            needs.install(packages)
        except needs.CannotInstall as error:
            needs.refused([str(error)])
            return CANNOT
    with tempfile.TemporaryDirectory(prefix="hallmonitor-live-") as place:
        return _hour(Path(place), folder)


def _hour(place: Path, folder: Path) -> int:
    place.chmod(0o755)  # squid and others give up root
    school = place / "school"
    school.mkdir()
    _say(f"A school's hour and a half at {cast.SPEED} times the clock: about five minutes …")
    started = time.monotonic()
    wrong = _play(school)
    if not (school / "logs" / "freeradius" / "radius.log").exists():
        return _answer(wrong)
    write_folder(school, folder)
    _say(f"Played in {time.monotonic() - started:.0f} s. The district folder: {folder}")
    return _answer(wrong + _compare(folder, place / "home") + _secrets(folder, place / "home"))


def _play(school: Path) -> list[str]:
    """Runs the school; what did not go as planned, one line each."""
    starts = cast.STARTS[:19].replace("T", " ")
    clock = fast_clock(starts, cast.ZONE, cast.SPEED)
    command = privately(clock, [sys.executable, "-m", "infra.live.school", str(school)])
    with subprocess.Popen(command, env=needs.environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            told = (process.communicate()[0] or "").splitlines()
        except KeyboardInterrupt:
            process.kill()  # unshare takes its whole process namespace with it
            raise
    acts = [line for line in told if line.startswith("acts: ")]
    _say(*acts)
    wrong = [f"the school: {line}" for line in told if line not in acts]
    return wrong or ([f"the school ended with {process.returncode}"] if process.returncode else [])


def _compare(folder: Path, home: Path) -> list[str]:
    """What was missed or invented, by `check` and by `run`, and where the two differ."""
    answer = verdict.check(folder, home)
    wrong = []
    for detection, tally in sorted(answer.items()):
        found, missed, invented = (tally[name] for name in ("found", "missed", "invented"))
        _say(f"  {detection:<28} found {len(found)}, missed {len(missed)}, invented {len(invented)}")
        wrong += [f"check missed {detection}: {one}" for one in missed]
        wrong += [f"check invented {detection}: {one}" for one in invented]
    found_all = sum(len(tally["found"]) for tally in answer.values())
    planted = sum(map(len, expected().values()))
    if found_all != planted:
        wrong.append(f"check found {found_all} of {planted}")
    return wrong + _run(folder, home)


def _run(folder: Path, home: Path) -> list[str]:
    _say("Through Kafka, Faust and ClickHouse …")
    started = time.monotonic()
    summary, stored = verdict.run(folder, home)
    wrong = []
    for name, tally in sorted(summary["sources"].items()):
        counted = ", ".join(f"{word} {tally[word]}" for word in _COUNTS)
        _say(f"  {name:<12} {counted}")
        wrong += [f"run lost {tally['missing']} events of {name}"] * bool(tally["missing"])
        wrong += [f"run refused {tally['refused']} records of {name}"] * bool(tally["refused"])
    if unread := set(PRODUCTS) - set(summary["sources"]):
        wrong.append(f"run read nothing of {', '.join(sorted(unread))}")
    judged = verdict.judged_ids(folder, home)
    _say(f"  {len(stored)} violations stored, in {time.monotonic() - started:.0f} s")
    return wrong + [f"judge and run differ about {one}" for one in sorted(judged ^ stored)]


def _secrets(folder: Path, home: Path) -> list[str]:
    """Every password that the servers wrote, and our parsers let through."""
    secrets = {**cast.people_secrets(), **cast.tunnel_secrets()}.values()
    wrong = []
    for source, product in PRODUCTS.items():
        for file in FILES[source]:
            events = verdict.parsed(product, folder / "logs" / source / file, home, cast.ZONE)
            wrong += [f"{product} lets the password {one} through" for one in secrets if one in events]
    return wrong


def _answer(wrong: list[str]) -> int:
    for line in wrong:
        print(f"  {line}", file=sys.stderr)
    _say("NOT as planted." if wrong else "Exactly what was planted was found; nothing was invented.")
    return 1 if wrong else 0


def _say(*words: str) -> None:
    print(*words, sep="\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER))
    except (verdict.Failed, KeyboardInterrupt) as error:
        print(error or "ended by Ctrl-C", file=sys.stderr)
        sys.exit(1)
