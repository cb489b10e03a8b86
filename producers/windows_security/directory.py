"""Changes of directory objects and policies: events 5136 (one attribute of one object), 4739 and 4719.

Of 5136 only attributes that say who belongs to a group or how long a password must be have a meaning; of the many
others the record stays unrecognized.
"""

import re

from model.event import Event
from producers import forms
from producers.windows_security.entry import Entry, text
from producers.windows_security.meanings import Meaning, meaning

TITLE = "A directory service object was modified"
MODIFIED = 5136
_MEMBER = Meaning("group_member.added", TITLE, session="SubjectLogonId")
_POLICY = Meaning("security_policy.changed", TITLE, session="SubjectLogonId")
_ADDED, _DELETED = ("%%14674", "value added"), ("%%14675", "value deleted")
_LENGTHS = frozenset({"minpwdlength", "msds-minimumpasswordlength"})
_FIRST = re.compile(r"(?i)cn=((?:[^,\\]|\\.)+)")
_AUDIT = {  # https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4719
    "%%8448": "success auditing removed",
    "%%8449": "success auditing added",
    "%%8450": "failure auditing removed",
    "%%8451": "failure auditing added",
    "success removed": "success auditing removed",
    "success added": "success auditing added",
    "failure removed": "failure auditing removed",
    "failure added": "failure auditing added",
}


def common_name(written: str) -> str | None:
    """The first CN of a distinguished name, without its escapes; None where it begins with something else."""
    match = _FIRST.match(written)
    return re.sub(r"\\(.)", r"\1", match[1]) if match else None


def known_as(entry: Entry) -> Meaning | None:
    """What the id means, and of a changed directory object what its attribute means; None if we do not know."""
    if entry.code != MODIFIED:
        return meaning(entry.code, entry.channel, entry.provider)
    if entry.channel not in (None, "Security") or _operation(entry) is None:
        return None
    attribute = (text(entry.data, "AttributeLDAPDisplayName") or "").lower()
    if attribute == "member":
        added = _operation(entry) == "added"
        return _MEMBER if added else _MEMBER._replace(action="group_member.removed")
    return _POLICY if attribute in _LENGTHS and _operation(entry) == "added" else None


def _operation(entry: Entry) -> str | None:
    written = (text(entry.data, "OperationType") or "").lower()
    return "added" if written in _ADDED else "deleted" if written in _DELETED else None


def tell_change(event: Event, entry: Entry) -> None:
    """Fill in what was changed: of a group its member and name, of a policy which one and to what."""
    data = entry.data
    if entry.code == MODIFIED and event.action.startswith("group_member."):
        written = text(data, "AttributeValue")
        event.target_account = forms.account(written and (common_name(written) or written))[0]
        group = text(data, "ObjectDN")
        event.app = group and (common_name(group) or group)
    elif event.action == "security_policy.changed":
        length = text(data, "AttributeValue") if entry.code == MODIFIED else text(data, "MinPasswordLength")
        event.app = "password policy"
        event.reason = f"minimum password length {length}" if length and re.fullmatch(r"[0-9]{1,4}", length) else None
    elif event.action == "audit_policy.changed":
        written = (text(data, "AuditPolicyChanges") or "").lower()
        changes = [_AUDIT[part.strip()] for part in written.split(",")[:8] if part.strip() in _AUDIT]
        event.app, event.reason = text(data, "SubcategoryId") or "audit policy", ", ".join(changes) or None
