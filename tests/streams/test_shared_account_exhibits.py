"""Every number of a shared account is the sum of what its exhibits show, whatever happened that day."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.event import Event, parse_at
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from tests.support.busy_day import WORLD
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch, facts

MS = 1000
CARDS = {"lt-1": "02:00:00:00:00:01", "lab-1": "02:00:00:00:00:02", "lab-2": "02:00:00:00:00:03"}
ADDRESSES = {"lt-1": "10.1.0.21", "lab-1": "10.1.0.22", "lab-2": "10.2.0.23"}
DEVICE = st.sampled_from(sorted(CARDS))
SESSION = st.sampled_from(["0x1", "0x2", None])
ACT = st.sampled_from(
    [
        ("account.logged_on", "interactive"), ("account.logged_on", "unlock"), ("account.logged_on", "remote"),
        ("account.logged_on", "secondary"), ("account.logged_on", "batch"), ("session.unlocked", None),
        ("session.unlocked", None), ("session.reconnected", "interactive"), ("session.reconnected", "remote"),
        ("screen_saver.dismissed", None), ("screen_saver.started", None), ("session.locked", None),
        ("session.locked", None), ("session.disconnected", None), ("account.logged_off", None),
        ("account.logged_off", "interactive"), ("account.logged_off", "unlock"), ("account.logged_off", "network"),
    ]
)  # fmt: skip
DESK = st.builds(
    lambda act, device, session: {
        "action": act[0], "logon_type": act[1], "device": device, "session_id": session, "account": "ada",
        "outcome": "success", "reporter": device,
    },
    ACT, DEVICE, SESSION,
)  # fmt: skip
WEB = st.builds(
    lambda device: {
        "category": "proxy", "action": "web.requested", "domain": "example.org", "address": ADDRESSES[device]
    },
    DEVICE,
)  # fmt: skip
DAY = st.lists(st.tuples(st.integers(0, 120), st.one_of(DESK, DESK, WEB)), min_size=8, max_size=60)


def found_of(day: list[tuple[int, dict[str, Any]]]) -> list[Violation]:
    """The shared accounts of a day whose happenings are told by their minute."""
    opening = [
        event(9000 + n, ZONE, at="2026-03-04 07:00:00", category="device", action="lease.granted", mac=mac,
              address=ADDRESSES[device])
        for n, (device, mac) in enumerate(CARDS.items())
    ]  # fmt: skip
    events: list[Event] = opening + [
        event(n, ZONE, at=f"2026-03-04 {8 + minute // 60:02d}:{minute % 60:02d}:{n % 60:02d}", **said)
        for n, (minute, said) in enumerate(day)
    ]
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts({**WORLD}, ZONE)))
    for batch in event_batches(sorted(events, key=lambda one: one.occurred_at or "")):
        engine.observe(batch)
    engine.observe(ended())
    engine.judge()
    last = {v.violation_id: v for v in map(decode_violation, engine.take().violations)}
    return [v for v in last.values() if v.status != "withdrawn" and v.detection == "shared_account"]


@given(day=DAY)
@settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_minutes_at_once_are_the_sum_of_what_the_exhibits_show(day: list[tuple[int, dict[str, Any]]]) -> None:
    for violation in found_of(day):
        exhibits = violation.evidence.exhibits
        shown = {at for exhibit in exhibits for at in (exhibit.occurred_at, exhibit.until) if at}
        spans = [span for span in violation.evidence.spans if span.kind == "overlap"]
        assert {at for span in spans for at in (span.started_at, span.ended_at)} <= shown
        lasted = [parse_at(span.ended_at) - parse_at(span.started_at) for span in spans]
        minutes = sum(int(one.total_seconds()) for one in lasted) // 60
        told = {measure.name: measure for measure in violation.evidence.measures}
        assert ("minutes at once" in told) == bool(spans)
        if spans:
            assert told["minutes at once"].value == minutes
            assert violation.reason == "many_devices" or f"for {minutes} minutes" in violation.headline
            assert set(told["minutes at once"].event_ids) <= {exhibit.event_id for exhibit in exhibits}


@given(day=DAY)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_windows_writes_beside_a_persons_own_session_changes_no_finding(
    day: list[tuple[int, dict[str, Any]]],
) -> None:
    """Tasks, network sessions, sessions inside a session, and the end of the sessions that an unlock opens."""
    beside: list[tuple[int, dict[str, Any]]] = []
    for minute, said in day:
        if said["action"] == "session.unlocked":
            for kind, session in (("unlock", "0xa1"), ("secondary", "0xa2"), ("batch", "0xa3"), ("network", "0xa4")):
                own = said | {"session_id": session, "logon_type": kind}
                ending = "interactive" if kind == "secondary" else kind
                if kind != "unlock":
                    beside.append((minute, own | {"action": "account.logged_on"}))
                beside.append((minute + 1, own | {"action": "account.logged_off", "logon_type": ending}))
    quiet = [(v.reasons, v.started_at, v.ended_at, v.headline) for v in found_of(day)]
    assert [(v.reasons, v.started_at, v.ended_at, v.headline) for v in found_of([*day, *beside])] == quiet
