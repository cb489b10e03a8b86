"""As known then and as known now: which revision is which, and what is said of each."""

import msgspec

from dashboard.local_time import Wall
from dashboard.then_and_now import as_known_then, then_and_now
from model.violation import Adopted, Consulted, Violation
from tests.support.storage_cases import violation

WALL = Wall("America/Chicago")


def revision(number: int, **said: object) -> Violation:
    return msgspec.structs.replace(violation("v1", status="open"), revision=number, **said)


def sides(*found: Violation) -> dict[str, tuple[str, str]]:
    return {one.name: (one.then, one.now) for one in then_and_now(list(found), WALL, {(0, 1): "2026-03-05T15:00:00Z"})}


def test_then_is_the_first_revision_that_was_settled() -> None:
    found = [revision(3, status="withdrawn"), revision(2), revision(1, status="provisional")]
    assert as_known_then(found).revision == 2
    assert as_known_then(found[2:]).revision == 1


def test_what_was_adopted_since_stands_beside_what_was_found() -> None:
    adopted = Adopted(adoption_id="a", by="ana", at="2026-03-20T18:00:00.000Z", why="snow day")
    told = sides(revision(2, status="withdrawn", adopted=adopted), revision(1))
    assert told["Status"] == ("open", "withdrawn")
    assert told["Known"][0].startswith("revision 1, ")
    assert told["Finding"][1].startswith("not found any more")
    assert told["Adopted from a replay"] == ("no", told["Adopted from a replay"][1])
    assert "by ana" in told["Adopted from a replay"][1]
    assert "snow day" in told["Adopted from a replay"][1]


def test_an_entry_that_was_written_down_after_it_ended_is_told_of() -> None:
    late = Consulted(reference="approvals:A1@", says="approved by Mo", recorded_at="2030-01-01T00:00:00.000Z")
    one = revision(1)
    proof = msgspec.structs.replace(one.evidence, consulted=[late])
    told = sides(msgspec.structs.replace(one, revision=2, evidence=proof, ratified_by="A1"), one)
    assert told["Entries written down after it ended"][0] == "none"
    assert told["Entries written down after it ended"][1].startswith("approved by Mo (written down")
    assert told["Status"] == ("open", "ratified (A1)")
