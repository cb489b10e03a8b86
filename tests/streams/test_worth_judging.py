"""The cheap no of shared accounts: no use of two devices at once is ever passed over by it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from model.policy import base_policy
from streams.detections.shared_account.sight import MINUTE, worth_judging
from streams.patterns.usage import overlaps, uses
from streams.sighting import Sighting

POLICY = base_policy()
CLASSES = {"D1": "staff", "D2": "lab", "D3": None}
KINDS = ("web.requested", "account.logged_on", "session.unlocked", "session.locked", "account.logged_off")
LEAST = POLICY.detections.shared_account.parameters.overlap_minutes * MINUTE


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    at = draw(st.integers(0, 240)) * MINUTE
    kind = draw(st.sampled_from(KINDS))
    until = at + draw(st.integers(0, 40)) * MINUTE if kind == "web.requested" else at
    logon = None if kind == "web.requested" else "interactive"
    device = draw(st.sampled_from(sorted(CLASSES)))
    named = f"{kind}{device}{at}"
    return Sighting(
        at=at, until=until, event_id=named, last_event_id=named, kind=kind, source_id="s", account="ada",
        device_id=device, logon_type=logon,
    )  # fmt: skip


@given(st.lists(sightings(), min_size=2, max_size=12))
@settings(max_examples=300, deadline=None)
def test_two_devices_in_use_at_once_are_worth_judging(seen: list[Sighting]) -> None:
    if overlaps(uses(seen, CLASSES.get, POLICY.idle_ms), LEAST):
        assert worth_judging(seen, POLICY)


def test_two_devices_used_in_turns_over_a_long_day_are_not() -> None:
    def used(device: str, minute: int) -> Sighting:
        at, named = minute * MINUTE, f"{device}{minute}"
        return Sighting(
            at=at, until=at + MINUTE, event_id=named, last_event_id=named, kind="web.requested", source_id="s",
            account="ada", device_id=device,
        )  # fmt: skip

    assert not worth_judging([used("D1", 0), used("D2", 240), used("D1", 480)], POLICY)
