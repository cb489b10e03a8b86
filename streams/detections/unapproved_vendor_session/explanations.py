"""The innocent explanations of a vendor's session that can be tested, each with its answer."""

from collections.abc import Iterable, Iterator

from model.reference import Approval
from model.violation import Innocent
from streams.detections.unapproved_vendor_session.cover import HOUR, VendorCover
from streams.evidence.plain_words import counted, length, moment, size
from streams.patterns.intervals import Interval
from streams.patterns.sessions import Session

ZONES = range(-12, 13)  # hours by which a ticket may be off that was written in another zone


def innocents(cover: VendorCover, others: Iterable[Session]) -> list[Innocent]:
    """Every explanation tested; `others` are the account's other sessions around the day."""
    return list(_all(cover, list(others)))


def _all(cover: VendorCover, others: list[Session]) -> Iterator[Innocent]:
    yield _site_to_site(cover)
    yield _reconnects(cover)
    yield _technicians(cover, others)
    yield _other_zone(cover)
    yield _clocks_change(cover)
    yield _school_holiday(cover)
    yield _written_afterwards(cover)
    yield _few_bytes(cover)


def _site_to_site(cover: VendorCover) -> Innocent:
    return Innocent(
        explanation="always_on_tunnel",
        answer=f"Neither the account {cover.account.account} nor its address {cover.session.address} is registered"
        " as a service, so this is a person's tunnel and not a permanent one between sites.",
        holds=False,
    )


def _reconnects(cover: VendorCover) -> Innocent:
    parts = cover.session.parts
    answer = (
        f"{counted(parts, 'connection')}, each at most {cover.limits.merge_seconds} s after the one before, count as"
        " one session."
    )
    return Innocent(
        explanation="reconnect_storm", answer=answer if parts > 1 else "It was one connection.", holds=False
    )


def _technicians(cover: VendorCover, others: list[Session]) -> Innocent:
    mine = Interval(cover.session.started_at, cover.session.ended_at)
    beside = [
        s for s in others if s.started_at < mine.end and s.ended_at > mine.start and s.address != cover.session.address
    ]
    addresses = ", ".join(sorted({str(session.address) for session in beside}))
    answer = (
        f"The account was also connected from {addresses} at the same time, so several people may be using it."
        " Each session is judged by itself."
        if beside
        else "No other session of the account ran at the same time."
    )
    return Innocent(explanation="several_technicians", answer=answer, holds=False)


def _other_zone(cover: VendorCover) -> Innocent:
    for row in cover.rows:
        hours = _hours_off(row, cover) if row.state == "approved" else None
        if hours is not None:
            answer = (
                f"Approval {row.approval_id} would cover the session if its times were {abs(hours)} h"
                f" {'later' if hours > 0 else 'earlier'}. Ask whether it was written in another time zone."
            )
            return Innocent(explanation="ticket_in_another_zone", answer=answer, holds=True)
    return Innocent(
        explanation="ticket_in_another_zone",
        answer="No approval would cover the session even if its times were meant in another time zone.",
        holds=False,
    )


def _hours_off(row: Approval, cover: VendorCover) -> int | None:
    """By how many whole hours the approval's times would have to be moved to cover the session; None if none do."""
    judged = cover.session.judged
    if row.valid_from is None or row.valid_to is None or row.ended_by is not None:
        return None
    early = cover.limits.grace_before_minutes * HOUR // 60
    late = cover.limits.grace_after_minutes * HOUR // 60
    fits = [
        hours
        for hours in ZONES
        if hours
        and row.valid_from + hours * HOUR - early <= judged.start
        and judged.end <= row.valid_to + hours * HOUR + late
    ]
    within = row.valid_from - early <= judged.start and judged.end <= row.valid_to + late
    return None if within else min(fits, key=abs, default=None)


def _clocks_change(cover: VendorCover) -> Innocent:
    local = cover.calendar.local
    start, end = cover.session.started_at, cover.session.ended_at
    before, after = local(start).utcoffset(), local(end).utcoffset()
    if before == after:
        return Innocent(
            explanation="clocks_changed", answer="The clocks did not change during the session.", holds=False
        )
    answer = (
        f"The clocks changed during the session. It really lasted {length(end - start)}; every length here is real"
        " time, not what clocks on the wall showed."
    )
    return Innocent(explanation="clocks_changed", answer=answer, holds=False)


def _school_holiday(cover: VendorCover) -> Innocent:
    calendar, at = cover.calendar, cover.session.started_at
    day = calendar.local(at).date()
    kind, is_open = calendar.kind(day).replace("_", " "), calendar.office_open(day)
    answer = (
        f"The school calendar says: {kind}. The district office was "
        f"{'open that day' if is_open else 'closed, so the whole day was after hours'}. Only the office's hours decide."
    )
    return Innocent(explanation="holiday_but_office_open", answer=answer, holds=False)


def _written_afterwards(cover: VendorCover) -> Innocent:
    late = [grant.row for grant in cover.grants if grant.late and grant.window.end > cover.session.started_at]
    if not late:
        answer = "No approval was recorded after the session had begun."
        return Innocent(explanation="approval_written_afterwards", answer=answer, holds=False)
    said = "; ".join(f"{row.approval_id} on {moment(cover.calendar, row.recorded_at or 0)}" for row in late)
    whole = not cover.with_late.uncovered
    answer = f"Recorded after the session had begun: {said}. " + (
        "With that, the whole session is covered, so it counts as ratified."
        if whole
        else "Even so, part of the session is not covered."
    )
    return Innocent(explanation="approval_written_afterwards", answer=answer, holds=whole)


def _few_bytes(cover: VendorCover) -> Innocent:
    total = sum(s.bytes_in + s.bytes_out for s in cover.session.tunnel)
    said = f"The gateway counted {size(total)}" if total else "The gateway counted no bytes"
    answer = f"{said}. Little traffic does not prove that nothing was reached (split tunnels), so bytes decide nothing."
    return Innocent(explanation="hardly_any_traffic", answer=answer, holds=False)
