"""The innocent explanations of a silent source that can be tested, each with its answer."""

from model.violation import Innocent
from streams.detection import Case
from streams.patterns.source_volume import Drop, Silence


def of_silence(case: Case, silence: Silence) -> list[Innocent]:
    """A day off, records that come late, a file that ended."""
    return [_day_off(case, silence.started_at), _late(case), _end_of_file(silence.ended_at is None)]


def of_drops(case: Case, drops: list[Drop]) -> list[Innocent]:
    """A day off, records that come late, a quiet hour of the whole school."""
    answer = "Not so many other sources had far fewer records in the same hours that the school itself was quiet."
    return [_day_off(case, drops[0].at), _late(case), _told("quiet_school", answer)]


def _told(explanation: str, answer: str, holds: bool = False) -> Innocent:
    return Innocent(explanation=explanation, answer=answer, holds=holds)


def _day_off(case: Case, at: int) -> Innocent:
    date = case.calendar.local(at).date()
    kind = case.calendar.kind(date).replace("_", " ")
    return _told("day_off", f"By the calendar it was a day of the kind {kind}; it was compared with such days only.")


def _late(case: Case) -> Innocent:
    hours = case.sources[case.subject].lateness / 3_600_000
    return _told("late_records", f"Records of this source may come {hours:g} h late, and so long was waited.")


def _end_of_file(going_on: bool) -> Innocent:
    if going_on:
        return _told("end_of_file", "The source is read live; its files have not ended.")
    return _told("end_of_file", "Records came again afterward, so the log had not ended.")
