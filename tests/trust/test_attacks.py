"""Attacks written from the vendors' documents, each beside a benign twin: one YAML file per product in attacks/.

Each record stands alone in a district folder. Mary Hill (`mhill`, LT-H, 10.66.6.6) did nothing: no attack may lay
anything to her, to her device or to her address. The twin is as odd and legal, and must still be read.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from model.event import Event, decode_event
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from tests.support.detection_cases import Reader
from tests.trust.attack_district import folder_of, log_of, records

ATTACKS = Path(__file__).parent / "attacks"
INNOCENT = {"p-hill", "LT-H"}
FORGED = {"10.66.6.6", "3c:52:82:00:00:66", "lt-h", "evil.example", "10.9.0.66"}
PLACES = ("address", "assigned_address", "mac", "device", "reporter", "domain", "destination")
Case = dict[str, Any]


def cases() -> list[Any]:
    """Every case of every file, named by its product and its place."""
    found = []
    for file in sorted(ATTACKS.glob("*.yaml")):
        held = yaml.load(file.read_text(), Reader)
        for number, case in enumerate(held["cases"], 1):
            found.append(pytest.param(file.stem, held.get("lines", {}), case, id=f"{file.stem}-{number}"))
    return found


def judged(product: str, record: bytes, folder: Path) -> tuple[list[Event], list[Violation], int]:
    """The events of the records under trial, all violations, and how many records were refused."""
    refused = 0
    engine = Engine("maple-falls")
    for batch in log_of(folder_of(folder, product, record), product):
        refused += batch.refused
        engine.observe(batch)
    engine.judge()
    output = engine.take()
    events = {one.event_id: one for one in map(decode_event, output.events)}
    found = {one.violation_id: one for one in map(decode_violation, output.violations)}
    standing = [one for one in found.values() if one.status != "withdrawn"]
    return [one for one in events.values() if one.source_id == "trial"], standing, refused


def says(event: Event, wanted: Case) -> bool:
    return all(getattr(event, name) == value for name, value in wanted.items())


@pytest.mark.parametrize(("product", "lines", "case"), cases())
def test_an_attack_names_nobody_who_is_innocent(product: str, lines: Case, case: Case, tmp_path: Path) -> None:
    """Nor a device, an address or a host of hers; and what was sent is kept, as an event or as a dead letter."""
    events, violations, refused = judged(product, records(case["attack"], lines), tmp_path)
    own = set(case.get("own", []))
    for event in events:
        assert not {event.person, event.device_id} & INNOCENT, (case["hopes"], event)
        assert not FORGED & {str(getattr(event, place)).lower() for place in PLACES if place not in own}, event
        assert not any(says(event, never) for never in case.get("never", [])), event
    assert not [one for one in violations if {one.person, one.device_id} & INNOCENT]
    assert events or refused
    assert not case.get("still") or any(says(event, case["still"]) for event in events), events


@pytest.mark.parametrize(("product", "lines", "case"), cases())
def test_the_benign_twin_is_read(product: str, lines: Case, case: Case, tmp_path: Path) -> None:
    events, _, refused = judged(product, records(case["twin"], lines), tmp_path)
    assert any(says(event, case["reads"]) for event in events), (case["reads"], events, refused)
