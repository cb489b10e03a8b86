"""A leases file that its server writes anew: a lease that still stands in it is the event that it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model.event import Event
from producers.intake import Intake
from tests.producers.test_files_that_begin_alike import HEADINGS, LINES, desk_of
from tests.support.small_logs import events_of

FILES = {"isc_dhcp": "dhcpd.leases", "kea": "kea-leases4.csv"}


@pytest.fixture(params=FILES)
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., list[Event]]:
    """What each writing of the file tells, of leases by number."""
    product: str = request.param
    source = desk_of(tmp_path, product).source
    intake = Intake([source])

    def write(*numbers: int) -> list[Event]:
        rows = "".join(f"{LINES[product](number)}\n" for number in numbers)
        (source.folder / FILES[product]).write_text(HEADINGS[product] + rows)
        return events_of(intake.round(False))

    return write


def test_a_lease_that_still_stands_in_a_file_written_anew_is_the_same_event(
    told: Callable[..., list[Event]],
) -> None:
    first, second = told(1, 2, 3, 4), told(5, 4, 2)
    assert {event.event_id for event in second} - {event.event_id for event in first} == {
        event.event_id for event in second if event.device == "pc5"
    }


def test_a_lease_that_was_given_anew_is_another_event(told: Callable[..., list[Event]]) -> None:
    ids = {event.event_id for event in [*told(1, 2), *told(3, 1)] if event.device}
    assert len(ids) == 3
