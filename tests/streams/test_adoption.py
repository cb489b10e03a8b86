"""A replay that is adopted: taken once, where history knows more than the judge remembers, and never undone quietly."""

import msgspec
import pytest

from model.adoption import Adoption, adoption_batches
from model.batch import Tick
from model.policy import base_policy
from model.violation import Adopted, Violation, decode_violation
from streams.engine.adoptions import STALE
from streams.engine.engine import Engine
from tests.streams.test_other_releases import current, log
from tests.support.small_district import (
    CATEGORIES,
    DISTRICT,
    ZONE,
    at_ms,
    event,
    event_batches,
    fact,
    fact_batch,
    tick_batch,
)

PAIR = {"person": "p0", "device_id": "LT-1", "device_id_2": "LAB-1", "declared_by": "it"}
SIT = {"action": "session.unlocked", "outcome": "success", "account": "ada"}


def said(judge: Engine) -> list[Violation]:
    judge.judge()
    return [one for one in map(decode_violation, judge.take().violations) if one.detection == "shared_account"]


def read_until(judge: Engine, day: str) -> None:
    at = at_ms(f"{day} 12:00:00", ZONE)
    judge.observe(tick_batch(*(Tick(source_id=source, reached_at=at) for source in CATEGORIES.values())))
    said(judge)


@pytest.fixture
def engine() -> Engine:
    """A judge that was told of a lent login on March 4, and has not judged it yet."""
    judge = current()
    for batch in log(base_policy()):
        judge.observe(batch)
    return judge


@pytest.fixture
def found(engine: Engine) -> Violation:
    """What it then finds."""
    return said(engine)[0]


def gone(found: Violation, name: str = "A-1") -> Violation:
    """The same, as history shows it once the pairing is known: not there."""
    adopted = Adopted(adoption_id=name, by="ana", at="2026-03-20T18:00:00.000Z", why="the pairing was forgotten")
    return msgspec.structs.replace(found, status="withdrawn", adopted=adopted)


def adopt(judge: Engine, violation: Violation, revision: int = 1) -> list[Violation]:
    for batch in adoption_batches(DISTRICT, [Adoption(violation=violation, revision=revision)], "ana"):
        judge.observe(batch)
    return said(judge)


def refused(judge: Engine) -> list[str]:
    return [msgspec.json.decode(line)["reason"] for line in judge.take().dead_letters]


def test_what_is_adopted_of_a_forgotten_day_is_the_next_revision_and_says_by_whom(
    engine: Engine, found: Violation
) -> None:
    read_until(engine, "2026-03-20")
    (now,) = adopt(engine, gone(found))
    assert (now.violation_id, now.status, now.revision) == (found.violation_id, "withdrawn", 2)
    assert now.adopted is not None
    assert (now.adopted.by, now.adopted.why) == ("ana", "the pairing was forgotten")


def test_it_is_taken_once_however_often_it_is_sent_also_after_a_restart(engine: Engine, found: Violation) -> None:
    read_until(engine, "2026-03-20")
    assert len(adopt(engine, gone(found))) == 1
    assert adopt(engine, gone(found)) == []
    again = current()
    again.restore((key, value) for key, value in engine.changes() if value is not None)
    assert adopt(again, gone(found)) == []


def test_of_two_that_saw_the_same_revision_the_second_is_refused_and_kept(engine: Engine, found: Violation) -> None:
    read_until(engine, "2026-03-20")
    adopt(engine, gone(found))
    other = msgspec.structs.replace(gone(found, "A-2"), status="open", severity="low")
    for batch in adoption_batches(DISTRICT, [Adoption(violation=other, revision=1)], "bo"):
        engine.observe(batch)
    (reason,) = refused(engine)
    assert "found anew (revision 2)" in reason


def test_a_day_that_is_remembered_whole_is_judged_by_what_is_remembered(engine: Engine, found: Violation) -> None:
    assert adopt(engine, gone(found)) == []
    engine.observe(fact_batch([fact("pairings", PAIR, ZONE)]))
    (now,) = said(engine)
    assert (now.status, now.revision, now.adopted) == ("withdrawn", 2, None)


def partly_heard(found: Violation) -> Engine:
    """A judge whose detection was turned on in the midst of the day, and found the same by what it heard since."""
    judge = current()
    for batch in log(base_policy()):
        judge.observe(batch)
    said(judge)
    listening = next(docket for docket in judge._dockets if docket.detection.name == "shared_account")
    listening.listening_since = at_ms("2026-03-04 08:30:00", ZONE)
    return judge


def test_of_a_day_heard_in_part_what_is_adopted_stands_and_late_records_say_that_they_were_not_weighed(
    found: Violation,
) -> None:
    judge = partly_heard(found)
    assert [one.status for one in adopt(judge, gone(found))] == ["withdrawn"]
    late = [event(90, ZONE, at="2026-03-04 09:30:00", device="lab-1", **SIT)]
    for batch in event_batches(late):
        judge.observe(batch)
    (now,) = said(judge)
    assert (now.status, now.revision) == ("withdrawn", 3)
    assert STALE in now.evidence.not_known
    judge.observe(fact_batch([fact("devices", {"device_id": "X-1", "class": "staff"}, ZONE)]))
    assert said(judge) == []


def test_a_late_record_before_or_after_the_adoption_leaves_the_same_finding_standing(found: Violation) -> None:
    late = [event(90, ZONE, at="2026-03-04 09:30:00", device="lab-1", **SIT)]
    after = partly_heard(found)
    adopt(after, gone(found))
    before = partly_heard(found)
    for batch in event_batches(late):
        before.observe(batch)
        after.observe(batch)
    revised = said(before)[-1]
    assert revised.revision == 2
    last = [adopt(before, gone(revised), revision=2)[-1], said(after)[-1]]
    assert [one.status for one in last] == ["withdrawn", "withdrawn"]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"district": "elsewhere"}, "is of the district"),
        ({"adopted": None}, "who adopted it"),
        ({"status": "open", "policy": "mine@1#0"}, "judged by mine@1#0"),
        ({"detection": "no_such"}, "no detection"),
        ({"started_at": "soon"}, "started_at"),
    ],
)
def test_what_no_replay_of_the_district_could_have_found_is_a_dead_letter(
    engine: Engine, found: Violation, changed: dict[str, object], because: str
) -> None:
    wrong = msgspec.structs.replace(gone(found), **changed)
    for batch in adoption_batches(DISTRICT, [Adoption(violation=wrong, revision=1)], "ana"):
        engine.observe(batch)
    (reason,) = refused(engine)
    assert because in reason


def test_what_was_adopted_is_forgotten_a_month_later(engine: Engine, found: Violation) -> None:
    read_until(engine, "2026-03-20")
    adopt(engine, gone(found))
    assert any(docket.adoptions.shelf.items for docket in engine._dockets)
    read_until(engine, "2026-04-25")
    assert not any(docket.adoptions.shelf.items for docket in engine._dockets)
