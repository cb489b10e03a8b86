"""Which decisions that a plan would destroy are about who planned it, or by them: whoever approves it is told."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from casework.holds import standing
from casework.register import Register
from casework.retention import Plan, question
from casework.scope import names_of, themselves
from casework.users import user_of
from model.casework import noun_of
from model.hold import Hold
from storage.retention.again import Returned
from storage.retention.due import DECIDED, SEARCHES, DueRow, Question

_CALLED = {  # what has no number that names nobody
    "search": ("search", "searches"),
    "violation": ("handling of a violation", "handlings of violations"),
    "person": ("unmasking", "unmaskings"),
    "receipt": ("signature of a receipt", "signatures of receipts"),
    "hold": ("hold", "holds"),
}


def own_of(register: Register, returned: Returned, plan: Plan, name: str, at: datetime) -> list[str]:
    """In words, what is due in a plan of `name` of today's decisions about or by them. Raises `Unavailable`.

    It is what a hold on them would keep: rather too much is named than too little.
    """
    held = standing(returned.store, returned.district)
    as_of = date.fromisoformat(plan.as_of)
    due = question(returned, as_of, at, held)
    rest = question(returned, as_of, at, [*held, _hold_on(register, name, returned.district)])
    return list(_words([row for rows in _of_people(due, rest) for row in rows]))


def _hold_on(register: Register, name: str, district: str) -> Hold:
    """Nobody places it; it says whom the planner's decisions name."""
    user = user_of(register, name)
    names = sorted(names_of(register, user)) if user else [name]
    people = themselves(register.store, user) if user else []
    return Hold(
        hold_id="planner",
        district=district,
        matter="",
        kind="audit",
        reason="",
        accounts=tuple(names),
        persons=tuple(people),
    )


def _of_people(due: Question, rest: Question) -> Iterator[list[DueRow]]:
    for name in (*DECIDED, SEARCHES):
        left = set(rest.due_rows(name))
        yield [row for row in due.due_rows(name) if row not in left]


def _words(rows: list[DueRow]) -> Iterator[str]:
    """`case 2015-0001`, `12 searches`."""
    yield from sorted({row.called.replace(":", " ") for row in rows if row.called})
    entities = {row.entity or f"search:{row.id}" for row in rows if not row.called}
    for noun, number in sorted(Counter(map(noun_of, entities)).items()):
        one, many = _CALLED.get(noun, (f"decision about a {noun}", f"decisions about a {noun}"))
        yield f"{number:,} {one if number == 1 else many}"
