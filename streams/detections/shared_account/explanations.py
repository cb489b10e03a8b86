"""The innocent explanations of a shared account: each is tested and its answer goes into the finding."""

from typing import Protocol

from model.reference import Account
from model.violation import Innocent
from streams.detection import Case
from streams.evidence.plain_words import counted, length, listed
from streams.memory.clocks import TOLERANCE
from streams.patterns.usage import Crossing, Overlap

CROWDED = frozenset({"server", "vdi"})  # reached from another device of the same person


class Shown(Protocol):
    """What a finding shows and the explanations are tested against."""

    case: Case
    account: Account
    shared: list[Overlap]
    crossed: list[Crossing]
    normal: set[str]

    def devices(self) -> list[str]: ...

    def sites(self) -> list[str]: ...


def shared_account_innocence(proof: Shown) -> list[Innocent]:
    """One answer for every innocent explanation that these sources can test."""
    return [
        _hand_off(proof),
        _normal_set(proof),
        _class_account(proof),
        _nested(proof),
        _one_person(proof),
        _page_left_open(proof),
        _network(proof),
        _dst(proof),
        _skew(proof),
    ]


def _hand_off(proof: Shown) -> Innocent:
    longest = max((o.interval.length for o in proof.shared), default=0)
    answer = f"The longest time in use at once was {length(longest)}; handing a device on takes less than five minutes."
    if not longest:
        answer = "No two devices were in use at the same time, so no device was being handed on."
    return Innocent(explanation="device_handed_on", answer=answer, holds=False)


def _normal_set(proof: Shown) -> Innocent:
    own = [device for device in proof.devices() if device in proof.normal]
    said = f"Of {listed(proof.devices())}, {listed(own) or 'none'}"
    said += f" {'is' if len(own) < 2 else 'are'} assigned to this person or often used."
    return Innocent(explanation="own_pair_of_devices", answer=said, holds=False)


def _class_account(proof: Shown) -> Innocent:
    return Innocent(
        explanation="class_or_service_account",
        answer=f"accounts.csv lists it as a {proof.account.kind} account.",
        holds=False,
    )


def _nested(proof: Shown) -> Innocent:
    found = [(device, proof.case.reference.device(device, proof.case.started_at)) for device in proof.devices()]
    kinds = [(device, row.device_class if row else "not in devices.csv") for device, row in found]
    said = "; ".join(f"{device}: {kind}" for device, kind in kinds)
    return Innocent(
        explanation="session_inside_a_session",
        answer=f"Device classes: {said}. Remote and network logons were not counted as use.",
        holds=any(kind in CROWDED for _, kind in kinds),
    )


def _one_person(proof: Shown) -> Innocent:
    """A use runs from input to input and on to a lock; between them the owner may be at the other device."""
    alone = [overlap for overlap in proof.shared if overlap.is_left_alone]
    walks = bool(alone) and proof.account.kind != "vendor"  # a tunnel is there, whoever looks at it
    answer = (
        f"In {len(alone)} of {counted(len(proof.shared), 'overlap')} one device shows no activity between the start and"
        " the end. That would look the same if one person went to the other device and came back, or if a screen"
        " locked by itself."
    )
    if not walks:
        answer = "Both were active during every overlap." if proof.shared else "There was no overlap to test."
    return Innocent(
        explanation="one_person_between_devices",
        answer=answer,
        holds=could_be_one_person(proof.account, proof.shared, proof.crossed),
    )


def could_be_one_person(
    account: Account, shared: list[Overlap], crossed: list[Crossing], *, by_itself: bool = False
) -> bool:
    """Whether all of it would look the same if one person went from one device to the other.

    `by_itself`: where one device showed web traffic alone, too, which an open page makes when nobody is there.
    """
    if account.kind == "vendor":
        return False
    met = all(overlap.is_left_alone or (by_itself and overlap.is_web_alone) for overlap in shared)
    came = all(by_itself and crossing.is_web_alone for crossing in crossed)
    return bool(shared or crossed) and met and came


def _page_left_open(proof: Shown) -> Innocent:
    """The filter tells which sites a device asked for, not whether somebody was reading them."""
    web = sum(one.is_web_alone for one in proof.shared) + sum(one.is_web_alone for one in proof.crossed)
    answer = "At no time does it rest on the web traffic of a device alone."
    if web:
        answer = (
            f"{counted(web, 'time')} one of the two devices shows nothing but web traffic. A page that was left open"
            " goes on asking for its site when nobody is there. Ask whether that device was left unlocked."
        )
    holds = bool(web) and could_be_one_person(proof.account, proof.shared, proof.crossed, by_itself=True)
    return Innocent(explanation="page_left_open", answer=answer, holds=holds)


def _network(proof: Shown) -> Innocent:
    sites = listed([proof.case.reference.site_name(one, proof.case.started_at) for one in proof.sites()])
    return Innocent(
        explanation="shared_address_or_split_tunnel",
        answer=f"A school is known only from its own networks and access points ({sites or 'none was used'});"
        " a home address is never taken for a school.",
        holds=False,
    )


def _dst(proof: Shown) -> Innocent:
    local = proof.case.calendar.local
    night = local(proof.case.started_at).utcoffset() != local(proof.case.ended_at - 1).utcoffset()
    answer = (
        "The clocks changed during this school day; every overlap is computed in UTC, so that has no effect."
        if night
        else "The clocks did not change that day."
    )
    return Innocent(explanation="clocks_changed", answer=answer, holds=False)


def _skew(proof: Shown) -> Innocent:
    """How far the sources' clocks would have to differ to explain the finding, and what is thought possible."""
    sources = sorted({s.source_id for o in proof.shared for use in (o.one, o.other) for s in use.shown_by})
    margins = [o.interval.length for o in proof.shared] + [c.travel - c.gap for c in proof.crossed]
    if len(sources) == 1 or not margins:
        return Innocent(
            explanation="skewed_clock", answer="All records come from one source, with one clock.", holds=False
        )
    measured = any(name in sources for name, _, _ in proof.case.clocks)
    return Innocent(
        explanation="skewed_clock",
        answer=f"The clocks of {listed(sources) or 'the sources'} would have to differ by {length(max(margins))} to"
        f" explain it; {length(TOLERANCE)} is thought possible."
        f"{'' if measured else ' No sign-in shows that they differ by more.'}",
        holds=max(margins) <= TOLERANCE,
    )
