"""The time ladder and the year ladder, DST nights, and what the reader makes of receipt and order."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from model.event import Event
from producers.framing import frames
from producers.product import Context, Refusal
from producers.reader import read
from producers.sshd import PRODUCT
from producers.times import at_epoch, at_iso, at_local, at_stamp

NEW_YORK = ZoneInfo("America/New_York")


def _context(received_at: str, zone: str = "America/New_York") -> Context:
    return Context(ZoneInfo(zone), datetime.fromisoformat(received_at))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-04T14:00:00Z", ("2026-03-04T14:00:00.000Z", "exact")),
        ("2026-03-04T14:00:00.1234567-05:00", ("2026-03-04T19:00:00.123Z", "exact")),
        ("2026-03-04 14:00:00,5", ("2026-03-04T19:00:00.500Z", "zone_assumed")),
        ("2026-03-04 14:00:00 UTC", ("2026-03-04T14:00:00.000Z", "exact")),
        ("2026-03-04T14:00:00+0530", ("2026-03-04T08:30:00.000Z", "exact")),
        ("2026-02-30 14:00:00", None),
        ("2026-03-04", None),
    ],
)
def test_iso_uses_its_own_offset_first(text: str, expected: tuple[str, str] | None) -> None:
    """Without one the source's zone, and that is said."""
    assert at_iso(text, NEW_YORK) == expected


@pytest.mark.parametrize("text", ["1772632800.123", "1772632800123", "1772632800123456", "1772632800123456789"])
def test_an_epoch_is_told_by_its_magnitude(text: str) -> None:
    """Seconds, milli-, micro-, nanoseconds."""
    assert at_epoch(text) == ("2026-03-04T14:00:00.123Z", "exact")


@pytest.mark.parametrize("text", ["", "-5", "9" * 30, "x", "99999999999"[:11] + "."])
def test_what_cannot_be_an_epoch_is_none_or_a_date_of_ours(text: str) -> None:
    """Never an exception, never the year 5138."""
    found = at_epoch(text)
    assert found is None or found[0] < "2100"


@pytest.mark.parametrize(
    ("stamp", "received_at", "expected"),
    [
        (("Mar", "4", "14:00:00"), "2026-03-05T00:00:00+00:00", "2026-03-04T19:00:00.000Z"),
        (("Dec", "31", "23:59:59"), "2026-01-02T00:00:00+00:00", "2026-01-01T04:59:59.000Z"),
        (("Jan", "1", "00:00:10"), "2026-01-01T04:59:58+00:00", "2026-01-01T05:00:10.000Z"),
        (("Mar", "5", "18:00:00"), "2026-03-05T00:00:00+00:00", "2026-03-05T23:00:00.000Z"),
        (("Mar", "6", "18:00:00"), "2026-03-05T00:00:00+00:00", "2025-03-06T23:00:00.000Z"),
        (("Feb", "29", "12:00:00"), "2026-03-05T00:00:00+00:00", "2024-02-29T17:00:00.000Z"),
    ],
)
def test_a_stamp_without_a_year_is_at_most_a_day_in_the_future(
    stamp: tuple[str, str, str], received_at: str, expected: str
) -> None:
    """The year of receipt in the source's own zone, else the one before."""
    assert at_stamp(*stamp, _context(received_at)) == (expected, "year_assumed")


def test_the_repeated_hour_is_its_first_telling_and_the_missing_one_keeps_the_old_offset() -> None:
    """Unless the record names the zone: EST is the second telling."""
    assert at_local(2026, 11, 1, "01:30:00", NEW_YORK) == ("2026-11-01T05:30:00.000Z", "zone_assumed")
    assert at_local(2026, 11, 1, "01:30:00", NEW_YORK, "EST") == ("2026-11-01T06:30:00.000Z", "exact")
    assert at_local(2026, 3, 8, "02:30:00", NEW_YORK) == ("2026-03-08T07:30:00.000Z", "zone_assumed")


