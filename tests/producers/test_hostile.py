"""Logs that attack: nothing dies, the source goes on, and read = recognised + unrecognised + dead-lettered."""

import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.local.stack import Stack
from producers.catalog import PRODUCTS
from producers.district_folder import open_district
from producers.entry import Entry
from producers.history import history
from producers.intake import Intake, nowhere
from producers.source import Source, sources_of
from producers.transports.file_stream import Place
from streams.engine.whole import judge_whole
from tests.support.hostile_district import Attack, attacks, good, write

PROJECT = Path(__file__).resolve().parents[2]
ATTACKS = {attack.source: attack for attack in attacks()}
SMALL = [attack for attack in ATTACKS.values() if attack.file.endswith(".log") and len(attack.body) < 3_000_000]
LOST_IN = "windows_security-nested-elements"  # an <Event> that nobody closes holds what is behind it, as a dead letter

BLANK = re.compile(rb"[\r\n\t \0]")
BETWEEN = {  # by framing: what separates records and belongs to none
    "json": re.compile(rb"[\s\0,\[\]]"),
    "windows": re.compile(rb"[\s\0]|<\?xml[^>]*\?>"),
}


@dataclass
class Read:
    """What became of the records of each source, and the bytes of its stream between one record and the next."""

    found: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reached: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    skipped: dict[str, bytes] = field(default_factory=lambda: defaultdict(bytes))

    def watch(self, source: Source, entry: Entry) -> None:
        kind = "dead letter" if entry.refused else "unrecognised" if entry.unrecognised else "recognised"
        self.found[source.id].update(["read", kind])
        self.skipped[source.id] += ATTACKS[source.id].body[self.reached[source.id] : entry.start]
        self.reached[source.id] = entry.stop


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "maple-falls"
    write(folder, SMALL)
    return folder


@pytest.fixture(scope="module")
def read(district: Path) -> Read:
    read = Read()
    intake = Intake(sources_of(open_district(district).district, district), watch=read.watch)
    assert sum(1 for _ in intake.round(ended=True)) > len(SMALL)
    return read


@pytest.mark.parametrize("attack", SMALL, ids=lambda attack: attack.source)
def test_every_record_is_one_of_three_and_every_byte_in_one(read: Read, attack: Attack) -> None:
    found = read.found[attack.source]
    assert found["read"] == found["recognised"] + found["unrecognised"] + found["dead letter"]
    assert found["recognised"] >= (1 if attack.source == LOST_IN else 2)
    skipped = read.skipped[attack.source] + attack.body[read.reached[attack.source] :]
    assert BETWEEN.get(PRODUCTS[attack.product].framing, BLANK).sub(b"", skipped) == b""


@pytest.mark.slow
def test_the_judge_counts_the_same(district: Path, read: Read) -> None:
    sources = judge_whole(lambda: history(district)).sources
    judged = {name: (one.read, one.unrecognised, one.dead_letters) for name, one in sources.items()}
    assert judged == {
        name: (found["read"], found["unrecognised"], found["dead letter"]) for name, found in read.found.items()
    }


def packed(tmp_path: Path, name: str) -> tuple[Source, Counter[str]]:
    """A source whose only file is damaged, and what reading it gives."""
    write(tmp_path, [ATTACKS[name]])
    source = sources_of(open_district(tmp_path).district, tmp_path)[0]
    read = Read()
    list(Intake([source], watch=read.watch).round(ended=True))
    return source, read.found[name]


@pytest.mark.parametrize("name", ["squid-no-gzip", "squid-corrupt-zstd", "google_workspace-no-gzip"])
def test_an_archive_of_which_nothing_can_be_unpacked_is_a_dead_letter(tmp_path: Path, name: str) -> None:
    assert packed(tmp_path, name)[1] == {"read": 1, "dead letter": 1}


def test_what_was_unpacked_of_a_damaged_archive_is_kept_to_the_last_byte(tmp_path: Path) -> None:
    found = packed(tmp_path, "squid-cut-gzip")[1]
    whole = 370_420 // (len(good("squid")) + 1)
    assert found["recognised"] >= whole
    assert found["dead letter"] >= 1


def test_the_damage_is_told_once(tmp_path: Path) -> None:
    source, _ = packed(tmp_path, "squid-cut-gzip")
    stops: dict[str, int] = {}
    for batch in Intake([source]).round(ended=True):
        stops[batch.stream] = max(stops.get(batch.stream, 0), batch.stop)
    again = Intake([source], lambda stream: Place(stops[stream]) if stream in stops else nowhere(stream))
    assert list(again.round(ended=True)) == []


@pytest.mark.slow
def test_a_run_over_all_of_it_loses_nothing_and_status_accounts_for_it(tmp_path: Path) -> None:
    folder, home = tmp_path / "maple-falls", tmp_path / "home"
    write(folder, list(ATTACKS.values()))
    read = Read()
    list(Intake(sources_of(open_district(folder).district, folder), watch=read.watch).round(ended=True))
    with Stack(home) as stack:
        environment = {
            **os.environ,
            "HALLMONITOR_HOME": str(home),
            **stack.environment,
            "KAFKA_PARTITIONS": "2",
        }
        run = json.loads(hallmonitor(environment, "run", str(folder), "--until-idle", "--json"))
        status = json.loads(hallmonitor(environment, "status", "--json"))
    assert (run["lost"], run["read"]) == (0, sum(found["read"] for found in read.found.values()))
    accounts = {row["source"]: row for row in status["sources"]}
    for name, found in read.found.items():
        row = accounts[name]
        assert row["read"] == found["read"] == sum(row[kind] for kind in PARTS), name
        assert (row["unrecognised"], row["dead_letters"]) == (found["unrecognised"], found["dead letter"]), name


PARTS = ("recognised", "unrecognised", "dead_letters", "repeated")


def hallmonitor(environment: dict[str, str], *arguments: str) -> bytes:
    command = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True, timeout=1200
    ).stdout
