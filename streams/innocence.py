"""The innocent explanations of a shared account: each is tested and its answer goes into the finding."""

from typing import TYPE_CHECKING

from model.violation import Innocent

if TYPE_CHECKING:
    from streams.shared_account_proof import Proof


def shared_account_innocence(proof: "Proof") -> list[Innocent]:
    """One answer for every trap that these sources can show."""
    return [
        _hand_off(proof),
        _normal_set(proof),
        _class_account(proof),
        _nested(proof),
        _network(proof),
        _dst(proof),
        _skew(proof),
    ]


def _hand_off(proof: "Proof") -> Innocent:
    longest = max((o.interval.length // 1000 for o in proof.shared), default=0)
    return Innocent(
        explanation="a device passed on or swapped: the first was idle before the second was used",
        answer=f"the longest overlap of input is {longest} seconds; a hand-off is under five minutes",
        holds=False,
    )


def _normal_set(proof: "Proof") -> Innocent:
    own = [device for device in proof.devices() if device in proof.normal]
    said = f"of {', '.join(proof.devices())}, these are the person's own by assignment or habit: {', '.join(own) or 'none'}"
    return Innocent(
        explanation="laptop and room PC, or another pair that one person works at", answer=said, holds=False
    )


def _class_account(proof: "Proof") -> Innocent:
    return Innocent(
        explanation="a class, testing, generic or service account that several people may use",
        answer=f"accounts.csv says that it is a {proof.account.kind} account",
        holds=False,
    )


def _nested(proof: "Proof") -> Innocent:
    return Innocent(
        explanation="a remote desktop or virtual desktop inside a session, or single sign-on fanning out",
        answer="remote and network logons, servers and virtual desktops are not counted as use",
        holds=False,
    )


def _network(proof: "Proof") -> Innocent:
    sites = ", ".join(proof.sites())
    return Innocent(
        explanation="an address shared by many, or a split tunnel that shows home and district at once",
        answer=f"places come from site networks and access points only ({sites or 'no site was used'}); home is no site",
        holds=False,
    )


def _dst(proof: "Proof") -> Innocent:
    local = proof.case.calendar.local
    night = local(proof.case.started_at).utcoffset() != local(proof.case.ended_at - 1).utcoffset()
    answer = (
        "the clocks changed in this school day; all overlaps are computed in UTC" if night else "no change that day"
    )
    return Innocent(explanation="the repeated hour of a clock change", answer=answer, holds=False)


def _skew(proof: "Proof") -> Innocent:
    sources = sorted({s.source_id for o in proof.shared for use in (o.one, o.other) for s in use.inputs})
    return Innocent(
        explanation="two sources' clocks disagree",
        answer=f"sources: {', '.join(sources) or 'one'}; overlaps under five minutes never count",
        holds=False,
    )
