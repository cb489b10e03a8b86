"""What Entra's error codes and audit activities mean.

Codes: Microsoft, "Microsoft Entra authentication and authorization error codes". Activities: "Microsoft Entra audit
log categories and activities".
"""

from typing import NamedTuple

from model.actions import Action
from model.event import Category

# Entra asks for more and the sign-in goes on: neither a success nor a refusal yet.
CHALLENGES = frozenset({"50072", "50074", "50076", "50079", "50158", "50203"})
INTERRUPTS = frozenset(
    {"16000", "16001", "16003", "50055", "50058", "50097", "50125", "50127", "50129", "50140", "50143", "50199"}
    | {"50206", "50207", "65001", "81010", "81012"}
)
# Sign-ins in which no person takes part, by the log's category and by Graph's `signInEventTypes`.
USER_REFRESHES = frozenset({"noninteractiveusersigninlogs", "noninteractiveuser"})
OF_APPS = frozenset(
    {"serviceprincipalsigninlogs", "managedidentitysigninlogs", "microsoftserviceprincipalsigninlogs"}
    | {"serviceprincipal", "managedidentity"}
)
SIGN_INS = USER_REFRESHES | OF_APPS | {"signinlogs", "adfssigninlogs", "interactiveuser"}


class Activity(NamedTuple):
    """How one audit activity is read."""

    action: Action
    category: Category = "auth"
    thing: str = ""  # the modified property that names the group or role
    kind: str = ""  # the type of the target that names it, where the property does not


_CHANGED = Activity("account.changed")
_ADDED = Activity("group_member.added", thing="Group.DisplayName", kind="Group")
_REMOVED = Activity("group_member.removed", thing="Group.DisplayName", kind="Group")
_GRANTED = Activity("privilege.assigned", thing="Role.DisplayName", kind="Role")
_WITHDRAWN = Activity("privilege.removed", thing="Role.DisplayName", kind="Role")
_METHOD_ADDED = Activity("mfa_method.added")
_METHOD_REMOVED = Activity("mfa_method.removed")
_POLICY = Activity("security_policy.changed", kind="Policy")
_DEVICE = Activity("device.changed", "device", kind="Device")
_CONSENT = Activity("token.authorized", kind="ServicePrincipal")

AUDIT: dict[str, Activity] = {
    "add user": Activity("account.created"),
    "delete user": Activity("account.deleted"),
    "hard delete user": Activity("account.deleted"),
    "restore user": Activity("account.enabled"),
    "enable account": Activity("account.enabled"),
    "disable account": Activity("account.disabled"),
    "change user password": Activity("password.changed"),
    "change password (self-service)": Activity("password.changed"),
    "reset user password": Activity("password.reset"),
    "reset password": Activity("password.reset"),
    "reset password (by admin)": Activity("password.reset"),
    "reset password (self-service)": Activity("password.reset"),
    "unlock user account (self-service)": Activity("account.unlocked"),
    "update stsrefreshtokenvalidfrom timestamp": Activity("token.revoked"),
    "add member to group": _ADDED,
    "remove member from group": _REMOVED,
    "add member to role": _GRANTED,
    "add eligible member to role": _GRANTED,
    "add scoped member to role": _GRANTED,
    "add member to role completed (pim activation)": _GRANTED,
    "remove member from role": _WITHDRAWN,
    "remove eligible member from role": _WITHDRAWN,
    "remove scoped member from role": _WITHDRAWN,
    **{
        f"{asked} in pim completed ({term})": meaning
        for asked, meaning in (
            ("add member to role", _GRANTED),
            ("add eligible member to role", _GRANTED),
            ("remove member from role", _WITHDRAWN),
            ("remove eligible member from role", _WITHDRAWN),
        )
        for term in ("permanent", "timebound")
    },
    "consent to application": _CONSENT,
    "add delegated permission grant": _CONSENT,
    "remove delegated permission grant": Activity("token.revoked", kind="ServicePrincipal"),
    "add device": Activity("device.enrolled", "device", kind="Device"),
    "register device": Activity("device.enrolled", "device", kind="Device"),
    "unregister device": _DEVICE,
    "update device": _DEVICE,
    "delete device": _DEVICE,
    "device no longer compliant": _DEVICE,
    "device no longer managed": _DEVICE,
    "add registered owner to device": _DEVICE,
    "add registered users to device": _DEVICE,
    "remove registered owner from device": _DEVICE,
    "remove registered users from device": _DEVICE,
    "reveal local administrator password": _DEVICE,
    "add conditional access policy": _POLICY,
    "update conditional access policy": _POLICY,
    "delete conditional access policy": _POLICY,
    **dict.fromkeys(
        (
            "user registered security info",
            "admin registered security info",
            "enable strong authentication",
            "add users strong authentication phone app detail",
            "add fido2 security key",
            "add passwordless phone sign-in credential",
        ),
        _METHOD_ADDED,
    ),
    **dict.fromkeys(
        (
            "user deleted security info",
            "admin deleted security info",
            "disable strong authentication",
            "remove users strong authentication phone app detail",
            "delete fido2 security key(s)",
            "delete passwordless phone sign-in credential",
        ),
        _METHOD_REMOVED,
    ),
    **dict.fromkeys(
        (
            "update user",
            "change user license",
            "convert federated user to managed",
            "set force change user password",
            "set user manager",
            "user registered all required security info",
            "user updated security info",
            "user changed default security info",
            "admin updated security info",
            "add windows hello for business credential",
            "delete windows hello for business credential",
            "create application password for user",
            "delete application password for user",
            "fraud reported - no action taken",
            "fraud reported - user is blocked for mfa",
            "suspicious activity reported",
        ),
        _CHANGED,
    ),
}
