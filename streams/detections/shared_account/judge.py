"""From the use of one account on one school day to a finding; a vendor is judged by its tunnels."""

from dataclasses import replace

from msgspec import structs

from model.reference import Account
from streams.detection import Case, Finding, Verdict
from streams.detections.shared_account.day import Day
from streams.detections.shared_account.proof import Proof
from streams.evidence.identity import Identity
from streams.patterns.excuses import Excuses, names, stays
from streams.patterns.sessions import Session, build, limits_of
from streams.patterns.usage import Use, overlaps
from streams.sighting import Sighting

MINUTE = 60_000


def judge(case: Case) -> Verdict:
    """One finding per account and school day; its overlaps are listed inside."""
    account = case.reference.account(case.subject, case.started_at) or case.reference.account(
        case.subject, case.ended_at
    )
    if account is None:
        return Verdict([])
    if account.kind == "vendor":
        return Verdict(_judge_vendor(case, account))
    return Day(_without_copies(_without_anothers_desk(case, account)), account).verdict()


def _without_anothers_desk(case: Case, account: Account) -> Case:
    """The case without the web traffic of a device at which, as was told only later, another person sat.

    A filter goes on naming whoever used the device before (`sight`); the device's own log may come after the filter's.
    """
    kept = [s for s in case.sightings if s.kind != "web.requested" or not _is_anothers(case, account, s)]
    return case if len(kept) == len(case.sightings) else replace(case, sightings=kept)


def _is_anothers(case: Case, account: Account, seen: Sighting) -> bool:
    """Whether others sat there when it began and when it ended."""
    if not seen.device_id:
        return False
    names = {case.sitter(seen.device_id, at) for at in (seen.at, seen.until)}
    people = {case.reference.account(name, seen.at) if name else None for name in names}
    return all(one is not None and one.person not in (None, account.person) for one in people)


def _without_copies(case: Case) -> Case:
    """The case without the devices and places that a network card tells whose address somebody else seems to have."""
    identity = Identity(case, case.sightings)
    if not identity.copied and not identity.misplaced:
        return case
    kept = [s for s in case.sightings if s.device_id not in identity.copied or not identity.by_card(s)]
    moved = [s.device_id in identity.misplaced and identity.placed_by_card(s) for s in kept]
    return replace(
        case, sightings=[structs.replace(s, site=None) if away else s for s, away in zip(kept, moved, strict=True)]
    )


def _judge_vendor(case: Case, account: Account) -> list[Finding]:
    """Two public addresses at once: several technicians under one name."""
    rules = case.policy.detection("shared_account").parameters
    limits = limits_of(case, case.policy.detections.unapproved_vendor_session.parameters)
    found = [_as_use(session) for session in build(case.sightings, limits) if session.address]
    shared = overlaps(found, rules.overlap_minutes * MINUTE)
    if not shared:
        return []
    excuses = Excuses(case, "shared_account")
    by = [excuses.of(overlap.interval, account=account.account, person=account.person) for overlap in shared]
    left = [overlap for overlap, excuse in zip(shared, by, strict=True) if stays(excuse)]
    consulted = list(excuses.weighed.values())
    finding = Proof(case, account, left or shared, consulted=consulted, uses=found).finding(
        ["two_devices"], "high", "high"
    )
    finding = replace(finding, needs="vendor")
    if not left:
        return [replace(finding, suppressed_by=names(by))]
    return [replace(finding, ratified_by=names(excuse for excuse in by if stays(excuse)))]


def _as_use(session: Session) -> Use:
    """A tunnel stands for the device at its public address; an inferred tail never counts."""
    recorded = session.close == "recorded"
    end = session.ended_at if recorded else session.last_at
    closed_by = session.tunnel[-1] if recorded else None
    return Use(session.address or "", "vpn", None, session.started_at, end, session.sightings, closed_by)
