"""The innocent explanations of a shared account: each is tested and its answer goes into the finding."""

from typing import Protocol

from model.reference import Account
from model.violation import Innocent
from streams.detection import Case
from streams.patterns.usage import Crossing, Overlap

CROWDED = frozenset({"server", "vdi"})  # reached from another device of the same person
TOLERANCE_S = 120  # seconds that two sources' clocks may disagree by


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
    """One answer for every trap that these sources can show."""
    return [
        _hand_off(proof),
        _normal_set(proof),
        _class_account(proof),
        _nested(proof),
        _one_person(proof),
        _network(proof),
        _dst(proof),
        _skew(proof),
    ]


def _hand_off(proof: Shown) -> Innocent:
    longest = max((o.interval.length // 1000 for o in proof.shared), default=0)
    return Innocent(
        explanation="device_handed_on",
        answer=f"The longest overlap of input is {longest} seconds; a hand-off is under five minutes.",
        holds=False,
    )


def _normal_set(proof: Shown) -> Innocent:
    own = [device for device in proof.devices() if device in proof.normal]
    said = f"Of {', '.join(proof.devices())} the person's own, by assignment or habit: {', '.join(own) or 'none'}."
    return Innocent(explanation="own_pair_of_devices", answer=said, holds=False)


def _class_account(proof: Shown) -> Innocent:
    return Innocent(
        explanation="class_or_service_account",
        answer=f"accounts.csv says that it is a {proof.account.kind} account.",
        holds=False,
    )


def _nested(proof: Shown) -> Innocent:
    found = [(device, proof.case.reference.device(device, proof.case.started_at)) for device in proof.devices()]
    kinds = [(device, row.device_class if row else "not in devices.csv") for device, row in found]
    said = "; ".join(f"{device}: {kind}" for device, kind in kinds)
    return Innocent(
        explanation="session_inside_a_session",
        answer=f"{said}. Remote and network logons are not counted as use.",
        holds=any(kind in CROWDED for _, kind in kinds),
    )


def _one_person(proof: Shown) -> Innocent:
    """Use goes from input to input and to a lock; between them its owner may be at the other device."""
    alone = [overlap for overlap in proof.shared if overlap.is_left_alone]
    walks = bool(alone) and proof.account.kind != "vendor"  # a tunnel is there, whoever looks at it
    said = (
        f"In {len(alone)} of {len(proof.shared)} stretches one of the devices shows no input between both ends: one "
        "person who went to the other device and came back, or a screen that locked by itself, would show the same."
    )
    return Innocent(
        explanation="one_person_between_devices",
        answer=said if walks else "Within every stretch both devices were at work.",
        holds=could_be_one_person(proof.account, proof.shared, proof.crossed),
    )


def could_be_one_person(account: Account, shared: list[Overlap], crossed: list[Crossing]) -> bool:
    """Whether one person who goes from one device to the other would show the same everywhere."""
    alone = all(overlap.is_left_alone for overlap in shared)
    return bool(shared) and alone and not crossed and account.kind != "vendor"


def _network(proof: Shown) -> Innocent:
    sites = ", ".join(proof.sites())
    return Innocent(
        explanation="shared_address_or_split_tunnel",
        answer=f"Places come from site networks and access points only ({sites or 'none was used'}); home is no site.",
        holds=False,
    )


def _dst(proof: Shown) -> Innocent:
    local = proof.case.calendar.local
    night = local(proof.case.started_at).utcoffset() != local(proof.case.ended_at - 1).utcoffset()
    answer = (
        "The clocks changed in this school day; all overlaps are computed in UTC."
        if night
        else "They did not that day."
    )
    return Innocent(explanation="clocks_changed", answer=answer, holds=False)


def _skew(proof: Shown) -> Innocent:
    """How far the sources' clocks would have to disagree for the finding to vanish, against the tolerance."""
    sources = sorted({s.source_id for o in proof.shared for use in (o.one, o.other) for s in use.shown_by})
    margins = [o.interval.length for o in proof.shared] + [c.travel - c.gap for c in proof.crossed]
    if len(sources) == 1 or not margins:
        return Innocent(explanation="skewed_clock", answer="One source tells it all, by one clock.", holds=False)
    seconds = max(margins) // 1000
    return Innocent(
        explanation="skewed_clock",
        answer=f"The clocks of {', '.join(sources) or 'the sources'} would have to be {seconds} seconds apart to "
        f"explain it; the tolerance is {TOLERANCE_S}. Their true difference was not measured.",
        holds=seconds <= TOLERANCE_S,
    )
