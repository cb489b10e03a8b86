"""What each event type of the System Log means.

https://developer.okta.com/docs/reference/api/event-types/
"""

from typing import Literal, NamedTuple

from model.actions import Action
from model.event import Category

# proof: the record is Okta's verdict on the name. typed: whoever is there may have typed any name. session: somebody
# signed in did it.
Standing = Literal["proof", "typed", "session"]


class Meaning(NamedTuple):
    """How one event type is read."""

    action: Action
    standing: Standing = "session"
    thing: str = ""  # the type of the target that is the app, group or factor concerned
    category: Category = "auth"
    on_user: bool = False  # whether the target of type User is whom it was done to


_SIGN_IN = Meaning("account.authenticated", "proof", "AppInstance")
_FACTOR = Meaning("challenge.presented", "proof", "AuthenticatorEnrollment", on_user=True)
_ASKED = Meaning("challenge.presented", "typed", on_user=True)
_TOKEN = Meaning("ticket.requested", thing="AppInstance")
_CHANGED = Meaning("account.changed", on_user=True)
_FACTOR_OFF = Meaning("mfa_method.removed", on_user=True)
_APP = Meaning("account.changed", thing="AppInstance", on_user=True)
_ON = Meaning("account.enabled", on_user=True)
_OFF = Meaning("account.disabled", on_user=True)
_DEVICE = Meaning("device.changed", thing="Device", category="device", on_user=True)

MEANINGS: dict[str, Meaning] = {
    "user.session.start": Meaning("account.authenticated", "proof"),
    "user.session.end": Meaning("account.logged_off"),
    "user.session.clear": Meaning("token.revoked", on_user=True),
    "user.authentication.verify": _SIGN_IN,
    "user.authentication.authenticate": _SIGN_IN,
    "user.authentication.auth_via_AD_agent": _SIGN_IN,
    "user.authentication.auth_via_LDAP_agent": _SIGN_IN,
    "user.authentication.auth_via_IDP": _SIGN_IN,
    "user.authentication.auth_via_inbound_SAML": _SIGN_IN,
    "user.authentication.auth_via_inbound_delauth": _SIGN_IN,
    "user.authentication.auth_via_iwa": _SIGN_IN,
    "user.authentication.auth_via_radius": _SIGN_IN,
    "user.authentication.auth_via_richclient": _SIGN_IN,
    "user.authentication.auth_via_social": _SIGN_IN,
    "user.authentication.auth_via_mfa": _FACTOR,
    "user.mfa.okta_verify.deny_push": _ASKED,
    "policy.evaluate_sign_on": _ASKED,
    "system.push.send_factor_verify_push": _ASKED,
    "system.sms.send_factor_verify_message": _ASKED,
    "system.voice.send_mfa_challenge_call": _ASKED,
    "system.email.send_factor_verify_message": _ASKED,
    "user.authentication.sso": _TOKEN,
    "app.generic.unauth_app_access_attempt": _TOKEN,
    "app.oauth2.authorize.code": _TOKEN,
    "app.oauth2.as.authorize.code": _TOKEN,
    "app.oauth2.token.grant.access_token": _TOKEN,
    "app.oauth2.token.grant.id_token": _TOKEN,
    "app.oauth2.token.grant.refresh_token": _TOKEN,
    "app.oauth2.as.token.grant.access_token": _TOKEN,
    "app.oauth2.as.token.grant.id_token": _TOKEN,
    "app.oauth2.as.token.grant.refresh_token": _TOKEN,
    "app.oauth2.as.consent.grant": Meaning("token.authorized", thing="AppInstance"),
    "app.oauth2.as.consent.revoke": Meaning("token.revoked", thing="AppInstance"),
    "user.account.lock": Meaning("account.locked", "typed", on_user=True),
    "user.account.unlock": Meaning("account.unlocked", on_user=True),
    "user.account.unlock_by_admin": Meaning("account.unlocked", on_user=True),
    "user.account.update_password": Meaning("password.changed", on_user=True),
    "user.account.reset_password": Meaning("password.reset", on_user=True),
    "user.account.expire_password": _CHANGED,
    "user.account.update_profile": _CHANGED,
    "user.account.update_primary_email": _CHANGED,
    "user.account.update_secondary_email": _CHANGED,
    "user.account.report_suspicious_activity_by_enduser": _CHANGED,
    "user.import.password": Meaning("password.changed", on_user=True),
    "user.account.privilege.grant": Meaning("privilege.assigned", on_user=True),
    "user.account.privilege.revoke": Meaning("privilege.removed", on_user=True),
    "user.lifecycle.create": Meaning("account.created", on_user=True),
    "user.lifecycle.activate": _ON,
    "user.lifecycle.reactivate": _ON,
    "user.lifecycle.unsuspend": _ON,
    "user.lifecycle.suspend": _OFF,
    "user.lifecycle.deactivate": _OFF,
    "user.lifecycle.delete.completed": Meaning("account.deleted", on_user=True),
    "user.mfa.factor.activate": Meaning("mfa_method.added", on_user=True),
    "user.mfa.factor.deactivate": _FACTOR_OFF,
    "user.mfa.factor.update": _CHANGED,
    "user.mfa.factor.reset_all": _FACTOR_OFF,
    "user.mfa.factor.suspend": _CHANGED,
    "user.mfa.factor.unsuspend": _CHANGED,
    "group.user_membership.add": Meaning("group_member.added", thing="UserGroup", on_user=True),
    "group.user_membership.remove": Meaning("group_member.removed", thing="UserGroup", on_user=True),
    "application.user_membership.add": _APP,
    "application.user_membership.remove": _APP,
    "device.enrollment.create": Meaning("device.enrolled", thing="Device", category="device", on_user=True),
    "group.privilege.grant": Meaning("privilege.assigned", thing="UserGroup"),
    "group.privilege.revoke": Meaning("privilege.removed", thing="UserGroup"),
    "user.session.access_admin_app": Meaning("ticket.requested", thing="AppInstance"),
    "user.mfa.attempt_bypass": _ASKED,
    "user.authentication.slo": Meaning("account.logged_off", thing="AppInstance"),
    "device.lifecycle.activate": _DEVICE,
    "device.lifecycle.deactivate": _DEVICE,
    "device.lifecycle.suspend": _DEVICE,
    "device.lifecycle.unsuspend": _DEVICE,
    "device.lifecycle.delete": _DEVICE,
    "device.user.add": _DEVICE,
    "device.user.remove": _DEVICE,
}
