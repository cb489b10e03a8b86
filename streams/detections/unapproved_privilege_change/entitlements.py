"""Which changes give a right or weaken a safeguard: by their kind, and by the names of groups and units."""

import re

from model.policy import Policy, PrivilegeParameters

GROUP, ROLE, UNIT = "group_member.added", "privilege.assigned", "org_unit.changed"
MFA, POLICY, AUDIT, CLEARED = "mfa_method.removed", "security_policy.changed", "audit_policy.changed", "log.cleared"
LOGGING = frozenset({AUDIT, CLEARED})
GRANTS = frozenset({GROUP, ROLE, UNIT})
TAKEN_BACK = {
    GROUP: frozenset({"group_member.removed"}),
    ROLE: frozenset({"privilege.removed"}),
    MFA: frozenset({"mfa_method.added"}),
}
USE = "use"  # an act that only an administrator can do
NAMED = {MFA: "second factor", CLEARED: "audit log", AUDIT: "audit policy"}  # what such a change is about
WEAKER = frozenset({"deleted", "disabled", "report only"})
_LENGTH = re.compile(r"minimum password length (\d+)", re.A)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")


def rules_of(policy: Policy) -> PrivilegeParameters:
    """The pack's numbers for this detection."""
    return policy.detections.unapproved_privilege_change.parameters


def key(name: str) -> str:
    """An entitlement as it is compared: without case, and without the domain of a group's address."""
    return name.strip().casefold().partition("@")[0] or name.strip().casefold()


def words(name: str) -> set[str]:
    """The words of a name, whatever joins them: `SIS-Admins`, `sisAdmins` and `sis_admins` are all of two."""
    return set(_WORD.findall(_CAMEL.sub(" ", name.partition("@")[0]).lower()))


def is_weaker(action: str, reason: str | None, policy: Policy) -> bool:
    """Whether a change of a policy takes protection away, as far as the record says so."""
    said = reason or ""
    if action == AUDIT:
        return "removed" in said
    length = _LENGTH.fullmatch(said)
    return int(length[1]) < rules_of(policy).password_length if length else said in WEAKER


def counts(kind: str, name: str, policy: Policy, approved: frozenset[str], *, by_service: bool) -> bool:
    """Whether giving this is a change of privilege; `approved`: what the district's approvals call one."""
    rules = rules_of(policy)
    if kind not in (GROUP, UNIT):
        return True
    if _listed(name, rules.harmless):
        return False
    listed = key(name) in approved or _listed(name, rules.entitlements)
    said = words(name)
    ordinary = by_service or not said.isdisjoint(rules.ordinary_words)
    sensitive = not ordinary and not said.isdisjoint(rules.sensitive_words)
    spared = not by_service and not said.isdisjoint(rules.filter_words)
    return listed or sensitive or spared or not said.isdisjoint(rules.admin_words)


def _listed(name: str, names: tuple[str, ...]) -> bool:
    plain = key(name)
    return any(plain == key(one) or (one.endswith("*") and plain.startswith(key(one[:-1]))) for one in names)
