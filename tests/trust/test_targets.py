"""The account acted upon: an act upon somebody else's account of the name is no act upon the district's."""

import pytest

from model.event import Event
from model.realms import Realms
from model.reference import Reference
from producers.forms import name_target
from streams.attribution.naming import Naming
from streams.seen import Seen


@pytest.mark.parametrize(
    ("written", "field", "known"),
    [
        ("tbell@gmail.com", None, "tbell@gmail.com"),
        ("tbell@maple.example", None, "tbell"),
        ("MAPLE\\tbell", None, "tbell"),
        ("tbell", "maple", "tbell"),
        ("tbell", "LAB-7", "lab-7\\tbell"),
        ("tbell@gmail.com", "maple", "tbell@gmail.com"),  # the name's own realm comes before a field beside it
        ("tbell", None, "tbell"),
        ("-", "maple", None),
    ],
)
def test_a_realm_decides_whose_the_account_acted_upon_is(written: str, field: str | None, known: str | None) -> None:
    event = Event(product="windows_security", category="auth", action="account.changed")
    name_target(event, written, field)
    told = {"target_account": event.target_account, "target_domain": event.target_domain, "reporter": "lab-7"}
    seen = Seen(event_id="e", source_id="s", category="auth", action="account.changed", **told)
    naming = Naming(Reference())
    naming.realms_changed(Realms(frozenset({"maple", "maple.example"}), declared=True))
    naming.give(seen)
    assert seen.target_account == known
