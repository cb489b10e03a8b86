"""What is remembered of a bulk pull: exported records, exports of everything, and data sent to storage hosts."""

from model.policy import BulkParameters, Policy
from model.reference import Reference
from streams.detection import ALWAYS, Case
from streams.memory.volumes import Amount
from streams.memory.watermarks import NEVER
from streams.patterns.host_kinds import kind_of
from streams.seen import Page, Seen
from streams.sighting import Sighting

DETECTION = "bulk_data_pull"
EXPORT, WHOLE, UPLOAD, UNSIZED = "record.exported", "whole_export", "upload", "upload_of_unknown_size"
LISTENS = frozenset({EXPORT, "web.requested", "connection.recorded"})
MINUTE = 60_000
_PERSONS = frozenset({"personal", "generic", "vendor"})


def rules_of(policy: Policy) -> BulkParameters:
    """The pack's numbers for this detection."""
    return policy.detections.bulk_data_pull.parameters


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """What somebody known pulled; a service account is nobody, and an address that many share is nobody's."""
    kind = _export(seen, policy) if seen.action == EXPORT else _upload(seen, reference, policy)
    if kind is None or not _is_somebody(seen, reference):
        return None
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=seen.account or seen.holder,
        person=seen.person,
        device_id=seen.device_id,
        address=seen.address,
        site=seen.site,
        domain=seen.domain or seen.destination if kind in (UPLOAD, UNSIZED) else None,
        url_category=seen.url_category or seen.app if kind in (UPLOAD, UNSIZED) else None,
        bytes_out=(seen.bytes_out or 0) if kind == UPLOAD else 0,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )


def _is_somebody(seen: Seen, reference: Reference) -> bool:
    name = seen.account or seen.holder
    if name is None:
        return seen.device_id is not None
    row = reference.account(name, seen.at)
    return seen.person is not None or (row is not None and row.kind in _PERSONS)


def _export(seen: Seen, policy: Policy) -> str | None:
    if seen.outcome == "failure":
        return None
    return WHOLE if (seen.vendor_action or "").lower() in rules_of(policy).whole_exports else EXPORT


def _upload(seen: Seen, reference: Reference, policy: Policy) -> str | None:
    if seen.bytes_out == 0 or not _is_storage(seen, seen.at, reference, policy):
        return None
    return UNSIZED if seen.bytes_out is None else UPLOAD


def passes_over(page: Page, at: int, reference: Reference, policy: Policy) -> int:
    """Every request for a page of no storage host, or that was blocked."""
    return NEVER if _is_storage(page, at, reference, policy) else ALWAYS


def _is_storage(seen: Seen | Page, at: int, reference: Reference, policy: Policy) -> bool:
    rules, said = rules_of(policy), seen.url_category or seen.app
    if seen.verdict == "blocked":
        return False
    found = kind_of(seen.domain, said, at, reference, policy, DETECTION, rules.filter_categories)
    return found.category in rules.storage


def subject(sighting: Sighting) -> str:
    """The person; the account of nobody in users.csv; the device where nobody was signed in."""
    return sighting.person or sighting.account or sighting.device_id or ""


def alike(sighting: Sighting) -> object:
    """The same, through the same source and to the same host, within a minute is one run."""
    about = (sighting.domain, sighting.url_category, sighting.account, sighting.device_id, sighting.site)
    return sighting.kind, sighting.at // MINUTE, sighting.source_id, about


def amount(sighting: Sighting) -> Amount:
    """Records and bytes, as the cohort's amounts are counted."""
    return (sighting.count if sighting.kind == EXPORT else 0), sighting.bytes_out


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """Whether the floors can be passed at all."""
    rules = rules_of(policy)
    records = sum(s.count for s in sightings if s.kind == EXPORT)
    sent = sum(s.bytes_out for s in sightings)
    return records > rules.record_floor or sent > rules.byte_floor or any(s.kind == WHOLE for s in sightings)


def kind_now(sighting: Sighting, case: Case) -> bool:
    """Whether the host is still unsanctioned storage by what the district says of it now."""
    rules, policy = rules_of(case.policy), case.policy
    words = rules.filter_categories
    said = kind_of(sighting.domain, sighting.url_category, sighting.at, case.reference, policy, DETECTION, words)
    return said.category in rules.storage
