"""`make live`: installs what is missing, plays the school's hour, and asks Hall Monitor what its servers' logs show.

Exit 0: exactly what was planted was found, by `check` and by `run`. Exit 1: not so. Exit 3: it cannot run here, and
says why; that is no pass.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from infra.live import cast, needs, told, verdict
from infra.live.folder import FILES, PRODUCTS, write_folder
from infra.live.planted import PLANTED
from infra.live.private import fast_clock, privately
from infra.live.timetable import timetable

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
    if why := needs.kernel_lacks():
        needs.refused(why)
        return CANNOT
    with tempfile.TemporaryDirectory(prefix="hallmonitor-live-") as place:
        return _hour(Path(place), folder)


def _hour(place: Path, folder: Path) -> int:
    place.chmod(0o755)  # squid and others give up root
    school = place / "school"
    school.mkdir()
    _say(f"A school's hour and a half at {cast.SPEED} times the clock: about five minutes …")
    started = time.monotonic()
    wrong, whole = _play(school)
    if not whole:
        return _answer(wrong)
    write_folder(school, folder)
    _say(f"Played in {time.monotonic() - started:.0f} s. The district folder: {folder}")
    return _answer(wrong + _compare(folder, place / "home") + _read(folder, place / "home"))


def _play(school: Path) -> tuple[list[str], bool]:
    """Runs the school; what did not go as planned, one line each, and whether its hour was played to the end."""
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
    return wrong if acts else [*wrong, f"the school broke off ({process.returncode})"], bool(acts)


def _compare(folder: Path, home: Path) -> list[str]:
    """What was missed, invented or told wrongly, by `check` and by `run`, and where the two differ."""
    wrong = []
    for detection, tally in sorted(verdict.check(folder, home).items()):
        found, missed, invented = (tally[name] for name in ("found", "missed", "invented"))
        _say(f"  {detection:<28} found {len(found)}, missed {len(missed)}, invented {len(invented)}")
        wrong += [f"check missed {detection}: {one}" for one in missed]
        wrong += [f"check invented {detection}: {one}" for one in invented]
    judged = verdict.judged(folder, home)
    wrong += filter(None, (planted.misjudged(judged) for planted in PLANTED))
    stored = _run(folder, home, wrong)
    differing = verdict.identities(judged) ^ verdict.identities(stored)
    return wrong + [f"judge and run differ about {one}" for one in sorted(differing)]


def _run(folder: Path, home: Path, wrong: list[str]) -> list[dict[str, Any]]:
    """Runs the folder through the real parts; returns what is stored, and adds to `wrong` what was lost."""
    _say("Through Kafka, Faust and ClickHouse …")
    started = time.monotonic()
    summary, stored = verdict.run(folder, home)
    for name, tally in sorted(summary["sources"].items()):
        _say(f"  {name:<12} {', '.join(f'{word} {tally[word]}' for word in _COUNTS)}")
        wrong += [f"run: {tally[word]} records of {name} {word}" for word in ("refused", "missing") if tally[word]]
    wrong += [f"run read nothing of {name}" for name in sorted(set(PRODUCTS) - set(summary["sources"]))]
    _say(f"  {len(stored)} violations stored, in {time.monotonic() - started:.0f} s")
    return stored


def _read(folder: Path, home: Path) -> list[str]:
    """What our parsers make of each server's log: acts untold or invented, and every password let through."""
    wrong, acts = [], timetable()
    for source, product in PRODUCTS.items():
        files = [folder / "logs" / source / file for file in FILES[source]]
        lines = [line for file in files for line in verdict.parsed(product, file, home, cast.ZONE).splitlines()]
        events = [json.loads(line) for line in lines]
        found = told.untold(source, acts, events) + told.invented(source, acts, events)
        _say(f"  {source:<12} {len(events)} events against what was done: {len(found)} differ")
        wrong += found + [f"{product} lets the password {one} through" for one in _secrets() if one in "".join(lines)]
    return wrong


def _secrets() -> set[str]:
    return {*cast.people_secrets().values(), *cast.tunnel_secrets().values(), *cast.server_secrets().values()}


def _answer(wrong: list[str]) -> int:
    for line in wrong:
        print(f"  {line}", file=sys.stderr)
    _say("NOT as planted." if wrong else "Exactly what was planted was found; nothing was invented.")
    return 1 if wrong else 0


def _say(*words: str) -> None:
    print(*words, sep="\n", flush=True)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupted)  # like Ctrl-C: everything is ended before we are
    try:
        sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER))
    except (verdict.Failed, KeyboardInterrupt) as error:
        print(str(error) or "ended before its end; nothing of it is left running", file=sys.stderr)
        sys.exit(1)
