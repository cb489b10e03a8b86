"""Time stamps over the ledger, by a real authority on loopback: kept, checked, and never in anybody's way."""

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import msgspec
import pytest
from click.testing import CliRunner

from cli.ledger import command
from model.event import format_at
from model.settings import Settings
from storage.ledger import stamps
from storage.ledger.book import OpenRecord
from storage.ledger.chain import Entry
from storage.ledger.ledger import Ledger
from tests.support.storage_cases import DISTRICT
from tests.support.time_stamp_authority import Authority

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl ts is the authority")


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[Authority]:
    with closing(Authority(tmp_path / "tsa")) as authority:
        yield authority


@pytest.fixture
def settings(tsa: Authority, tmp_path: Path) -> Settings:
    return Settings(hallmonitor_home=tmp_path / "home", ledger_tsa=tsa.url, ledger_tsa_certificates=str(tsa.root))


def sealed(settings: Settings, version: int, at: datetime | None = None) -> Entry:
    """One more entry of a chain."""
    at = at or datetime.now(UTC)
    with closing(Ledger(settings.hallmonitor_home)) as ledger:
        hour = f"{at:%Y-%m-%dT%H}"
        ledger.book.add([OpenRecord(DISTRICT, "raw", version, hour, 0, (0,), bytes(32))], {})
        return ledger.seal([DISTRICT], at)[-1]


def stamped(settings: Settings, entry: Entry) -> Path:
    asked = stamps.authority(settings)
    assert asked
    return stamps.stamp(entry, stamps.folder_of(settings), asked)


def wrong(settings: Settings, entries: list[Entry]) -> list[str]:
    trusted = stamps.trusted_certificates(settings)
    found = stamps.check(entries, stamps.kept(stamps.folder_of(settings), DISTRICT), trusted)
    return [one.says for one in stamps.faults(found)]


def test_an_entry_is_stamped_and_openssl_says_so_too(settings: Settings, tsa: Authority, tmp_path: Path) -> None:
    entry = sealed(settings, 1)
    path = stamped(settings, entry)
    assert wrong(settings, [entry]) == []
    (tmp_path / "hash").write_text(entry.hash)
    check = ["openssl", "ts", "-verify", "-data", str(tmp_path / "hash"), "-in", str(path), "-CAfile", str(tsa.root)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_chain_that_was_rewritten_contradicts_its_stamps(settings: Settings) -> None:
    entry = sealed(settings, 1)
    stamped(settings, entry)
    other = msgspec.structs.replace(entry, body=entry.body.replace('"rows":1', '"rows":2'))
    assert "Mismatch between messages" in wrong(settings, [other])[0]
    assert wrong(settings, []) == ["a time stamp was given over entry 1; the ledger has no such entry"]
    late = msgspec.structs.replace(entry, sealed_at=format_at(datetime.now(UTC) + timedelta(days=1)))
    assert wrong(settings, [late])  # its hash is another, too


def test_a_stamp_of_another_authority_or_a_changed_one_does_not_hold(settings: Settings, tmp_path: Path) -> None:
    entry = sealed(settings, 1)
    path = stamped(settings, entry)
    with closing(Authority(tmp_path / "other")) as other:
        elsewhere = settings.model_copy(update={"ledger_tsa_certificates": str(other.root)})
        assert "does not hold" in wrong(elsewhere, [entry])[0]
    genuine = path.read_bytes()
    for content in (b"", b"nonsense", genuine[:-9], genuine.replace(b"\x02\x01\x01", b"\x02\x01\x02", 2)):
        path.write_bytes(content)
        assert "does not hold" in wrong(settings, [entry])[0]


def test_what_was_stamped_long_after_it_says_it_was_sealed_is_told(settings: Settings) -> None:
    old = sealed(settings, 1, datetime.now(UTC) - timedelta(days=30))
    new = sealed(settings, 2)
    stamped(settings, new)
    found = stamps.check([old, new], stamps.kept(stamps.folder_of(settings), DISTRICT),
                         stamps.trusted_certificates(settings))  # fmt: skip
    assert stamps.late([old, new], found) == [old]


def test_an_answer_to_an_earlier_query_is_no_answer(settings: Settings, tsa: Authority) -> None:
    entry = sealed(settings, 1)
    earlier = stamped(settings, entry).read_bytes()
    tsa.answer = lambda _: earlier
    with pytest.raises(stamps.NotStamped, match="Nonce mismatch"):
        stamped(settings, entry)
    assert wrong(settings, [entry]) == []  # the one that was kept stays


def test_bytes_turned_round_in_an_answer_give_no_other_time(settings: Settings, tsa: Authority) -> None:
    entry = sealed(settings, 1)
    path = stamped(settings, entry)
    genuine, chance = path.read_bytes(), random.Random(3161)
    (good,) = stamps.check([entry], {1: path}, stamps.trusted_certificates(settings))
    for _ in range(400):
        changed = bytearray(genuine)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        (found,) = stamps.check([entry], {1: path}, stamps.trusted_certificates(settings))
        assert found.wrong or found.at == good.at


def slow(_: bytes) -> bytes:
    time.sleep(1.0)
    return b""


UNWELL = {
    "nothing": lambda _: b"",
    "nonsense": lambda _: b"<html>no</html>",
    "endless": lambda _: b"x" * 1_000_000,
    "slow": slow,
}


@pytest.mark.parametrize("how", UNWELL)
def test_an_authority_that_is_unwell_gives_no_stamp_and_says_why(
    settings: Settings, tsa: Authority, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_TIMEOUT_S", 0.3)
    tsa.answer = UNWELL[how]
    with pytest.raises(stamps.NotStamped, match=tsa.url):
        stamped(settings, sealed(settings, 1))
    assert not stamps.kept(stamps.folder_of(settings), DISTRICT)


def test_the_sinks_thread_asks_again_until_the_authority_is_well(
    settings: Settings, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_LOOK_S", 0.05)
    sealed(settings, 1)
    tsa.answer = UNWELL["nonsense"]
    stop = Flag()
    thread = Thread(target=stamps.keep_stamping, args=(settings, stop, lambda: datetime.now(UTC)))
    thread.start()
    try:
        until(lambda: tsa.asked >= 2)
        tsa.answer = tsa.stamp
        until(lambda: list(stamps.kept(stamps.folder_of(settings), DISTRICT)) == [1])
        asked = tsa.asked
        sealed(settings, 2)
        time.sleep(0.5)  # the last stamp is younger than an hour
        assert tsa.asked == asked
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def until(true: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"LEDGER_TSA": ""}, "LEDGER_TSA is not set"),
        ({"LEDGER_TSA": "file:///etc/passwd"}, "no http:// or https:// address"),
        ({"LEDGER_TSA_CERTIFICATES": ""}, "names no certificates"),
        ({"LEDGER_TSA_CERTIFICATES": "/dev/null"}, "no certificates in PEM"),
        ({}, "stamps/maple-falls-1.tsr"),
    ],
)
def test_the_command_stamps_or_says_what_is_missing(settings: Settings, more: dict[str, str], said: str) -> None:
    sealed(settings, 1)
    told = {"HALLMONITOR_HOME": str(settings.hallmonitor_home), "LEDGER_TSA": settings.ledger_tsa}
    told["LEDGER_TSA_CERTIFICATES"] = settings.ledger_tsa_certificates
    done = CliRunner().invoke(command, ["stamp", DISTRICT], env=told | more)
    assert said in done.output
    assert done.exit_code == (1 if more else 0)
