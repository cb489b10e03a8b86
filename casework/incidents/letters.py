"""The letters that breach law wants, one for each audience: pure, from the incident, its scope and signed statements.

A letter is made of the parts that `policies/law` names for its audience, and of nothing else: what a law forbids to say
stands in no part that the letter has (`model.law.breach`). What nobody has stated is a box to be filled in.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from casework.incidents.clocks import OF_LETTERS, RuleState
from casework.incidents.exposure import Exposure
from casework.incidents.incident import STATEMENTS, Incident
from casework.incidents.touched import Range
from documents.document import Box, Document, Facts, Heading, Items, Paragraph
from model.event import parse_at
from model.law.breach import BreachLaw, Letter, Part, load_breach_law

Block = Heading | Paragraph | Facts | Items | Box
Made = list[Block]
NATURE = {
    "account": "An account of the district was used by somebody who had no right to it.",
    "vendor": "Access that the district had given to a vendor was used, or may have been used, without approval.",
    "device": "A device of the district was lost or stolen and was, or may have been, in the hands of somebody who had"
    " no right to it.",
    "store": "A store of the district's records was taken or reached, or may have been, by somebody who had no right to"
    " it.",
}
_DRAFT = "Draft: it is not decided that this notice is due. Do not send."
_OPEN = "Not complete: do not send before every box is filled in."


class Telling(NamedTuple):
    """What the letters of one incident tell: `by_state` counts people, `touched` names systems, `today` is local."""

    incident: Incident
    district: str
    zone: ZoneInfo
    exposure: Exposure
    by_state: dict[str, Range]
    touched: list[str]
    today: date


class Written(NamedTuple):
    """One letter. `due`: whether a rule that wants it binds (None: open); `missing`: what is to be filled in."""

    name: str
    document: Document
    due: bool | None
    missing: tuple[str, ...]


def letters(told: Telling, rules: list[RuleState], law: BreachLaw | None = None) -> list[Written]:
    """The letters of every rule that binds or may bind, in order of their names."""
    law = law or load_breach_law()
    wanted: dict[str, list[RuleState]] = {}
    for rule in rules:
        for name in rule.letters if rule.binds is not False else ():
            wanted.setdefault(name, []).append(rule)
    return [_written(name, law.letters[name], wanted[name], told) for name in sorted(wanted)]


def _written(name: str, letter: Letter, rules: list[RuleState], told: Telling) -> Written:
    page = _Page(told, letter, name.partition("-")[0].upper(), tuple(rules))
    due = True if any(rule.binds for rule in rules) else None
    blocks = page.blocks()
    missing = tuple(dict.fromkeys(page.missing))
    head = _head(due, rules, missing)
    document = Document(
        title=letter.title,
        sender=told.district,
        foot=f"Incident {told.incident.incident_id}",
        confidential=_DRAFT if due is None else _OPEN if missing else "",
        blocks=[Heading(text=letter.title, level=1), *head, *_address(letter, told), *blocks],
    )
    return Written(name, document, due, missing)


def _head(due: bool | None, rules: list[RuleState], missing: tuple[str, ...]) -> Made:
    """What the sender must know before it is sent; it stands on a draft alone."""
    lines = (
        [f"Open questions: {', '.join(sorted({one for rule in rules for one in rule.open}))}"] if due is None else []
    )
    lines += [f"To be filled in: {', '.join(missing)}"] if missing else []
    return [Box(title="Do not send yet", style="bad", lines=lines)] if lines else []


def _address(letter: Letter, told: Telling) -> Made:
    return [Facts(pairs=[("Date", us_day(told.today)), ("To", letter.to), ("From", told.district)])]


class _Page:
    """The parts of one letter; `missing` names what they lack."""

    def __init__(self, told: Telling, letter: Letter, state: str, rules: tuple[RuleState, ...]) -> None:
        self.told = told
        self.letter = letter
        self.state = state
        self.rules = rules
        self.missing: list[str] = []

    def blocks(self) -> Made:
        """All parts in the letter's order."""
        found: Made = []
        for part in self.letter.says:
            made = _PARTS[part](self)
            if made and part in self.letter.headings:
                made = [Heading(text=self.letter.headings[part]), *made]
            elif made and part in _HEADINGS:
                made = [Heading(text=_HEADINGS[part]), *made]
            found += made
        return found

    def answer(self, question: str) -> bool | None:
        """A signed answer."""
        return self.told.incident.answered(question)

    def stated(self, name: str) -> Made:
        """Somebody's words, or a box for them."""
        said = self.told.incident.statements.get(name)
        if said:
            return [Paragraph(text=one) for one in said.text.split("\n") if one.strip()]
        self.missing.append(name)
        return [Box(title="To be filled in before it is sent", style="bad", lines=[f"{STATEMENTS[name]} ({name})"])]

    def asks(self, question: str) -> None:
        """Note that a part depends on an answer that nobody has given."""
        if self.answer(question) is None and question in OF_LETTERS:
            self.missing.append(f"the answer to {question}")

    def count(self) -> Range:
        """How many people of the letter's state are affected; of a federal letter, all."""
        rows = self.told.by_state
        if self.state == "US":
            return Range(sum(one.low for one in rows.values()), sum(one.high for one in rows.values()))
        return rows.get(self.state, Range(0, 0))


