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
_RESET, _RESET_FAILED = Meaning("password.reset"), Meaning("password.reset", "failure")
_GRANTED, _REVOKED = (Meaning(action, thing="privilege_name") for action in ("privilege.assigned", "privilege.removed"))

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
    72: ("PRIVILEGE_GRANTED_TO_USER", _GRANTED),
    73: ("PRIVILEGE_REVOKED_FROM_USER", _REVOKED),
    77: ("USER_FAILED_PROXY_LOGIN", Meaning("ticket.requested", "failure")),
    78: ("USER_SUCCEEDED_PROXY_LOGIN", Meaning("ticket.requested")),
    86: ("USER_FAILED_REMOTE_AUTHENTICATION", _REFUSED),
    90: ("USER_UNAUTHORIZED_APP_ACCESS", Meaning("ticket.requested", "failure")),
    106: ("USER_CHANGE_PASSWORD_FAILED", Meaning("password.changed", "failure", "typed")),
    120: ("UNLOCKED_USER_IN_DIRECTORY", Meaning("account.unlocked")),
    122: ("USER_AUTHENTICATED_BY_API", _IN),
    123: ("USER_REJECTED_BY_API", _REFUSED),
    129: ("VLDAP_BIND_FAILURE", _REFUSED),
    130: ("VLDAP_BIND_SUCCESS", _IN),
    140: ("SOCIAL_SIGN_IN", _IN),
    141: ("SOCIAL_SIGN_IN_FAILURE", _REFUSED),
    145: ("USER_SMART_PASSWORD_UPDATED", Meaning("password.changed")),
    146: ("USER_SMART_PASSWORD_UPDATE_FAILED", Meaning("password.changed", "failure", "typed")),
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
    211: ("ADMIN_CHANGED_USER_PASSWORD", _RESET),
    510: ("API_SET_PWD_SALT", _RESET),
    511: ("API_SET_PWD_CLEAR_TEXT", _RESET),
    513: ("API_ADD_ROLES", _ADDED),
    514: ("API_REMOVE_ROLES", _REMOVED),
    517: ("API_SET_PWD_SALT_FAILED", _RESET_FAILED),
    518: ("API_SET_PWD_CLEAR_TEXT_FAILED", _RESET_FAILED),
    520: ("API_ADD_ROLES_FAILED", _ADDED._replace(outcome="failure")),
    521: ("API_REMOVE_ROLES_FAILED", _REMOVED._replace(outcome="failure")),
    529: ("API_UPDATE_USER", Meaning("account.changed")),
    530: ("API_DESTROY_USER", Meaning("account.deleted")),
    531: ("API_LOCK_USER", Meaning("account.locked")),
    532: ("API_UPDATE_USER_FAILED", Meaning("account.changed", "failure")),
    533: ("API_CREATE_USER", Meaning("account.created")),
    534: ("API_CREATE_USER_FAILED", Meaning("account.created", "failure")),
    540: ("API_ADDED_OTP_DEVICE", Meaning("mfa_method.added", thing="otp_device_name")),
    551: ("SUSPENDED_USER_VIA_API", Meaning("account.disabled")),
    552: ("REACTIVATED_USER_VIA_API", Meaning("account.enabled")),
    553: ("USER_LOCKED_VIA_API", Meaning("account.locked")),
    554: ("UNLOCKED_USER_VIA_API", Meaning("account.unlocked")),
    900: ("ONELOGIN_DESKTOP_MAC_LOGIN_SUCCESS", _IN),
    901: ("ONELOGIN_DESKTOP_MAC_LOGIN_FAILURE", _REFUSED),
    904: ("ONELOGIN_DESKTOP_LOGIN_SUCCESS", _IN),
    905: ("ONELOGIN_DESKTOP_LOGIN_FAILURE", _REFUSED),
    906: ("ONELOGIN_DESKTOP_USER_FAILED_ONELOGIN_LOGIN", _REFUSED),
    1002: ("USER_LOGIN_CHALLENGE_FAILED", _REFUSED),
    1010: ("USER_REAUTH_SUCCESS", _IN),
    1608: ("PROFILE_CHANGE_PASSWORD", Meaning("password.changed")),
    2106: ("DELEGATED_PRIVILEGE_ASSIGNED_TO_USER_VIA_API", _GRANTED),
    2107: ("DELEGATED_PRIVILEGE_ASSIGNED_TO_USER_BY_USER", _GRANTED),
    2108: ("DELEGATED_PRIVILEGE_REMOVED_FROM_USER_VIA_API", _REVOKED),
    2109: ("DELEGATED_PRIVILEGE_REMOVED_FROM_USER_BY_USER", _REVOKED),
    3009: ("OIDC_PASSWORD_SUCCESS", _IN),
    3010: ("OIDC_PASSWORD_FAILED", _REFUSED),
    9044: ("USER_MANUALLY_ADDED_TO_ROLE_FAILED", _ADDED._replace(outcome="failure")),
    9045: ("USER_MANUALLY_REMOVED_FROM_ROLE_FAILED", _REMOVED._replace(outcome="failure")),
}
# What has a name but no meaning here.
NAMES = {
    3: "USER_ASSUMED_USER",
    10: "USER_REQUESTED_NEW_PASSWORD",
    29: "USER_LOGGED_OUT_OF_APP",
    240: "USER_REVEALED_PASSWORD",
    516: "API_LOGOUT",
    550: "FORCE_LOGOUT_USER",
    555: "EXTERNAL_ASSUME_USER",
}
# What a user does, and nobody to another: there the user is the actor, whatever else the record repeats.
OWN = frozenset({"account.authenticated", "account.logged_off", "ticket.requested"})
