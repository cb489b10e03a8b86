"""From the checks of one record class to a finding for each unbroken run of checks that found something wrong."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from model.event import format_ms
from model.reference import Check
from model.violation import Innocent, Measure, Span
from streams.detection import Case, Finding, Known, Opening, Verdict
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import counted, date, listed, moment

DETECTION = "retention_breach"
REASONS = ("chain_broken", "purge_met_hold", "overdue", "without_class")
MOST = 20  # checks that are listed


def openings(known: Known) -> Iterator[Opening]:
    """A case for each check, on its school day."""
    for row in known.reference.rows("checks"):
        yield Opening(row.subject, row.at)


def judge(case: Case) -> Verdict:
    """A run that began on this day is its finding; it goes on until a check finds nothing."""
    return Verdict([_finding(case, run, end) for run, end in _runs(case) if _is_of_the_day(case, run)])


def _is_of_the_day(case: Case, run: Sequence[Check]) -> bool:
    return case.started_at <= run[0].at < case.ended_at


def _runs(case: Case) -> Iterator[tuple[list[Check], Check | None]]:
    """Checks in a row that found something, and the one after them that did not."""
    grace = case.policy.detections.retention_breach.parameters.grace_days

    def is_wrong(row: Check) -> bool:
        return row.rows > 0 and (row.kind != "overdue" or row.days > grace)

    told = case.reference.checks_of(case.subject)
    parts = [(bad, list(rows)) for bad, rows in groupby(told, key=is_wrong)]
    for n, (bad, rows) in enumerate(parts):
        if bad:
            yield rows, parts[n + 1][1][0] if n + 1 < len(parts) else None


def _finding(case: Case, run: Sequence[Check], end: Check | None) -> Finding:
    first, last = run[0], run[-1]
    reason = first.kind
    ended_at = (end.at if end else last.at) + 1
    rule = case.policy.detection(DETECTION)
    return Finding(
        identity=(case.subject, str(first.at)),
        reasons=[reason],
        headline=_headline(last),
        explanation=_explanation(case, run, end),
        severity=rule.severity[reason],
        confidence="high",
        started_at=first.at,
        ended_at=ended_at,
        settles_at=ended_at,
        measures=[
            Measure(name="rows", value=last.rows, threshold=0),
            Measure(name="most rows in any check", value=max(row.rows for row in run)),
        ],
        spans=[
            Span(kind="uncovered", label=_headline(last), started_at=format_ms(first.at), ended_at=format_ms(ended_at))
        ],
        consulted=[
            consulted(row, f"{moment(case.calendar, row.at)}: {counted(row.rows, 'row')}") for row in run[-MOST:]
        ],
        innocent_explanations=_innocents(end),
        not_known=["what was stored before there was a schedule"] if reason == "overdue" else [],
        clauses=list(rule.clauses_for([reason])),
    )


def _headline(row: Check) -> str:
    of_class = row.record_class.replace("_", " ")
    rows = counted(row.rows, "row")
    said = {
        "chain_broken": f"The ledger does not fit what is stored in {counted(row.rows, 'place')}",
        "purge_met_hold": f"A plan to destroy {of_class} met a hold: {rows} stayed",
        "overdue": f"{rows} of {of_class} past the schedule still exist, the oldest by {counted(row.days, 'day')}",
        "without_class": f"{rows} of {of_class or 'unknown kind'} have no record class",
    }
    return said[row.kind]


def _explanation(case: Case, run: Sequence[Check], end: Check | None) -> str:
    first, last = run[0], run[-1]
    why = {
        "chain_broken": "Rows were changed, removed or added since they were sealed, or the chain itself was changed.",
        "purge_met_hold": "The hold was placed after the plan was made. Nothing that it holds was destroyed.",
        "overdue": f"The schedule says {last.schedule or 'less'}, no hold keeps them, and nothing destroyed them.",
        "without_class": "No schedule covers them, so nobody can say how long they are kept.",
    }[first.kind]
    shows = f" First of them: {listed(last.shows)}." if last.shows else ""
    since = f"It was first seen on {date(case.calendar, first.at)}"
    state = (
        f", and a check on {date(case.calendar, end.at)} found nothing any more." if end else ", and it still holds."
    )
    return f"{why}{shows} {since}{state}"


def _innocents(end: Check | None) -> list[Innocent]:
    answer = "A later check found nothing any more." if end else "No later check says that it was put right."
    return [Innocent(explanation="put_right", answer=answer, holds=end is not None)]
