"""Cisco ASA and Firepower Threat Defense: AnyConnect tunnels, AAA, admins, flows."""

from datetime import timedelta

from producers.cisco_asa.commands import strike_commands
from producers.cisco_asa.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="cisco_asa",
    title="Cisco ASA and FTD (AnyConnect, AAA, connections)",
    about=(
        "Syslog of ASA, FTD and PIX: AnyConnect and IKEv2 tunnels, AAA, connections, URLs, commands. Tells "
        "who held a tunnel's inside address."
    ),
    categories=("auth", "device", "proxy", "vpn"),
    yields=(
        "account.authenticated",
        "account.locked",
        "account.logged_off",
        "account.logged_on",
        "account.unlocked",
        "command.executed",
        "connection.recorded",
        "record.unrecognised",
        "tunnel.addressed",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
    strike=strike_commands,
)
