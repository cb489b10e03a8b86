"""What waited because a lease or a table could still move it is whose it is by what is known when it settles."""

from typing import Any

from model.batch import Batch
from model.violation import Violation
from streams.engine.engine import Engine
from tests.streams.test_engine_properties import told
from tests.support.detection_cases import cases_of
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact, fact_batch, facts

CARD, ADDRESS = "02:00:5e:00:53:55", "10.1.2.3"
WORLD: dict[str, Any] = {**cases_of("filter_circumvention")["reference"], "exemptions": []}
LEASE: dict[str, Any] = {"category": "device", "action": "lease.granted", "outcome": "success", "address": ADDRESS}


def refused(number: int) -> dict[str, Any]:
    """A refused request of a proxy from the address."""
    asked = {"category": "proxy", "action": "web.requested", "domain": "unblock-it.example", "verdict": "blocked"}
    return {"at": f"2026-03-04 10:{number:02d}:00", **asked, "outcome": "failure", "address": ADDRESS}


def found(more: list[Batch]) -> Violation:
    """The one finding of ten refused requests from an address that an unknown card had leased; `more` comes last."""
    said = [{"at": "2026-03-04 09:00:00", **LEASE, "mac": CARD}, *map(refused, range(10))]
    events = event_batches([event(number, ZONE, **one) for number, one in enumerate(said)])
    (finding,) = told(Engine(DISTRICT), [fact_batch(facts(WORLD, ZONE)), *events, *more, ended()]).values()
    return finding


def test_a_card_of_no_device_is_nobodys() -> None:
    assert found([]).device_id == CARD


def test_a_table_that_changes_while_a_record_waits_decides_whose_it_is() -> None:
    row = {"device_id": "CB-1", "serial": "5CD1", "hostname": "cb-1", "mac": CARD, "class": "assigned", "org": "north"}
    assert found([fact_batch([fact("devices", row, ZONE)])]).device_id == "CB-1"


def test_a_lease_that_comes_while_a_record_waits_decides_whose_it_is() -> None:
    lease = event(99, ZONE, at="2026-03-04 09:30:00", **LEASE, mac="02:00:5e:00:53:01")
    assert found(event_batches([lease])).device_id == "CB-1"