def test_an_abbreviation_counts_only_where_the_source_uses_it() -> None:
    """CST is Chicago's, not New York's: there it says nothing."""
    assert at_local(2026, 3, 4, "08:00:00", ZoneInfo("America/Chicago"), "CST") == ("2026-03-04T14:00:00.000Z", "exact")
    assert at_local(2026, 3, 4, "09:00:00", NEW_YORK, "CST") == ("2026-03-04T14:00:00.000Z", "zone_assumed")


def _events(lines: list[str], received_at: str, known: bool = True) -> list[Event]:
    context = _context(received_at)
    body = "\n".join(lines).encode()
    found = []
    for _, _, parsed, _ in read(
        PRODUCT, frames([body], "lines"), context, "s", "f", context.received_at if known else None
    ):
        assert not isinstance(parsed, Refusal)
        found.extend(parsed)
    return found


def test_order_tells_the_two_tellings_of_an_hour_apart() -> None:
    """01:50, 01:10, 01:20, 02:05 within one file on the night the clocks go back."""
    clocks = ["00:59:00", "01:50:00", "01:10:00", "01:20:00", "02:05:00"]
    events = _events([f"Nov  1 {clock} files1 sshd[1]: x" for clock in clocks], "2026-11-02T00:00:00+00:00")
    at = [(event.occurred_at or "")[11:16] for event in events]
    assert at == ["04:59", "05:50", "06:10", "06:20", "07:05"]


def test_a_little_disorder_is_no_second_telling() -> None:
    """Two processes write one file: a minute back is a minute back."""
    events = _events([f"Nov  1 01:{m}:00 files1 sshd[1]: x" for m in ("50", "49")], "2026-11-02T00:00:00+00:00")
    assert [(event.occurred_at or "")[11:16] for event in events] == ["05:50", "05:49"]


@pytest.mark.parametrize(
    ("line_at", "quality"),
    [
        ("2026-03-04T14:00:00Z", "exact"),
        ("2026-03-05T00:10:00Z", "exact"),
        ("2026-03-05T00:10:01Z", "bad"),
        ("2026-02-03T00:00:00Z", "exact"),
        ("2026-02-02T23:59:59Z", "bad"),
    ],
)
def test_a_time_that_cannot_be_is_bad_where_receipt_is_known(line_at: str, quality: str) -> None:
    """More than 10 minutes after it, or more than 30 days before."""
    (event,) = _events([f"{line_at} files1 sshd[1]: x"], "2026-03-05T00:00:00+00:00")
    assert (event.time_quality, event.received_at) == (quality, "2026-03-05T00:00:00.000Z")


def test_unknown_receipt_is_no_lateness() -> None:
    """A file's mtime gives the year and nothing else."""
    (event,) = _events(["2025-01-01T00:00:00Z files1 sshd[1]: x"], "2026-03-05T00:00:00+00:00", known=False)
    assert (event.time_quality, event.received_at) == ("exact", None)


def test_a_record_without_a_time_has_its_receipt_or_none() -> None:
    """And says so."""
    (known,) = _events(["<13>files1 sshd[1]: x"], "2026-03-05T00:00:00+00:00")
    (unknown,) = _events(["<13>files1 sshd[1]: x"], "2026-03-05T00:00:00+00:00", known=False)
    assert (known.occurred_at, known.time_quality) == ("2026-03-05T00:00:00.000Z", "received")
    assert (unknown.occurred_at, unknown.time_quality) == (None, "received")


def test_a_relays_own_stamp_is_the_receipt() -> None:
    """The sender's time is the event's, the relay's is when it came."""
    line = "<13>2026-03-04T19:00:05+00:00 relay1 <38>Mar  4 14:00:00 files1 sshd[1]: x"
    (event,) = _events([line], datetime(2026, 3, 5, tzinfo=UTC).isoformat(), known=False)
    assert (event.occurred_at, event.received_at) == ("2026-03-04T19:00:00.000Z", "2026-03-04T19:00:05.000Z")
    assert event.reporter == "files1"
