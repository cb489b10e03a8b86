"""Which rules bind, why, who must be told and by when: pure, from signed answers, counted people and law as data.

True and false rest on an answer that a person signed or on a number that leaves no doubt; whatever is open is None.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from casework.incidents.incident import Answer, Incident
from casework.incidents.touched import Range
from model.event import parse_at
from model.law import Law, clock, load_law
from model.law.breach import BreachLaw, Duty, load_breach_law

# Asked for the letters alone: they decide what a letter says, and not whether one is due.
OF_LETTERS = ("law_enforcement_delay", "credit_bureau_data", "passwords_exposed")


class RuleState(msgspec.Struct, frozen=True, kw_only=True):
    """One rule as far as it is decided. `due` is the day by which it wants action, also while it is open whether it
    binds; None where the law names none, where `started` is not known, or where it does not bind."""

    rule: str
    binds: bool | None
    why: str
    who: str | None
    due: date | None
    starts: str
    started: date | None
    title: str
    source: str
    status: str
    letters: tuple[str, ...] = ()
    open: tuple[str, ...] = ()  # questions that must be answered before it is decided


class Asked(msgspec.Struct, frozen=True):
    """A question that is open, in the words that the law had then."""

    question: str
    asks: str


class Clocks(msgspec.Struct, frozen=True):
    """Every rule that could bind, and the questions that are open."""

    rules: list[RuleState]
    questions: list[Asked]


class Facts(NamedTuple):
    """What the clocks ask of a district and of an incident's scope."""

    zone: ZoneInfo
    state: str
    policy: str
    by_state: Mapping[str, Range]
    students: bool | None  # whether students are among the people; None where nobody could be counted
    office_closed: Callable[[date], bool] = lambda _: False


class _Met(NamedTuple):
    """Whether one condition is met, and the sentence; `asks` is the question that would settle it."""

    holds: bool | None
    says: str
    asks: str = ""


def clocks(incident: Incident, facts: Facts, law: Law | None = None, breach: BreachLaw | None = None) -> Clocks:
    """Every rule that could bind this incident, in order of its id, those that bind first."""
    law, breach = law or load_law(), breach or load_breach_law()
    found = [
        _state(name, duty, incident, facts, law)
        for name, duty in breach.duties.items()
        if _concerns(duty, incident, facts)
    ]
    order = {True: 0, None: 1, False: 2}
    rules = sorted(found, key=lambda one: (order[one.binds], one.rule))
    return Clocks(rules, _questions(rules, incident, facts, breach))


def discovery_day(incident: Incident, zone: ZoneInfo) -> date:
    """The local day of the discovery, which starts the clocks."""
    return parse_at(incident.discovered_at).astimezone(zone).date()


def _concerns(duty: Duty, incident: Incident, facts: Facts) -> bool:
    """Whether a rule could bind at all: its state, its district, its kind of incident."""
    here = duty.residents is None or duty.residents == facts.state or duty.residents in facts.by_state
    return (
        here
        and (not duty.kinds or incident.kind in duty.kinds)
        and (not duty.packs or facts.policy in duty.packs)
        and duty.district_state in (None, facts.state)
    )


def _state(name: str, duty: Duty, incident: Incident, facts: Facts, law: Law) -> RuleState:
    rule = law.rules[name]
    started = _started(duty, incident, facts.zone)
    met = _conditions(name, duty, incident, facts, law)
    binds = _all(met)
    counted = clock(law, name, started, facts.office_closed) if started and binds is not False else None
    why = _why(binds, met)
    if binds is not False and duty.starts and not started:
        why += f" Its clock starts with the day that is told with {duty.starts}."
    if binds is not False and counted and counted.due is None:
        why += f" No day: {counted.why}."
    if binds is not False and incident.answered("law_enforcement_delay"):
        why += " A law-enforcement agency asked for delay: ask counsel from when the time counts."
    asks = [one.asks for one in met if one.holds is None and one.asks]
    return RuleState(
        rule=name,
        binds=binds,
        why=why,
        who=rule.tell,
        due=counted.due if counted else None,
        starts=rule.starts,
        started=started,
        title=rule.title,
        source=rule.source,
        status=rule.status,
        letters=duty.letters,
        open=tuple(dict.fromkeys(asks)),
    )


def _started(duty: Duty, incident: Incident, zone: ZoneInfo) -> date | None:
    if duty.starts is None:
        return discovery_day(incident, zone)
    told = incident.answers.get(duty.starts)
    return date.fromisoformat(told.on) if told and told.answer and told.on else None


