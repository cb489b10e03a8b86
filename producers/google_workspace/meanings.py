"""What each event of the Reports API means. Names are unique over its applications, so the name alone decides.

https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login; beside it chrome, admin, token,
drive.
"""

from typing import NamedTuple

from model.actions import Action
from model.event import Basis, Category


class Meaning(NamedTuple):
    """How one event is read; parameters are named in lower case, whatever their application's custom."""

    action: Action
    outcome: str = "success"
    category: Category = "auth"
    reason: tuple[str, ...] = ()  # the parameter that says why
    app: tuple[str, ...] = ()  # the parameter that says which application, role or group
    acts_on_actor: bool = False  # Google warns of an account: it acted on nobody, something was done to it
    logon_type: str | None = None
    basis: Basis = "observed"  # of the account, where Google itself is the one who says it


_WHY = ("event_reason",)
_WARNED = Meaning("account.disabled", acts_on_actor=True)
_CHANGED = Meaning("account.changed")
_DEVICE = Meaning("device.changed", category="device", reason=("event_reason", "remove_user_reason", "update_status"))
_MOVED_DEVICE = Meaning("org_unit.changed", category="device", app=("new_value",))
_STRONG = Meaning("security_policy.changed", reason=("new_value",), app=("org_unit_name",))
_SHARED = Meaning("record.shared", reason=("visibility",))
_SITE = Meaning("web.requested", "unknown", "proxy", ("event_reason", "threat_type", "trigger_type"))
_PERIPHERAL = ("product_name", "product", "device_description", "peripheral_name", "vendor_name")
_EXTENSION = ("app_name", "extension_name", "app_id", "extension_id")
_TURNED = Meaning("account.changed", acts_on_actor=True)
_CHALLENGE = Meaning("challenge.presented", "unknown", reason=("login_challenge_method",), basis="authenticated")
_SUSPECTED = Meaning("account.authenticated", "unknown", acts_on_actor=True, basis="authenticated")
_DENIED = Meaning("ticket.requested", "failure", app=("caa_application",))  # context-aware access

