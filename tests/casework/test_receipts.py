"""The receipts of a vendor's sessions: whose they are to sign, and what a signature is bound to."""

from typing import Any

import pytest

from casework.incidents.scope import vendor_sessions
from casework.receipts import NotSigned, manager_of, said, signing
from model.clock import now
from model.reference.rows import Vendor
from tests.casework.test_incidents import RAN_OVER
from tests.support.incident_cases import DISTRICT, Listed, district, ms

SILENT = ("filter", "2026-03-04 14:00")


def receipt(*, until: str = "2026-03-04 14:30", uses: int = 4, **said: Any) -> dict[str, Any]:
    """Of the session that ran over, while the filter was silent."""
    told = vendor_sessions(Listed(RAN_OVER[:uses]), district([(*SILENT, until)]), "acme")
    return {**told["sessions"][0], "signatures": [], **said}


def signature(digest: str, by: str = "pat") -> dict[str, str]:
    return {"by": by, "at": "2026-03-05T15:00:00.000Z", "digest": digest}


def test_a_receipt_goes_by_the_event_with_which_its_session_begins() -> None:
    assert receipt()["receipt_id"] == receipt(uses=2)["receipt_id"] == RAN_OVER[0].event_id


def test_the_digest_changes_with_what_the_session_did() -> None:
    assert receipt()["digest"] != receipt(uses=3)["digest"]


def test_a_silence_that_outlasts_the_session_does_not_change_what_was_signed() -> None:
    longer, longest = receipt(until="2026-03-05 09:00"), receipt(until="2026-03-06 09:00")
    assert longer["digest"] == longest["digest"] != receipt()["digest"]
    assert longer["gaps"][0]["to"] == longer["ended_at"]


def test_a_receipt_is_signed_by_its_digest_and_against_the_signatures_seen() -> None:
    one = receipt()
    event = signing({**one, "signatures": [signature("0", "sam")]}, DISTRICT, "pat", one["digest"], now())
    assert (event.entity, event.kind, event.role) == ("receipt:e1", "receipt.signed", "project_manager")
    assert (event.body["digest"], event.body["vendor"], event.expected_version) == (one["digest"], "acme", 1)


def test_a_receipt_that_is_not_what_was_read_is_not_signed() -> None:
    with pytest.raises(NotSigned, match="read it again"):
        signing(receipt(), DISTRICT, "pat", receipt(uses=3)["digest"], now())


def test_nobody_signs_the_same_receipt_twice() -> None:
    digest = receipt()["digest"]
    with pytest.raises(NotSigned, match="already"):
        signing(receipt(signatures=[signature(digest)]), DISTRICT, "pat", digest, now())


def test_a_signature_under_an_earlier_state_says_so() -> None:
    one = receipt()
    one["signatures"] = [signature(one["digest"]), signature("0", "sam")]
    assert said(one) == "pat, sam (it has changed since)"


def test_a_receipt_that_nobody_signed_says_so() -> None:
    assert said(receipt()) == "nobody"


@pytest.mark.parametrize(
    ("at", "who"),
    [("2026-01-01 00:00", ""), ("2026-02-10 00:00", "p1"), ("2026-03-10 00:00", "p2"), ("2026-07-01 00:00", "p2")],
)
def test_the_project_manager_is_who_the_row_names_that_began_last(at: str, who: str) -> None:
    rows = [
        Vendor(reference="v", vendor="acme", project_manager=name, valid_from=ms(since), valid_to=ms(until))
        for name, since, until in (
            ("p1", "2026-02-01 00:00", "2026-03-01 00:00"),
            ("p2", "2026-03-01 00:00", "2026-06-01 00:00"),
        )
    ]
    assert manager_of([*rows, Vendor(reference="v", vendor="other", project_manager="p3")], "acme", ms(at)) == who
