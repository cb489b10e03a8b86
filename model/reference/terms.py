"""Which of the sessions of the school year is "the term", and where it ends what was granted without an end."""

from collections.abc import Iterable

from model.reference.fold import ALWAYS, EVER
from model.reference.rows import Approval, Session

LONGEST = 365 * 86_400_000
# A semester or term is what people mean; a school year only where nothing finer is known.
_RANK = {"semester": 0, "term": 0, "": 1, "schoolYear": 2, "gradingPeriod": 3}


def applicable(sessions: Iterable[Session], orgs: list[str] | None) -> list[Session]:
    """The sessions of these orgs (None = of any), and those that name no org."""
    return [row for row in sessions if orgs is None or not row.org or row.org in orgs]


def governing(running: list[Session]) -> int | None:
    """The end (ms) of the term among sessions that run at one instant; where schools differ, the last one's."""
    if not running:
        return None
    finest = min(_RANK.get(row.type, 1) for row in running)
    return max(EVER if row.valid_to is None else row.valid_to for row in running if _RANK.get(row.type, 1) == finest)


def cut_at(sessions: list[Session], approval: Approval, asked_at: int) -> int | None:
    """Where an approval that is open-ended or longer than 365 days is cut (ms); None where it stands as written.

    It ends with the term it was granted in; granted between terms, with the next one; without terms, after 365 days.
    One whose start nobody knows ends with the term asked about, or has ended where none runs.
    """
    start = approval.recorded_at if approval.valid_from is None else approval.valid_from
    if start is None:
        return _standing(sessions, asked_at) if approval.valid_to is None else None
    if approval.valid_to is not None and approval.valid_to - start <= LONGEST:
        return None
    end = governing([row for row in sessions if row.holds(start)]) or _next(sessions, start)
    return start + LONGEST if end is None else end


def _standing(sessions: list[Session], at: int) -> int | None:
    running = governing([row for row in sessions if row.holds(at)])
    over = (row.valid_to for row in sessions if row.valid_to is not None and row.valid_to <= at)
    return running or max(over, default=None)


def _next(sessions: list[Session], at: int) -> int | None:
    coming = [row for row in sessions if at < (ALWAYS if row.valid_from is None else row.valid_from) <= at + LONGEST]
    opens = min((row.valid_from for row in coming if row.valid_from is not None), default=None)
    return governing([row for row in coming if row.valid_from == opens])
