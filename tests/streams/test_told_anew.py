"""A leases file that its server writes anew tells its leases again: the judge counts each of them once."""

import pytest

from model.batch import Batch
from model.event import BY_CONTENT, Event
from streams.engine.engine import Engine
from streams.memory.flows import HOUR
from tests.streams.test_absence import reached
from tests.support.small_district import DISTRICT, ZONE, at_ms, event, event_batches, fact_batch, facts

GIVEN_AT = "2026-03-04 08:10:00"


def leases(origin: str) -> list[Event]:
    """Three, of one hour."""
    said = {"category": "device", "action": "lease.granted", "outcome": "success", "device_basis": "observed"}
    return [
        event(n, ZONE, at=GIVEN_AT, address=f"10.1.2.{n}", mac=f"02:00:5e:10:00:0{n}", origin=origin, **said)
        for n in range(1, 4)
    ]


def judged(*batches: Batch) -> Engine:
    engine = Engine(DISTRICT)
    for batch in [fact_batch(facts({}, ZONE, "base")), *batches]:
        engine.observe(batch)
        engine.judge()
    return engine


def counted(engine: Engine) -> tuple[int, int]:
    """The records of that hour, and how many of the source came late."""
    hour = at_ms(GIVEN_AT, ZONE) // HOUR
    return engine._witness.flows.hours.items[f"dhcp|{hour // 24}"].counts[hour], engine.sources.items["dhcp"].late


@pytest.mark.parametrize(("origin", "wanted"), [(BY_CONTENT, (3, 0)), ("ab12:0", (6, 3))])
def test_a_lease_that_a_file_written_anew_tells_again_is_no_further_record(
    origin: str, wanted: tuple[int, int]
) -> None:
    told = event_batches(leases(origin))
    assert counted(judged(*told, reached("2026-03-04 09:00:00"), *told)) == wanted
