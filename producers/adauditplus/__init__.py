"""ManageEngine ADAudit Plus: what it forwards of a domain's Windows events."""

from datetime import timedelta

from producers.adauditplus.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="adauditplus",
    title="ManageEngine ADAudit Plus (CEF, older syslog)",
    about="Reports on logons, users, groups, computers and policies that ADAudit Plus makes of a domain's Windows "
    "events. A district that can send the Windows events themselves should: these say less.",
    categories=("auth", "device"),
    yields=(
        "account.authenticated",
        "account.changed",
        "account.created",
        "account.deleted",
        "account.disabled",
        "account.enabled",
        "account.locked",
        "account.logged_off",
        "account.unlocked",
        "audit_policy.changed",
        "group_member.added",
        "group_member.removed",
        "log.cleared",
        "password.changed",
        "password.reset",
        "record.unrecognised",
        "security_policy.changed",
        "ticket.requested",
    ),
    lateness=timedelta(hours=1),
    parse=parse,
)
