"""What Windows's ids mean here, whatever form they come in."""

from collections.abc import Mapping

from model.actions import Action
from producers import forms

NOTHING = forms.MISSING | {"null"}
# Windows's ids. 4624 and 4625 come without the kind of logon: that a user was checked is told, not that he sat down.
ACTIONS: Mapping[str, Action] = {
    "4624": "account.authenticated",
    "4625": "account.authenticated",
    "4634": "account.logged_off",
    "4647": "account.logged_off",
    "4719": "audit_policy.changed",
    "4720": "account.created",
    "4722": "account.enabled",
    "4723": "password.changed",
    "4724": "password.reset",
    "4725": "account.disabled",
    "4726": "account.deleted",
    "4728": "group_member.added",
    "4729": "group_member.removed",
    "4732": "group_member.added",
    "4733": "group_member.removed",
    "4738": "account.changed",
    "4739": "security_policy.changed",
    "4740": "account.locked",
    "4742": "account.changed",
    "4756": "group_member.added",
    "4757": "group_member.removed",
    "4767": "account.unlocked",
    "4768": "ticket.requested",
    "4769": "ticket.requested",
    "4770": "ticket.requested",
    "4771": "ticket.requested",
    "4776": "account.authenticated",
    "1102": "log.cleared",
}
CHECKED = frozenset({"account.authenticated", "ticket.requested"})  # a verdict of the domain controller on the name
GROUPS = frozenset({"group_member.added", "group_member.removed"})  # whose duser is the group
OF_USERS = frozenset({"UserMgmtReports", "AzureADAccountMgmtReports"})  # reports whose duser is an account
REFUSED = frozenset({"4625", "4771"})
