"""EventData of a domain controller's events on accounts, groups and policies (learn.microsoft.com)."""

from simulator.happenings import DirectoryChange
from simulator.writers.windows_logon import Pairs, sid

CHANGE_IDS = {
    "password_reset": 4724,
    "member_added": 4728,
    "member_removed": 4729,
    "account_unlocked": 4767,
    "audit_removed": 4719,
    "policy_changed": 4739,
    "log_cleared": 1102,
}


def change_data(change: DirectoryChange, domain: str) -> Pairs:
    """The fields of an event, in the vendor's order; `domain` is the district's DNS domain."""
    netbios = domain.partition(".")[0].upper()[:15]
    subject = {
        "SubjectUserSid": sid(change.by),
        "SubjectUserName": change.by,
        "SubjectDomainName": netbios,
        "SubjectLogonId": f"0x{change.at // 1000 % 16_000_000:x}",
    }
    if change.what in ("member_added", "member_removed"):
        return _member(change, domain) | _named(change.thing, netbios) | subject | {"PrivilegeList": "-"}
    if change.what == "audit_removed":
        return subject | _audit(change)
    if change.what == "policy_changed":
        return _policy(change, netbios) | subject | {"PrivilegeList": "-", "MinPasswordLength": change.thing}
    if change.what == "log_cleared":
        return subject
    return _named(change.account, netbios) | subject


def _named(name: str, netbios: str) -> Pairs:
    return {"TargetUserName": name, "TargetDomainName": netbios, "TargetSid": sid(name)}


def _member(change: DirectoryChange, domain: str) -> Pairs:
    """The member by its distinguished name; this district names its user objects by account."""
    dn = ",".join(f"DC={part}" for part in domain.split("."))
    return {"MemberName": f"CN={change.account},OU=People,{dn}", "MemberSid": sid(change.account)}


def _audit(change: DirectoryChange) -> Pairs:
    return {
        "CategoryId": "%%8273",
        "SubcategoryId": change.thing,
        "SubcategoryGuid": "{0CCE9215-69AE-11D9-BED3-505054503030}",
        "AuditPolicyChanges": "%%8448",
    }


def _policy(change: DirectoryChange, netbios: str) -> Pairs:
    return {"DomainPolicyChanged": "Password Policy", "DomainName": netbios, "DomainSid": sid(netbios)}
