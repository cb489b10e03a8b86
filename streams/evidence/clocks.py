"""What a finding says of clocks that were off: by how much, measured from which sign-ins, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from msgspec import structs

from model.event import format_ms
from model.violation import Exhibit, Measure
from streams.detection import Case, Finding
from streams.evidence.plain_words import clock, counted, length, listed
from streams.memory.clocks import DAY_MS, LEAST, Reading
from streams.sighting import Sighting

CLOCK = "skewed_clock"


def with_clocks(finding: Finding, case: Case) -> Finding:
    """The finding, with the clocks that its exhibits rest on: in words, by numbers, and with the sign-ins that show it.

    A clock that may be off and could not be corrected makes the confidence low.
    """
    if not case.clocks:
        return finding
    shown = {exhibit.event_id for exhibit in finding.exhibits}
    seen = {one.event_id: one for one in case.sightings if one.event_id in shown}
    off = _clocks(seen.values(), case)
    if not off:
        return finding
    said = [told(computer, reading) for computer, reading in off.items()]
    pairs = {one.event_id: one for reading in off.values() for one in _shown(reading) if one.event_id not in shown}
    return replace(
        finding,
        explanation=" ".join([finding.explanation, *said]),
        exhibits=[*(_by_its_clock(one, seen, case) for one in finding.exhibits), *pairs.values()],
        aside=frozenset(pairs),
        measures=[*finding.measures, *(_measure(computer, reading) for computer, reading in off.items())],
        innocent_explanations=[
            structs.replace(one, answer=" ".join([*said, one.answer])) if one.explanation == CLOCK else one
            for one in finding.innocent_explanations
        ],
        confidence="low" if any(reading.doubt for reading in off.values()) else finding.confidence,
    )


def _clocks(seen: Iterable[Sighting], case: Case) -> dict[str, Reading]:
    """By computer, the clocks that were off: of what is shown, and of the computers that tell who sat at a device."""
    found: dict[str, Reading] = {}
    rested = {step.source_id for one in seen for step in case.steps(one) if step.field == "person"}
    for (source_id, reporter, day), reading in sorted(case.clocks.items(), key=lambda each: each[0]):
        told_by = any(
            (one.source_id, one.reporter or "", one.told_at // DAY_MS) == (source_id, reporter, day) for one in seen
        )
        if told_by or source_id in rested:
            found.setdefault(reporter or source_id, reading)
    return found


def told(computer: str, reading: Reading) -> str:
    """What is known of a clock, in a sentence or two."""
    number, names = counted(len(reading.pairs), "sign-in"), {pair.computer.reporter for pair in reading.pairs}
    where = "at it" if names == {computer} else f"at {counted(len(names), 'computer')} of {_sources(reading)}"
    measured = f"measured from {number} {where} that the domain controller recorded, too"
    if reading.ahead:
        off = f"{length(abs(reading.ahead))} {'ahead' if reading.ahead > 0 else 'behind'}"
        return f"The clock of {computer} was {off}, {measured}. The times given here are corrected for that."
    return (
        f"The clock of {computer} may have been off by {length(reading.doubt)}, {measured}; {reading.why}. So nothing"
        " here rests on an order or an overlap within that time."
    )


def _sources(reading: Reading) -> str:
    return listed(sorted({pair.computer.source_id for pair in reading.pairs}))


def _by_its_clock(one: Exhibit, seen: Mapping[str, Sighting], case: Case) -> Exhibit:
    """An exhibit shows the time that its record tells, and says what the right one is."""
    sighting = seen.get(one.event_id)
    if sighting is None or not sighting.ahead:
        return one
    at = clock(case.calendar, sighting.at)
    return structs.replace(one, shows=f"{one.shows} (by a clock that was off; the right time is {at})")


def _measure(computer: str, reading: Reading) -> Measure:
    ids = [one.event_id for pair in reading.pairs for one in (pair.computer, pair.controller)]
    return Measure(
        name=f"sign-ins that show how far the clock of {computer} was off",
        value=len(reading.pairs),
        threshold=LEAST,
        event_ids=ids,
    )


def _shown(reading: Reading) -> Iterator[Exhibit]:
    """Both records of as many sign-ins as a correction needs. Whose they were is not told here."""
    for pair in reading.pairs[:LEAST]:
        yield Exhibit(
            event_id=pair.computer.event_id,
            occurred_at=format_ms(pair.computer.at),
            source_id=pair.computer.source_id,
            shows=f"a sign-in by the clock of {pair.computer.reporter}",
        )
        yield Exhibit(
            event_id=pair.controller.event_id,
            occurred_at=format_ms(pair.controller.at),
            source_id=pair.controller.source_id,
            shows=f"the same sign-in at {pair.computer.reporter} by the domain controller's clock",
        )