LOGIN: dict[str, Meaning] = {
    "LOGIN_SUCCESS": Meaning("account.authenticated", app=("application_name",), basis="authenticated"),
    "LOGIN_FAILURE": Meaning(
        "account.authenticated",
        "failure",
        reason=("login_failure_type", "failure_type"),
        app=("application_name",),
        basis="authenticated",
    ),
    "LOGIN_CHALLENGE": _CHALLENGE,
    "LOGIN_VERIFICATION": _CHALLENGE,
    "LOGOUT": Meaning("account.logged_off"),
    "SUSPICIOUS_LOGIN": _SUSPECTED,
    "SUSPICIOUS_LOGIN_LESS_SECURE_APP": _SUSPECTED,
    "SUSPICIOUS_PROGRAMMATIC_LOGIN": _SUSPECTED,
    "ACCOUNT_DISABLED_GENERIC": _WARNED,
    "ACCOUNT_DISABLED_HIJACKED": _WARNED,
    "ACCOUNT_DISABLED_PASSWORD_LEAK": _WARNED,
    "ACCOUNT_DISABLED_SPAMMING": _WARNED,
    "ACCOUNT_DISABLED_SPAMMING_THROUGH_RELAY": _WARNED,
    "PASSWORD_EDIT": Meaning("password.changed", acts_on_actor=True),
    "2SV_ENROLL": Meaning("mfa_method.added", acts_on_actor=True),
    "2SV_DISABLE": Meaning("mfa_method.removed", acts_on_actor=True),
    "RECOVERY_EMAIL_EDIT": _TURNED,
    "RECOVERY_PHONE_EDIT": _TURNED,
    "RECOVERY_SECRET_QA_EDIT": _TURNED,
    "TITANIUM_ENROLL": _TURNED,
    "TITANIUM_UNENROLL": _TURNED,
    "EMAIL_FORWARDING_OUT_OF_DOMAIN": Meaning(
        "account.changed", acts_on_actor=True, app=("email_forwarding_destination_address",)
    ),
    "PASSKEY_ENROLLED": Meaning("mfa_method.added", acts_on_actor=True),
    "PASSKEY_REMOVED": Meaning("mfa_method.removed", acts_on_actor=True),
    "ACCESS_DENY_EVENT": _DENIED,
    "ACCESS_DENY_INTERNAL_ERROR_EVENT": _DENIED,
}
TOKEN: dict[str, Meaning] = {
    "AUTHORIZE": Meaning("token.authorized", app=("app_name", "client_id")),
    "REVOKE": Meaning("token.revoked", app=("app_name", "client_id")),
}
ADMIN: dict[str, Meaning] = {
    "CREATE_USER": Meaning("account.created"),
    "DELETE_USER": Meaning("account.deleted"),
    "SUSPEND_USER": Meaning("account.disabled"),
    "UNSUSPEND_USER": Meaning("account.enabled"),
    "UNDELETE_USER": Meaning("account.enabled"),
    "CHANGE_PASSWORD": Meaning("password.reset"),
    "CHANGE_PASSWORD_ON_NEXT_LOGIN": _CHANGED,
    "RENAME_USER": _CHANGED,
    "MOVE_USER_TO_ORG_UNIT": Meaning("org_unit.changed", app=("new_value",)),
    "TURN_OFF_2_STEP_VERIFICATION": Meaning("mfa_method.removed"),
    "UNENROLL_USER_FROM_STRONG_AUTH": Meaning("mfa_method.removed"),
    "ALLOW_STRONG_AUTHENTICATION": _STRONG,
    "ENFORCE_STRONG_AUTHENTICATION": _STRONG,
    "REVOKE_3LO_TOKEN": Meaning("token.revoked", app=("app_name", "app_id")),
    "ASSIGN_ROLE": Meaning("privilege.assigned", app=("role_name",)),
    "GRANT_ADMIN_PRIVILEGE": Meaning("privilege.assigned", app=("privilege_name",)),
    "GRANT_DELEGATED_ADMIN_PRIVILEGES": Meaning("privilege.assigned", app=("privilege_name",)),
    "UNASSIGN_ROLE": Meaning("privilege.removed", app=("role_name",)),
    "REVOKE_ADMIN_PRIVILEGE": Meaning("privilege.removed", app=("privilege_name",)),
    "ADD_GROUP_MEMBER": Meaning("group_member.added", app=("group_email",)),
    "REMOVE_GROUP_MEMBER": Meaning("group_member.removed", app=("group_email",)),
    "CHANGE_DEVICE_STATE": _DEVICE,
    "CHANGE_CHROME_OS_DEVICE_STATE": _DEVICE,
    "MOVE_DEVICE_TO_ORG_UNIT": _MOVED_DEVICE,
    "MOVE_DEVICE_TO_ORG_UNIT_DETAILED": _MOVED_DEVICE,
    "ISSUE_DEVICE_COMMAND": _DEVICE,
    "CUSTOMER_TAKEOUT_CREATED": Meaning("record.exported", app=("obfuscated_customer_takeout_request_id",)),
    "ACTION_REQUESTED": _DEVICE,
}
DRIVE: dict[str, Meaning] = {
    "DOWNLOAD": Meaning("record.exported", reason=("doc_type",)),
    "CHANGE_USER_ACCESS": _SHARED,
    "CHANGE_DOCUMENT_VISIBILITY": _SHARED,
    "CHANGE_DOCUMENT_ACCESS_SCOPE": _SHARED,
}
_JOINED = Meaning("group_member.added", app=("group_email", "group_id"))
_LEFT = Meaning("group_member.removed", app=("group_email", "group_id"))
# Of the applications `groups` and `groups_enterprise`: never short for a ChromeOS name, which has its prefix.
GROUPS: dict[str, Meaning] = {
    "ADD_USER": _JOINED,
    "ADD_MEMBER": _JOINED,
    "REMOVE_USER": _LEFT,
    "REMOVE_MEMBER": _LEFT,
    "BAN_USER_WITH_MODERATION": _LEFT,
    "APPROVE_JOIN_REQUEST": _JOINED,
    "JOIN": Meaning("group_member.added", app=("group_email", "group_id"), acts_on_actor=True),
    "ACCEPT_INVITATION": Meaning("group_member.added", app=("group_email", "group_id"), acts_on_actor=True),
}
MOBILE: dict[str, Meaning] = dict.fromkeys(
    (
        *("DEVICE_REGISTER_UNREGISTER_EVENT", "DEVICE_COMPLIANCE_CHANGED_EVENT", "DEVICE_COMPROMISED_EVENT"),
        *("DEVICE_SETTINGS_UPDATED_EVENT", "DEVICE_OWNERSHIP_CHANGE_EVENT", "OS_UPDATED_EVENT"),
        *("DEVICE_ACTION_EVENT", "FAILED_PASSWORD_ATTEMPTS_EVENT", "SUSPICIOUS_ACTIVITY_EVENT"),
    ),
    _DEVICE,
)
CHROME: dict[str, Meaning] = {
    "CHROME_OS_LOGIN_EVENT": Meaning("account.logged_on", reason=_WHY, logon_type="interactive"),
    "CHROME_OS_LOGIN_FAILURE_EVENT": Meaning(
        "account.logged_on", "failure", "auth", ("login_failure_reason", "event_reason"), logon_type="interactive"
    ),
    "CHROME_OS_LOGOUT_EVENT": Meaning("account.logged_off", reason=_WHY),
    "CHROMEOS_AFFILIATED_LOCK_SUCCESS": Meaning("session.locked"),
    "CHROMEOS_AFFILIATED_UNLOCK_SUCCESS": Meaning("session.unlocked"),
    "CHROMEOS_AFFILIATED_UNLOCK_FAILURE": Meaning("session.unlocked", "failure", "auth", _WHY),
    "CHROME_OS_ADD_USER": _DEVICE,
    "CHROME_OS_REMOVE_USER": _DEVICE,
    "DEVICE_BOOT_STATE_CHANGE": Meaning("device.changed", category="device", reason=_WHY),
    "PERIPHERAL_ADDED": Meaning("peripheral.attached", category="device", app=_PERIPHERAL),
    "PERIPHERAL_REMOVED": Meaning("peripheral.removed", category="device", app=_PERIPHERAL),
    "PERIPHERAL_STATUS_UPDATED": Meaning("device.changed", category="device", app=_PERIPHERAL),
    "BROWSER_EXTENSION_INSTALL": Meaning("app.installed", category="device", reason=_WHY, app=_EXTENSION),
    "BROWSER_EXTENSION_UNINSTALL": Meaning("app.removed", category="device", reason=_WHY, app=_EXTENSION),
    "CRD_HOST_STARTED": _DEVICE,
    "CRD_HOST_ENDED": _DEVICE,
    "CRD_CLIENT_CONNECTED": _DEVICE,
    "CRD_CLIENT_DISCONNECTED": _DEVICE,
    "UNSAFE_SITE_VISIT": _SITE,
    "SUSPICIOUS_URL": _SITE,
    "URL_FILTERING_INTERSTITIAL": _SITE,
    "CONTENT_TRANSFER": _SITE,
    "SENSITIVE_DATA_TRANSFER": _SITE,
    "MALWARE_TRANSFER": _SITE,
    "CONTENT_UNSCANNED": _SITE,
}
ALL = {**LOGIN, **TOKEN, **ADMIN, **DRIVE, **CHROME}
_PREFIXES = ("CHROME_OS_", "CHROMEOS_DEVICE_", "CHROMEOS_")
POWERWASH = Meaning("device.wiped", category="device", reason=_WHY)
DEVELOPER = Meaning("developer_mode.enabled", category="device", reason=_WHY)
LOCATED = Meaning("device.located", category="device", app=("action_type", "command_type"))
WATCHED = Meaning("device.watched", category="device", app=("action_type", "command_type"))
_COMMANDS = {"LOCATE_DEVICE": LOCATED, "TAKE_A_SCREENSHOT": WATCHED}
_COMMANDED = ("ACTION_REQUESTED", "ISSUE_DEVICE_COMMAND")
LOGGED_OFF = CHROME["CHROME_OS_LOGOUT_EVENT"]
LOGGED_ON = CHROME["CHROME_OS_LOGIN_EVENT"]


