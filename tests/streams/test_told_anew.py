"""A leases file that its server writes anew tells its leases again: the judge counts each of them once."""

import msgspec
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


def file(name: str, leases: list[Event]) -> Batch:
    """A whole file as one batch."""
    (batch,) = event_batches(leases)
    return msgspec.structs.replace(batch, stream=f"dhcp/{name}", stop=100)


@pytest.mark.parametrize(("origin", "wanted"), [(BY_CONTENT, (3, 0)), ("ab12:0", (6, 3))])
def test_a_lease_that_a_file_written_anew_tells_again_is_no_further_record(
    origin: str, wanted: tuple[int, int]
) -> None:
    first, anew = file("a", leases(origin)), file("b", leases(origin))
    assert counted(judged(first, reached("2026-03-04 09:00:00"), anew)) == wanted


def test_a_lease_that_is_told_late_and_for_the_first_time_is_a_record() -> None:
    (earlier,) = leases(BY_CONTENT)[:1]
    earlier = msgspec.structs.replace(earlier, occurred_at="2026-03-04T13:00:00.000Z")
    first, anew = file("a", [earlier]), file("b", [*leases(BY_CONTENT), earlier])
    assert counted(judged(first, reached("2026-03-04 20:00:00"), anew)) == (3, 3)
