"""The words on the screen for what a finding is: detections, reasons, states; and numbers with their things."""

import re
from typing import Final

from dashboard.plain_names import plain, sentence
from model.violation import STAGED, Violation
from model.vocabulary import SIGMA
from storage.queries.triage import Standing

_UNITS: Final = {"Y": "year", "M": "month", "W": "week", "D": "day"}
DETECTIONS: Final = {
    "shared_account": "Shared account",
    "device_used_by_another": "Device used by another",
    "staff_account_on_student_device": "Staff account on a student's device",
    "unapproved_vendor_session": "Unapproved vendor session",
    "vendor_outside_vpn": "Vendor outside the VPN",
    "ended_account_in_use": "Ended account in use",
    "filter_circumvention": "Filter circumvention",
    "unfiltered_device": "Unfiltered device",
    "lost_device": "Lost device",
    "unreturned_device": "Unreturned device",
    "unapproved_privilege_change": "Unapproved privilege change",
    "bulk_data_pull": "Bulk data pull",
    "bandwidth_abuse": "Bandwidth abuse",
    "silent_source": "Silent source",
    "investigator_misuse": "Investigator misuse",
    "overdue_duty": "Overdue duty",
    "retention_breach": "Retention breach",
}
_PLAIN: Final = {
    "none": "without any approval",
    "early": "before the approval began",
    "overrun": "beyond the approval's end",
    "wrong_system": "a system no approval names",
    "wrong_approver": "no entitled approver on record",
    "no_it_approval": "longer than a day without IT's approval",
    "after_hours": "after hours without permission",
    "sponsor_gone": "nobody here answers for the vendor",
    "agreement_ended": "the vendor's agreement had ended",
    "two_sites": "at two schools at once",
    "two_devices": "on two devices at once",
    "many_devices": "on unusually many devices",
    "outsider": "an outsider at a staff member's device",
    "other": "somebody else's device",
    "technician": "IT at somebody else's device, for the record",
    "wrote_records": "and changed records",
    "guessed": "after its password was guessed",
    "in_use": "in use there",
    "no_vpn": "inside without the VPN",
    "remote_tool": "by a remote-support tool",
    "unmonitored": "while nobody watched",
    "succeeded": "got around the filter",
    "attempted": "tried to get around the filter",
    "past_term": "after the term had ended",
    "separated": "after the person had left the district",
    "suspended": "while the person was suspended",
    "no_contract": "without a signed student contract",
    "still_enabled": "the account was left enabled",
    "reactivated_without_request": "switched on again without a request",
    "late_report": "reported late",
    "no_police_report": "no police report",
    "used_after_report": "used after it was reported lost",
    "tracked_without_loss": "tracked although it was not reported lost",
    "unfiltered": "without the web filter",
    "silent": "told nothing",
    "fewer_records": "told far fewer records than usual",
    "logging_disabled": "logging was switched off",
    "self_granted": "somebody gave a right to himself or herself",
    "brief": "given and soon taken back",
    "unapproved": "without an approval",
    "event": "records that the rule looks for",
    "event_count": "many such records at once",
    "value_count": "many different values at once",
    "value_sum": "a large sum at once",
    "temporal": "records of several rules at once",
    "temporal_ordered": "records of several rules, one after the other",
}
STATUSES: Final = {
    "open": "stands: the records of every source it needs have arrived",
    "provisional": "may change: records of a source it needs have not arrived yet",
    "suppressed": "an exemption covers it; kept for the record",
    "withdrawn": "later evidence took it back; kept for the record",
}
CONFIDENCES: Final = {
    "high": "every step of the proof is recorded",
    "medium": "one step is inferred, not recorded",
    "low": "several steps are inferred, or many people share what it rests on",
}
SPANS: Final = {
    "session": "Session",
    "approval": "Approved",
    "uncovered": "Not covered",
    "overlap": "At once",
    "burst": "Burst",
}


NO_RECORDS: Final = (
    "No log record is behind it: it is about what was not done, or not told, by the district's own tables."
)


def detection(name: str) -> str:
    """`shared_account` → `Shared account`; a rule of Sigma by its own name."""
    if name.startswith(SIGMA):
        return f"Sigma rule {name.removeprefix(SIGMA)}"
    return DETECTIONS.get(name, sentence(name))


def reason(name: str) -> str:
    """`wrong_system` → `a system no approval names`."""
    return _PLAIN.get(name, plain(name))


def span_kind(name: str) -> str:
    """`approval` → `Approved`."""
    return SPANS.get(name, sentence(name))


def standing(v: Violation) -> list[str]:
    """What became of a finding, as sentences; none where it simply stands."""
    said = (
        (v.status == "provisional", f"Provisional: {STATUSES['provisional']}."),
        (
            v.suppressed_by and v.suppressed_by != STAGED,
            f"Suppressed by {v.suppressed_by}: kept for the record, not counted as open.",
        ),
        (
            v.suppressed_by == STAGED,
            "Found while this detection was on trial: kept for the record, not counted as open.",
        ),
        (v.ratified_by, f"Ratified by {v.ratified_by}: an approval that came afterwards. The finding stays on record."),
        (v.superseded_by, f"Superseded by {v.superseded_by}."),
        (v.status == "withdrawn", "Withdrawn: later evidence took it back."),
        (
            v.adopted,
            v.adopted and f"So found when history was judged again; adopted by {v.adopted.by}: {v.adopted.why}.",
        ),
    )
    return [str(note) for true, note in said if true]


def handled(one: Standing) -> str:
    """Where it stands with the people who handle it: `closed: false positive`, `assigned to ana`."""
    outcome = f": {plain(one.outcome)}" if one.outcome else ""
    return f"{one.state}{f' to {one.assignee}' if one.assignee and one.state == 'assigned' else ''}{outcome}"


def tested(holds: bool) -> str:
    """What came of testing an innocent explanation."""
    return "may explain it" if holds else "no sign of it"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """`1 event`, `3,120 events`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


_SINCE = {
    "from occurred": "from when they occurred",
    "from stored": "from when they were stored",
    "from closed": "from when they were closed",
    "from school_year_end": "from the end of the school year",
}


def kept(schedule: str) -> str:
    """How long a class of records is kept: `7 years from when they occurred`, of `P7Y from occurred`."""
    keep, _, since = schedule.partition(" ")
    spans = [counted(int(number), _UNITS[unit]) for number, unit in re.findall(r"(\d+)([YMWD])", keep)]
    return f"{', '.join(spans)} {_SINCE.get(since, since.replace('_', ' '))}"


def size(count: float) -> str:
    """Bytes as people read them: `45.9 MB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")