def _command(parameters: dict[str, str]) -> str:
    return (parameters.get("action_type") or parameters.get("command_type") or "").upper()


def meaning(name: str, parameters: dict[str, str]) -> Meaning | None:
    """What an event of this name means; None if we do not know. Google spells ChromeOS names in several ways."""
    name = name.replace("_UNAFFILIATED_", "_AFFILIATED_")
    known = ALL.get(name) or GROUPS.get(name) or MOBILE.get(name)
    known = known or next((ALL[short] for short in _shorter(name) if short in ALL), None)
    if known is None:
        return _chromeos(name, parameters)
    if name in _COMMANDED:
        return _COMMANDS.get(_command(parameters), known)
    if name.endswith("BOOT_STATE_CHANGE") and "DEV" in _boot_mode(parameters):
        return DEVELOPER
    return known


def _shorter(name: str) -> list[str]:
    return [name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)]


def _boot_mode(parameters: dict[str, str]) -> str:
    mode = parameters.get("new_boot_mode") or parameters.get("event_reason", "")
    return mode.upper().removeprefix("CHROME_OS_").removeprefix("CHROMEOS_")[:3]


def _chromeos(name: str, parameters: dict[str, str]) -> Meaning | None:
    if "POWERWASH" in name:
        return POWERWASH
    if name == "CHROME_OS_LOGIN_LOGOUT_EVENT":
        return LOGGED_OFF if "LOGOUT" in parameters.get("event_reason", "").upper() else LOGGED_ON
    if name.startswith(_PREFIXES) and "UPDATE" in name:
        return _DEVICE
    return None