def _nature(page: _Page) -> Made:
    touched = page.told.touched
    reached = f" Systems of the district that were reached: {', '.join(touched)}." if touched else ""
    return [Paragraph(text=NATURE[page.told.incident.kind] + reached), *_said(page, "happened")]


def _said(page: _Page, name: str) -> Made:
    said = page.told.incident.statements.get(name)
    return [Paragraph(text=said.text)] if said else []


def _happened(page: _Page) -> Made:
    return [Paragraph(text=NATURE[page.told.incident.kind]), *page.stated("happened")]


def _times(page: _Page) -> Made:
    told, shown = page.told, page.told.exposure
    pairs = [("Discovered", us_day(parse_at(told.incident.discovered_at).astimezone(told.zone).date()))]
    if shown.earliest_proven is not None and shown.latest_proven is not None:
        pairs.append(("Took place, as far as proven", _span(shown.earliest_proven, shown.latest_proven, told.zone)))
    else:
        pairs.append(("Took place", "no date is proven"))
    pairs.append(("Possible time frame", _span(shown.earliest_possible, shown.latest_possible, told.zone)))
    return [Facts(pairs=pairs)]


def _count(page: _Page) -> Made:
    found = page.count()
    number = f"{found.low:,}" if found.low == found.high else f"at least {found.low:,} and at most {found.high:,}"
    note = "" if found.low == found.high else " The number will be corrected when more is known."
    if not found.high:
        page.missing.append("the number of people")
        number, note = "to be filled in: nobody could be counted", ""
    where = "people" if page.state == "US" else f"residents of {_STATES[page.state]}"
    return [Paragraph(text=f"Number of affected {where}: {number}.{note}")]


def _information(page: _Page) -> Made:
    return page.stated("information")


def _measures(page: _Page) -> Made:
    return page.stated("measures")


def _contact(page: _Page) -> Made:
    return page.stated("contact")


def _district(page: _Page) -> Made:
    return [Paragraph(text=f"This notice comes from {page.told.district}, a public school district.")]


def _reporter(page: _Page) -> Made:
    return [Paragraph(text=f"Reported for {page.told.district} by the person named under “{_HEADINGS['contact']}”.")]


def _responsible(page: _Page) -> Made:
    return _said(page, "responsible") or [Paragraph(text="The person responsible for the breach is not known.")]


def _safeguards(page: _Page) -> Made:
    return page.stated("safeguards")


def _impact(page: _Page) -> Made:
    return _said(page, "impact") or [Paragraph(text="The monetary impact cannot be determined yet.")]


def _bureaus(page: _Page) -> Made:
    page.asks("credit_bureau_data")
    if page.answer("credit_bureau_data") is False and page.state in ("CA", "OK"):
        return []
    return [
        Paragraph(text="You can reach the three major credit reporting agencies here:"),
        Items(items=[f"{name}: {', '.join(said)}" for name, said in load_breach_law().bureaus.items()]),
    ]


