"""The proof of a silence or a drop: plain words, the records before and after, what is usual, spans to draw."""

from model.event import format_ms
from model.violation import Consulted, Exhibit, Measure, Span
from streams.detection import Case
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import clock, counted, day, length, moment, span
from streams.memory.flows import HOUR
from streams.patterns.source_volume import Drop, Silence, Usual


def calendar_rows(case: Case) -> list[Consulted]:
    """What the calendar says of that day."""
    rows = case.reference.calendar_rows(case.day.isoformat())
    return [consulted(row, f"{row.date}: {', '.join(row.kinds)}") for row in rows]


class SilenceProof:
    """What a finding says of a time without a record."""

    def __init__(self, case: Case, usual: Usual, silence: Silence, end: int) -> None:
        self.case, self.silence, self.end = case, silence, end
        first, last = silence.started_at // HOUR, min(end // HOUR, silence.started_at // HOUR + 24)
        known = {hour: found[0] for hour in range(first, last + 1) if (found := usual.count(hour * HOUR))}
        self.missing = round(sum(count * _share(hour, silence.started_at, end) for hour, count in known.items()))
        self.whole_hours = round(sum(count for hour, count in known.items() if first < hour < last))

    def headline(self) -> str:
        """One sentence with the numbers that decided."""
        told = "" if self.silence.ended_at else " and still tells none"
        return (
            f"{self.case.subject} told no record for {length(self.end - self.silence.started_at)}{told}; usual in that"
            f" hour is {length(self.silence.usual_gap)} at most"
        )

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, silence = self.case.calendar, self.silence
        until = (
            f"the next one is of {moment(calendar, silence.ended_at)}" if silence.ended_at else "none has come since"
        )
        return (
            f"The last record of the source {self.case.subject} before the silence is of"
            f" {moment(calendar, silence.started_at)}; {until}. In that hour, on days of the same kind, the longest"
            f" time without a record is usually {length(silence.usual_gap)}, and {length(silence.limit)} were waited."
            f" About {counted(self.missing, 'record')} are missing. Whatever rests on this source cannot be judged for"
            f" that time, and findings of that time say so."
        )

    def exhibits(self) -> list[Exhibit]:
        """The records before and after; one of which an earlier release kept no id cannot be cited."""
        ends = [(self.silence.started_at, self.silence.before, "the last record before the silence")]
        if self.silence.ended_at:
            ends.append((self.silence.ended_at, self.silence.after, "the first record after the silence"))
        source = self.case.subject
        return [
            Exhibit(event_id=i, occurred_at=format_ms(at), source_id=source, shows=shows) for at, i, shows in ends if i
        ]

    def measures(self) -> list[Measure]:
        """How long, and how much is missing."""
        silence = self.silence
        ids = [one for one in (silence.before, silence.after) if one]
        minutes, limit = (self.end - silence.started_at) / 60_000, silence.limit / 60_000
        return [
            Measure(
                name="minutes without a record",
                value=round(minutes, 1),
                threshold=round(limit, 1),
                unit="min",
                event_ids=ids,
            ),
            Measure(name="records usual in that time", value=self.missing),
        ]

    def spans(self) -> list[Span]:
        """The silence."""
        return [_span(f"no record of {self.case.subject}", self.silence.started_at, self.end)]


def _share(hour: int, start: int, end: int) -> float:
    """How much of an hour lies in [start, end) (ms), 0 to 1."""
    return max(0, min(end, hour * HOUR + HOUR) - max(start, hour * HOUR)) / HOUR


class DropProof:
    """What a finding says of hours with far fewer records than usual."""

    def __init__(self, case: Case, drops: list[Drop]) -> None:
        self.case, self.drops = case, drops
        self.count, self.usual = sum(drop.count for drop in drops), sum(drop.usual for drop in drops)

    @property
    def missing_percent(self) -> float:
        """The share of what is usual that is missing."""
        return 100 - 100 * self.count / self.usual

    def headline(self) -> str:
        """One sentence with the numbers that decided."""
        hours, records = counted(len(self.drops), "hour"), counted(self.count, "record")
        return f"{self.case.subject} told {records} in {hours} in which {round(self.usual):,} are usual"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar = self.case.calendar
        told = "; ".join(
            f"{span(calendar, drop.at, drop.at + HOUR)}: {drop.count} of {round(drop.usual)}" for drop in self.drops
        )
        return (
            f"On {day(calendar, self.drops[0].at)}, the source {self.case.subject} told far fewer records than in the"
            f" same hours of the weeks before: {told}. It never told so few in these hours. It may be losing records."
        )

    def measures(self) -> list[Measure]:
        """The records of each hour beside what is usual."""
        return [self._measure(drop) for drop in self.drops]

    def _measure(self, drop: Drop) -> Measure:
        name = f"records from {clock(self.case.calendar, drop.at)}"
        return Measure(name=name, value=drop.count, threshold=round(drop.usual, 1))

    def spans(self) -> list[Span]:
        """Each hour."""
        return [_span(f"{drop.count} of {round(drop.usual)} records", drop.at, drop.at + HOUR) for drop in self.drops]


def _span(label: str, start: int, end: int) -> Span:
    return Span(kind="uncovered", label=label, started_at=format_ms(start), ended_at=format_ms(end))