def _conditions(name: str, duty: Duty, incident: Incident, facts: Facts, law: Law) -> list[_Met]:
    if duty.never:
        return [_Met(False, duty.never)]
    met = [_in_force(name, discovery_day(incident, facts.zone), law)]
    if duty.students:
        met.append(_students(facts.students))
    met += [_answered(incident.answers.get(question), question, wanted) for question, wanted in duty.needs.items()]
    if duty.counted:
        met.append(_number(duty, incident, facts))
    return met


def _in_force(name: str, discovered: date, law: Law) -> _Met:
    rule = law.rules[name]
    if rule.status == "proposed":
        return _Met(False, f"it is not law as far as we know: {rule.note or rule.source}")
    if rule.effective_from and discovered < rule.effective_from:
        return _Met(False, f"it is in force only from {rule.effective_from}")
    if rule.effective_to and discovered > rule.effective_to:
        return _Met(False, f"it was in force only until {rule.effective_to}")
    return _Met(True, "")


def _students(found: bool | None) -> _Met:
    if found is False:
        return _Met(False, "no student is among the people whose records were within reach")
    return _Met(True, "students' records were within reach" if found else "students' records may have been reached")


def _answered(answer: Answer | None, question: str, wanted: bool) -> _Met:
    if answer is None:
        return _Met(None, f"{question} is not answered", question)
    said = f"{question} was answered {'yes' if answer.answer else 'no'} by {answer.by} ({answer.reason})"
    return _Met(answer.answer == wanted, said)


def _number(duty: Duty, incident: Incident, facts: Facts) -> _Met:
    """Whether enough people are affected: by a signed answer, else by numbers that leave no doubt."""
    assert duty.counted
    answer = incident.answers.get(duty.counted)
    if answer:
        enough = answer.answer if duty.fewer_than is None else not answer.answer
        return _answered(answer, duty.counted, answer.answer)._replace(holds=enough)
    rows = [one for state, one in facts.by_state.items() if duty.residents in (None, state)]
    low, high = sum(one.low for one in rows), sum(one.high for one in rows)
    said = f"{_people(low, high)} affected, and it asks for {_threshold(duty)}"
    if not high:
        return _Met(None, f"nobody could be counted, and it asks for {_threshold(duty)}", duty.counted)
    sure = {_enough(duty, low), _enough(duty, high)}
    return _Met(sure.pop(), said) if len(sure) == 1 else _Met(None, said, duty.counted)


def _people(low: int, high: int) -> str:
    if low == high:
        return "1 person is" if high == 1 else f"{high:,} people are"
    return f"between {low:,} and {high:,} people are"


def _enough(duty: Duty, number: int) -> bool:
    if duty.more_than is not None:
        return number > duty.more_than
    if duty.at_least is not None:
        return number >= duty.at_least
    return number < (duty.fewer_than or 0)


def _threshold(duty: Duty) -> str:
    if duty.more_than is not None:
        return f"more than {duty.more_than:,}"
    return f"{duty.at_least:,} or more" if duty.at_least is not None else f"fewer than {duty.fewer_than:,}"


def _all(met: list[_Met]) -> bool | None:
    if any(one.holds is False for one in met):
        return False
    return None if any(one.holds is None for one in met) else True


def _why(binds: bool | None, met: list[_Met]) -> str:
    chosen = [one.says for one in met if one.holds is binds and one.says] or ["nothing else is asked"]
    head = {True: "It binds", False: "It does not bind", None: "It is open"}[binds]
    return f"{head}: {'; '.join(chosen)}."


def _questions(rules: list[RuleState], incident: Incident, facts: Facts, breach: BreachLaw) -> list[Asked]:
    """What is open and could still change something."""
    live = [one for one in rules if one.binds is not False]
    names = [question for one in live for question in one.open]
    names += [duty.starts for one in live if (duty := breach.duties[one.rule]).starts and one.started is None]
    if any(one.letters for one in live):
        names += [question for question in OF_LETTERS if question not in incident.answers]
    discovered = discovery_day(incident, facts.zone)
    return [Asked(name, breach.questions[name].words(discovered)) for name in dict.fromkeys(names)]


def as_json(incident: Incident, found: Clocks) -> dict[str, object]:
    """The clocks with the keys of the public contract, and the answers given so far."""
    return {
        "rules": [
            {
                **{"rule": one.rule, "binds": one.binds, "why": one.why, "who": one.who, "due": one.due},
                **{"starts": one.starts, "started": one.started, "title": one.title, "source": one.source},
                **{"status": one.status, "letters": one.letters, "open": one.open},
            }
            for one in found.rules
        ],
        "questions": found.questions,
        "answers": [msgspec.to_builtins(one) for one in incident.answers.values()],
    }
