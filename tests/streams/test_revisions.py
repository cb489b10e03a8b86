"""When a violation is said again, and what the revision says: what is found changes, never the code alone."""

from pathlib import Path

import msgspec
import pytest

from model.policy import base_policy
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from streams.evidence import violation as evidence
from tests.streams.test_other_releases import current, log
from tests.support.small_district import ZONE, event, event_batches, fact, fact_batch


@pytest.fixture
def engine() -> Engine:
    judge = current()
    for batch in log(base_policy()):
        judge.observe(batch)
    judge.judge()
    return judge


def said(judge: Engine) -> list[Violation]:
    found = map(decode_violation, judge.take().violations)
    return [one for one in found if one.detection == "shared_account"]


def reopen(judge: Engine, table: str = "devices", **row: str) -> list[Violation]:
    """A row of a table that it reads makes every case be judged again."""
    row = row or {"device_id": "X-1", "class": "staff"}
    judge.observe(fact_batch([fact(table, row, ZONE)]))
    judge.judge()
    return said(judge)


def test_the_first_time_it_is_said_nothing_has_changed(engine: Engine) -> None:
    assert [(one.revision, one.evidence.changed) for one in said(engine)] == [(1, [])]


def test_a_new_release_alone_revises_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    said(engine)
    monkeypatch.setattr(evidence, "code_hash", lambda: "another")
    assert reopen(engine) == []


def test_a_digest_that_an_earlier_release_reckoned_another_way_revises_nothing(engine: Engine) -> None:
    said(engine)
    memory = {key: value for key, value in engine.changes() if value is not None}
    for key in [key for key in memory if key.startswith("cell-")]:
        cell = msgspec.msgpack.decode(memory[key][1:])
        for found in cell[1].values():
            found[0] = "as it was reckoned then"
        memory[key] = memory[key][:1] + msgspec.msgpack.encode(cell)
    later = current()
    later.restore(memory.items())
    assert reopen(later) == []


def test_a_revision_says_what_changed(engine: Engine) -> None:
    said(engine)
    sit = {"action": "session.unlocked", "outcome": "success", "account": "ada"}
    for batch in event_batches([event(90, ZONE, at="2026-03-04 09:30:00", device="lab-1", **sit)]):
        engine.observe(batch)
    engine.judge()
    (one,) = said(engine)
    assert one.revision == 2
    assert {"headline", "ended_at", "event_ids", "exhibits", "measures", "spans"} <= set(one.evidence.changed)
    assert not {"severity", "account", "code_hash", "revision", "clauses"} & set(one.evidence.changed)


def test_a_withdrawal_says_that_its_status_changed(engine: Engine) -> None:
    said(engine)
    pair = {"person": "p0", "device_id": "LT-1", "device_id_2": "LAB-1", "declared_by": "it"}
    (gone,) = reopen(engine, "pairings", **pair)
    assert (gone.status, gone.revision, gone.evidence.changed) == ("withdrawn", 2, ["status"])


def test_the_code_that_decides_is_hashed_and_what_only_carries_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set(evidence.deciding())
    deciding = ("calendar", "realms", "reference/approvals", "policy/rules", "policy/detections/shared_account")
    assert {f"model/{name}.py" for name in deciding} <= names
    assert {"streams/detections/shared_account/judge.py", "streams/attribution/attributor.py"} <= names
    assert not {name for name in names if name.startswith(("streams/worker/", "streams/app", "model/clock"))}
    before = evidence.code_hash()
    evidence.code_hash.cache_clear()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b"#" * (path.name == "calendar.py"))
    assert evidence.code_hash() != before
    evidence.code_hash.cache_clear()
