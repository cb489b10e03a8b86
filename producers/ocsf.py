"""The OCSF class and activity of one event: its action's, made exact by what only the vendor's own record says.

https://schema.ocsf.io 1.8/1.9: HTTP Activity 4002 goes by the method, Network Activity 4001 by what became of the
connection, Authentication 3002 by the kind of Kerberos ticket.
"""

from collections.abc import Callable

from model.actions import OCSF, Ocsf
from model.event import Event

STATUSES = {"success": 1, "failure": 2}
DISPOSITIONS = {"allowed": 1, "blocked": 2}
_METHODS = {
    "CONNECT": 1, "DELETE": 2, "GET": 3, "HEAD": 4, "OPTIONS": 5, "POST": 6, "PUT": 7, "TRACE": 8, "PATCH": 9,
}  # fmt: skip
_TICKETS = {"4769": 4, "4773": 4, "4770": 5, "4771": 6}
_OPEN, _CLOSE, _RESET, _FAIL, _REFUSE, _TRAFFIC = range(1, 7)
_CONNECTIONS = {
    "302013": _OPEN, "302015": _OPEN, "430002": _OPEN, "302014": _CLOSE, "302016": _CLOSE, "430003": _CLOSE,
    "start": _OPEN, "ssl-new-con": _OPEN, "close": _CLOSE, "timeout": _CLOSE, "ip-conn": _FAIL,
    "client-rst": _RESET, "server-rst": _RESET,
}  # fmt: skip
_TRANSPORTS = {"722022": 1, "722023": 2}  # a UDP tunnel beside the session's own


def ocsf_of(event: Event) -> Ocsf:
    """Class and activity of a whole event (`raw` filled in); those of its action where the record says no more."""
    told = OCSF[event.action]  # type: ignore[index]  # the closed list is its key
    exact = _EXACT.get(event.action)
    return (exact(event) or told) if exact else told


def _web(event: Event) -> Ocsf | None:
    if event.protocol == "dns":
        return Ocsf(4003, 2 if (event.vendor_code or "").startswith("1501") else 1)
    return Ocsf(4002, _METHODS[event.method]) if event.method else None


def _connection(event: Event) -> Ocsf:
    if event.verdict == "blocked":
        return Ocsf(4001, _REFUSE)
    found = _CONNECTIONS.get(event.vendor_code or "") or _CONNECTIONS.get(event.vendor_action or "") or _TRAFFIC
    reset = found == _CLOSE and (event.reason or "").startswith("TCP Reset")
    return Ocsf(4001, _RESET if reset else found)


def _ticket(event: Event) -> Ocsf | None:
    activity = _TICKETS.get(event.vendor_code or "")
    return Ocsf(3002, activity) if activity else None


def _tunnel(event: Event) -> Ocsf | None:
    activity = _TRANSPORTS.get(event.vendor_code or "")
    return Ocsf(4014, activity) if activity else None


def _privilege(event: Event) -> Ocsf | None:
    """Windows tells the privileges of a new logon, Google those a role or an account was given for good."""
    return Ocsf(3008, 4) if event.product == "google_workspace" else None


_EXACT: dict[str, Callable[[Event], Ocsf | None]] = {
    "connection.recorded": _connection,
    "privilege.assigned": _privilege,
    "ticket.requested": _ticket,
    "tunnel.reported": _tunnel,
    "web.requested": _web,
}
