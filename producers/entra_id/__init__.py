"""Microsoft Entra ID: sign-ins and audited changes of the directory."""

from datetime import timedelta

from producers.entra_id.meanings import AUDIT
from producers.entra_id.parser import parse
from producers.entra_id.pull import PULL
from producers.product import Product

PRODUCT = Product(
    name="entra_id",
    title="Microsoft Entra ID (sign-in and audit logs)",
    about="Sign-ins and directory changes from Azure Monitor (Event Hub, storage account) or Microsoft Graph: who "
    "proved to be whom, from which address and, where it is joined, on which device. A renewed token is no sign-in.",
    categories=("auth", "device"),
    yields=(
        *sorted(
            {known.action for known in AUDIT.values()}
            | {"account.authenticated", "challenge.presented", "ticket.requested"}
        ),
        "record.unrecognised",
    ),
    lateness=timedelta(hours=6),  # Graph has sign-ins up to two hours late, and longer while Microsoft has trouble
    parse=parse,
    framing="json",
    pull=PULL,
)
