"""Zscaler's other feeds by their own names: firewall, DNS, audit of administrators, and tunnels.

https://help.zscaler.com/zia/nss-feed-output-format-firewall-logs; beside it dns-logs, admin-audit-logs, tunnel-logs.
"""

from collections.abc import Callable

from model.event import Event
from producers import forms
from producers.plain_fields import fill_plainly

Values = dict[str, str]
Name = Callable[[Event, Values], None]
# `Block/Drop`, `Block ICMP`, `Drop`, `Reset`: the beginning tells.
_VERDICTS = {"allow": ("allowed", "success"), "block": ("blocked", "failure"), "drop": ("blocked", "failure"),
             "reset": ("blocked", "failure")}  # fmt: skip
_SIGNED_IN = {"SUCCESS": "success", "FAILURE": "failure"}


def read_other(event: Event, values: Values, name_user: Name) -> None:
    """Fill in a transaction that is no web request; `name_user` names whom the feed does, and on which computer."""
    if "action" in values and ("csip" in values or {"clt_sip", "srv_dip"} <= values.keys()):
        _connection(event, values)
    elif "dns_req" in values:
        _question(event, values)
    elif "adminid" in values:
        _administrator(event, values)
        return
    else:
        fill_plainly(event, {**values, "url": values.get("fullurl", "")})
        return
    name_user(event, values)


def _verdict(event: Event, word: str) -> None:
    event.vendor_action = word or None
    known = next((told for begin, told in _VERDICTS.items() if word.lower().startswith(begin)), ("unknown", "unknown"))
    event.verdict, event.outcome = known


def _connection(event: Event, values: Values) -> None:
    """`csip` asks `cdip`, which Zscaler reaches at `sdip`; `inbytes` are those to the client.

    Some feeds have the names of the DNS feed: `clt_sip` asks `srv_dip`.
    """
    _verdict(event, values.get("action", ""))
    event.action, event.address = "connection.recorded", forms.address(values.get("csip", values.get("clt_sip")))
    event.destination = next(
        filter(None, (forms.address(values.get(name)) for name in ("sdip", "cdip", "srv_dip"))), None
    )
    event.destination_port = next(
        filter(None, (forms.port(values.get(n)) for n in ("sdport", "cdport", "srv_dport"))), None
    )
    event.protocol = forms.protocol(values.get("proto") or values.get("nwsvc"))
    event.bytes_in, event.bytes_out = forms.whole(values.get("inbytes")), forms.whole(values.get("outbytes"))
    event.app, event.url_category = forms.known(values.get("nwapp")), forms.known(values.get("ipcat"))
    seconds = forms.whole(values.get("duration"))
    event.duration_s = None if seconds is None else float(seconds)


def _question(event: Event, values: Values) -> None:
    """A name that was asked for: nobody has gone there yet."""
    _verdict(event, values.get("reqaction", ""))
    event.address, event.domain = forms.address(values.get("clt_sip")), forms.host_of(values["dns_req"])
    event.destination = forms.address(values.get("srv_dip"))
    event.destination_port = forms.port(values.get("srv_dport"))
    event.url_category = forms.known(values.get("category"))


def _administrator(event: Event, values: Values) -> None:
    """Somebody of the administration console; only a sign-in has a meaning here."""
    event.category, event.vendor_action = "auth", values.get("action")
    event.address = forms.address(values.get("clientip"))
    event.outcome = _SIGNED_IN.get(values.get("result", "").upper(), "unknown")
    signs_in = event.vendor_action == "SIGN_IN" and event.outcome != "unknown"
    if signs_in:
        event.action = "account.authenticated"
    proved = signs_in and event.outcome == "success"
    forms.name_account(event, forms.known(values["adminid"]), "authenticated" if proved else "claimed")
