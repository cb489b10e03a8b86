"""An event that one detection sets apart, until nobody can move it any more, is counted once by every other."""

from streams.engine.engine import Engine
from tests.streams.test_absence import found, reached
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch, facts

WORLD = {
    "users": [{"sourcedId": "p0", "username": "tbell"}],
    "roles": [{"sourcedId": "r0", "userSourcedId": "p0", "role": "teacher", "endDate": "2026-02-27"}],
    "devices": [{"device_id": "LT-1", "hostname": "lt-1", "class": "staff", "mac": "aa:bb:cc:00:00:01"}],
}


def test_a_logon_that_waits_for_a_lease_is_one_use_of_an_ended_account() -> None:
    said = {"action": "account.logged_on", "outcome": "success", "account": "tbell", "logon_type": "interactive"}
    logon = event(1, ZONE, at="2026-03-04 10:00:00", device="lt-1", address="10.1.2.3", **said)
    known = fact_batch(facts(dict(WORLD), ZONE, "base"))
    log = [known, reached("2026-03-04 08:00:00"), *event_batches([logon]), reached("2026-03-04 18:00:00"), ended()]
    (one,) = found(log, Engine(DISTRICT), of="ended_account_in_use")
    assert [(e.event_id, e.count) for e in one.evidence.exhibits] == [("e0001", None)]
