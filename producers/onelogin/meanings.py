"""What each event type of OneLogin means.

https://developers.onelogin.com/api-docs/1/events/event-resource
"""

from typing import Literal, NamedTuple

from model.actions import Action
from model.event import Outcome

# proof: the record is OneLogin's verdict on the name. typed: whoever is there may have typed any name. session:
# somebody who had signed in did it, or a directory.
Standing = Literal["proof", "typed", "session"]


class Meaning(NamedTuple):
    """How one event type is read; `thing` is the field that names the app, role, factor or privilege concerned."""

    action: Action
    outcome: Outcome = "success"
    standing: Standing = "session"
    thing: str = "app_name"


def _sign_in(outcome: Outcome) -> Meaning:
    return Meaning("account.authenticated", outcome, "proof")


_IN, _REFUSED = _sign_in("success"), _sign_in("failure")
_ADDED, _REMOVED = (Meaning(action, thing="role_name") for action in ("group_member.added", "group_member.removed"))
_POLICY = Meaning("security_policy.changed", thing="policy_name")

MEANINGS: dict[int, tuple[str, Meaning]] = {
    4: ("USER_ASSIGNED_ROLE", _ADDED),
    5: ("USER_LOGGED_INTO_ONELOGIN", _IN),
    6: ("USER_FAILED_ONELOGIN_LOGIN", _REFUSED),
    7: ("USER_LOGGED_OUT_OF_ONELOGIN", Meaning("account.logged_off")),
    8: ("USER_LOGGED_INTO_APP", Meaning("ticket.requested")),
    9: ("USER_FAILED_APP_LOGIN", Meaning("ticket.requested", "failure")),
    11: ("USER_CHANGED_PASSWORD", Meaning("password.changed")),
    12: ("UNLOCKED_USER", Meaning("account.unlocked")),
    13: ("CREATED_USER", Meaning("account.created")),
    14: ("UPDATED_USER", Meaning("account.changed")),
    15: ("DEACTIVATED_USER", Meaning("account.disabled")),
    16: ("ACTIVATED_USER", Meaning("account.enabled")),
    17: ("DELETED_USER", Meaning("account.deleted")),
    19: ("USER_LOCKED", Meaning("account.locked", standing="typed")),
    21: ("SUSPENDED_USER", Meaning("account.disabled")),
    22: ("USER_ADDED_OTP_DEVICE", Meaning("mfa_method.added", thing="otp_device_name")),
    24: ("USER_REMOVED_OTP_DEVICE", Meaning("mfa_method.removed", thing="otp_device_name")),
    32: ("REACTIVATED_USER", Meaning("account.enabled")),
    68: ("USER_AUTHENTICATED_BY_RADIUS", _IN),
    69: ("USER_REJECTED_BY_RADIUS", _REFUSED),
    72: ("PRIVILEGE_GRANTED_TO_USER", Meaning("privilege.assigned", thing="privilege_name")),
    73: ("PRIVILEGE_REVOKED_FROM_USER", Meaning("privilege.removed", thing="privilege_name")),
    77: ("USER_FAILED_PROXY_LOGIN", Meaning("ticket.requested", "failure")),
    78: ("USER_SUCCEEDED_PROXY_LOGIN", Meaning("ticket.requested")),
    86: ("USER_FAILED_REMOTE_AUTHENTICATION", _REFUSED),
    90: ("USER_UNAUTHORIZED_APP_ACCESS", Meaning("ticket.requested", "failure")),
    106: ("USER_CHANGE_PASSWORD_FAILED", Meaning("password.changed", "failure", "typed")),
    122: ("USER_AUTHENTICATED_BY_API", _IN),
    123: ("USER_REJECTED_BY_API", _REFUSED),
    129: ("VLDAP_BIND_FAILURE", _REFUSED),
    130: ("VLDAP_BIND_SUCCESS", _IN),
    140: ("SOCIAL_SIGN_IN", _IN),
    141: ("SOCIAL_SIGN_IN_FAILURE", _REFUSED),
    147: ("USER_MANUALLY_ADDED_TO_ROLE", _ADDED),
    148: ("USER_MANUALLY_REMOVED_FROM_ROLE", _REMOVED),
    149: ("USER_AUTO_ADDED_TO_ROLE", _ADDED),
    150: ("USER_AUTO_REMOVED_FROM_ROLE", _REMOVED),
    151: ("USER_ROLE_MANAGEMENT_GRANTED", Meaning("privilege.assigned", thing="role_name")),
    152: ("USER_ROLE_MANAGEMENT_REVOKED", Meaning("privilege.removed", thing="role_name")),
    153: ("MAC_LOGIN_SUCCESS", _IN),
    154: ("MAC_LOGIN_FAILURE", _REFUSED),
    156: ("POLICY_CREATED", _POLICY),
    157: ("POLICY_UPDATED", _POLICY),
    158: ("POLICY_DELETED", _POLICY),
}
# What a user does, and nobody to another: there the user is the actor, whatever else the record repeats.
OWN = frozenset({"account.authenticated", "account.logged_off", "ticket.requested"})