def _freeze(page: _Page) -> Made:
    return [
        Paragraph(text="You may ask each of the three credit reporting agencies to place a security freeze on your"
                  " credit report, by mail, by telephone or on its website. There is no charge to place, lift or"
                  " remove a security freeze. For a request you will need:"),
        Items(items=[
            "your full name, with middle initial and any suffix, Social Security number and date of birth;",
            "the addresses at which you lived during the last five years;",
            "proof of your present address, such as a utility or telephone bill;",
            "a copy of a government-issued identification card.",
        ]),
    ]  # fmt: skip


def _police_report(page: _Page) -> Made:
    return [Paragraph(text="You have the right to obtain any police report that was filed in this matter. If you are"
                      " the victim of identity theft, you also have the right to file a police report and to obtain a"
                      " copy of it.")]  # fmt: skip


def _monitoring(page: _Page) -> Made:
    page.asks("credit_bureau_data")
    if page.answer("credit_bureau_data") is False:
        return _said(page, "monitoring")
    return page.stated("monitoring")


def _protect(page: _Page) -> Made:
    return [Items(items=[
        "Look through your account statements and your credit reports for anything that you do not know.",
        "You can get free credit reports at www.annualcreditreport.com or 1-877-322-8228.",
        "You can ask a credit reporting agency for a fraud alert or a security freeze, free of charge.",
        "Report identity theft to the Federal Trade Commission: www.identitytheft.gov, 1-877-438-4338.",
    ])]  # fmt: skip


def _passwords(page: _Page) -> Made:
    page.asks("passwords_exposed")
    if not page.answer("passwords_exposed"):
        return []
    return [Paragraph(text="Your user name or e-mail address was involved together with a password or security answer."
                      " Change the password and the security question at once, here and wherever else you use"
                      " the same.")]  # fmt: skip


def _delay(page: _Page) -> Made:
    page.asks("law_enforcement_delay")
    delayed = page.answer("law_enforcement_delay")
    return [Paragraph(text=f"This notice was {'' if delayed else 'not '}delayed by a law-enforcement investigation.")]


def _updates(page: _Page) -> Made:
    return [Paragraph(text="This notice will be updated when more is known of what is asked here.")]


def _sample(page: _Page) -> Made:
    sample = f"{page.state.lower()}-resident.pdf"
    return [
        Paragraph(text=f"A sample of the notice to residents, without personal information, is attached: {sample}.")
    ]


_PARTS: dict[Part, Callable[[_Page], Made]] = {
    "nature": _nature, "happened": _happened, "times": _times, "count": _count, "count_or_estimate": _count,
    "information": _information, "measures": _measures, "contact": _contact, "district": _district,
    "reporter": _reporter, "responsible": _responsible, "safeguards": _safeguards, "impact": _impact,
    "bureaus": _bureaus, "freeze": _freeze, "police_report": _police_report, "monitoring": _monitoring,
    "protect": _protect, "passwords": _passwords, "delay": _delay, "updates": _updates, "sample": _sample,
}  # fmt: skip
_HEADINGS: dict[Part, str] = {
    "nature": "Nature of the breach", "happened": "What happened", "times": "When", "count": "How many",
    "count_or_estimate": "How many", "information": "What information was involved", "measures": "What is being done",
    "contact": "Whom to ask", "responsible": "Person responsible", "safeguards": "Safeguards",
    "impact": "Monetary impact", "bureaus": "Credit reporting agencies", "freeze": "Security freeze",
    "police_report": "Police report", "monitoring": "Credit monitoring", "protect": "What you can do",
}  # fmt: skip
_STATES = {"OK": "Oklahoma", "CA": "California", "MA": "Massachusetts", "WA": "Washington"}


def us_day(day: date) -> str:
    """`March 6, 2026`."""
    return f"{day:%B} {day.day}, {day.year}"


def _span(since: int, until: int, zone: ZoneInfo) -> str:
    first, last = (datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date() for at in (since, until))
    return us_day(first) if first == last else f"{us_day(first)} to {us_day(last)}"
