"""OneLogin: its events, as the API gives them and as the event broadcaster (webhook) sends them."""

from datetime import timedelta

from producers.onelogin.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="onelogin",
    title="OneLogin events (API, webhook)",
    about="Sign-ins, refusals, apps opened, passwords, factors, roles and privileges, and what was done to users. "
    "People stand in it by OneLogin's numbers; accounts.csv says whose they are.",
    categories=("auth",),
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
        "group_member.added",
        "group_member.removed",
        "mfa_method.added",
        "mfa_method.removed",
        "password.changed",
        "password.reset",
        "privilege.assigned",
        "privilege.removed",
        "record.unrecognised",
        "security_policy.changed",
        "ticket.requested",
    ),
    lateness=timedelta(hours=1),
    parse=parse,
    framing="json",
)
