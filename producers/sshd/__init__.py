"""OpenSSH and its neighbors in auth.log: sudo, su, PAM, user management."""

from datetime import timedelta

from producers.product import Product
from producers.sshd.parser import parse

PRODUCT = Product(
    name="sshd",
    title="OpenSSH server, sudo, su and PAM (auth.log)",
    about="auth.log: sshd, sudo, su, PAM, account tools.",
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
        "account.logged_on",
        "challenge.presented",
        "command.executed",
        "credential.used",
        "group_member.added",
        "group_member.removed",
        "password.changed",
        "record.unrecognised",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
