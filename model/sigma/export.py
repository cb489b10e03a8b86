"""Our detections as Sigma, as far as Sigma can say them: over our own fields, with the numbers of a policy.

Sigma knows records, counts and order. It knows no approvals, no calendar, no sittings and no absence; what a rule
leaves out stands in its description. A detection of which nothing is left is in `NOT_SAID` with the reason.
"""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from model.policy.whole import Policy

NOT_SAID = {
    "shared_account": "overlapping use of two devices or sites needs sittings, which no record holds",
    "device_used_by_another": "whose device it is stands in assignments.csv, not in a record",
    "unapproved_vendor_session": "what is missing is an approval, and no record tells of one",
    "vendor_outside_vpn": "it asks for what no tunnel carried; Sigma cannot ask for what is not there",
    "lost_device": "what was reported lost stands in losses.csv, not in a record",
    "ended_account_in_use": "whose standing ended stands in the district's tables, not in a record",
    "unfiltered_device": "it asks for records of the filter that are not there",
    "silent_source": "it asks for records that are not there",
    "unreturned_device": "it asks for returns that are not there",
    "overdue_duty": "it asks for what was not done by a date",
    "investigator_misuse": "searches of the audit trail are no events of a source",
    "retention_breach": "how long records are kept is no event of a source",
}
_LEVELS = {"info": "informational"}


def exported(policy: Policy) -> str:
    """The YAML documents of all rules, each with the detection and the policy it comes from."""
    rules = [*_privileges(policy), *_filter(policy), *_guessed(policy), *_bulk(policy), *_downloads(policy)]
    return "---\n".join(yaml.safe_dump(_whole(policy, rule), sort_keys=False, allow_unicode=True) for rule in rules)


def _whole(policy: Policy, rule: dict[str, Any]) -> dict[str, Any]:
    """With an id that stays the same for a rule of this name and policy."""
    name = rule["name"]
    head = {
        "title": rule.pop("title"),
        "id": str(uuid5(NAMESPACE_URL, f"hallmonitor/{policy.id}/{name}")),
        "name": name,
    }
    return head | {"status": "experimental"} | {key: value for key, value in rule.items() if key not in head}


def _level(policy: Policy, detection: str, reason: str) -> str:
    said = policy.detection(detection).severity[reason]
    return _LEVELS.get(said, said)


def _rule(name: str, title: str, left_out: str, level: str, selection: Any, **logsource: str) -> dict[str, Any]:
    detection = {"selection": selection, "condition": "selection"}
    source = {"product": "hallmonitor", **logsource}
    said = {"name": name, "title": title, "description": f"Left out: {left_out}."}
    return {**said, "logsource": source, "detection": detection, "level": level}


def _counted(name: str, title: str, left_out: str, level: str, correlation: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "description": f"Left out: {left_out}.",
        "correlation": correlation,
        "level": level,
    }


def _privileges(policy: Policy) -> Iterator[dict[str, Any]]:
    name = "unapproved_privilege_change"
    words = policy.detections.unapproved_privilege_change.parameters.admin_words
    level = _level(policy, name, "logging_disabled")
    cleared = {"action": ["log.cleared", "audit_policy.changed"], "outcome": "success"}
    left_out = "approvals and break-glass, machines that do it to themselves, whether a changed setting is a weaker one"
    yield _rule(
        f"{name}-logging_disabled", "An audit log was cleared or auditing was changed", left_out, level, cleared
    )
    level = _level(policy, name, "unapproved")
    left_out = "approvals, sync accounts that put back what they removed, names that only look like an administrator's"
    given = {"action": ["group_member.added", "privilege.assigned"], "app|contains": list(words)}
    yield _rule(f"{name}-unapproved", "A right of administrators was given", left_out, level, given)
    removed = {"action": "mfa_method.removed", "outcome": "success"}
    left_out = "approvals, and a second factor that is added again soon after"
    yield _rule(f"{name}-second_factor", "A second factor was removed", left_out, level, removed)


def _filter(policy: Policy) -> Iterator[dict[str, Any]]:
    hosts = [host for category in ("proxy_avoidance", "vpn") for host in policy.well_known_domains.get(category, ())]
    if hosts:
        selection = [{"domain": hosts}, {"domain|endswith": [f".{host}" for host in hosts]}]
        left_out = "domains.csv, the filter's categories, approved bypasses, searches, and how much went through"
        level = _level(policy, "filter_circumvention", "attempted")
        title = "A site was asked for that is known as a way around the web filter"
        yield _rule("filter_circumvention-attempted", title, left_out, level, selection, category="proxy")


def _guessed(policy: Policy) -> Iterator[dict[str, Any]]:
    name = "staff_account_on_student_device"
    rules = policy.detections.staff_account_on_student_device.parameters
    refused = {"action": ["account.logged_on", "account.authenticated"], "outcome": "failure"}
    level, base = _level(policy, name, "guessed"), f"{name}-refused"
    left_out = "whose account and whose device it is, resets of the password, and the sign-in that succeeded in the end"
    yield _rule(base, "A sign-in was refused", "everything but the refusal", "low", refused, category="auth")
    said: dict[str, Any] = {"type": "event_count", "rules": [base], "group-by": ["account", "device"]}
    said |= {"timespan": f"{rules.failures_minutes}m", "condition": {"gte": rules.failures}}
    yield _counted(f"{name}-guessed", "Several sign-ins of an account were refused at a device", left_out, level, said)


def _bulk(policy: Policy) -> Iterator[dict[str, Any]]:
    rules, base = policy.detections.bulk_data_pull.parameters, "bulk_data_pull-export"
    level = _level(policy, "bulk_data_pull", "exported_records")
    left_out = "what is usual for the role and the hour, records that stand for several, duty lists"
    export = {"action": "record.exported"}
    yield _rule(base, "A record was exported", "everything but the export", "low", export)
    said: dict[str, Any] = {"type": "event_count", "rules": [base], "group-by": ["account"]}
    said |= {"timespan": f"{rules.record_hours}h", "condition": {"gte": rules.record_floor}}
    yield _counted("bulk_data_pull-exported_records", "An account exported many records", left_out, level, said)


def _downloads(policy: Policy) -> Iterator[dict[str, Any]]:
    rules, base = policy.detections.bandwidth_abuse.parameters, "bandwidth_abuse-transfer"
    level = _level(policy, "bandwidth_abuse", "downloads")
    left_out = "duty time, classes of devices, updates, video calls, curriculum and storage that the district allows"
    transfer = {"bytes_in|gte": rules.counted_from}
    yield _rule(base, "A transfer of some size", "everything but the size", "low", transfer, category="proxy")
    said: dict[str, Any] = {
        "type": "value_sum",
        "rules": [base],
        "group-by": ["account"],
        "timespan": f"{rules.download_minutes}m",
    }
    said |= {"condition": {"gte": rules.download_floor, "field": "bytes_in"}}
    yield _counted("bandwidth_abuse-downloads", "An account downloaded very much", left_out, level, said)
