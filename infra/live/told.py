"""Each server's own log against what the clients did: every act is told, and nobody is told to have done another.

The events are those of `hallmonitor parse`, so this holds a parser against a real server, not against its own samples.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any
from urllib.parse import urlsplit

from infra.live import cast
from infra.live.openvpn import KILLED_AFTER_S
from infra.live.timetable import Act, HangUp, Lease, Leave, Login, Shell, Tunnel, Visit

Event = Mapping[str, Any]
_SLACK = 2.5  # minutes that a busy machine, a handshake or a long tunnel may take
_NINE = datetime.fromisoformat(cast.NINE)
# What says that somebody did something: each such event must be an act of the timetable.
DEEDS = {
    "squid": ("web.requested", ("account", "domain")),
    "e2guardian": ("web.requested", ("account", "domain")),
    "freeradius": ("account.authenticated", ("account",)),
    "openvpn": ("tunnel.addressed", ("account", "address")),
    "strongswan": ("tunnel.addressed", ("account",)),
    "dhcpd": ("lease.granted", ("mac", "device")),
    "dnsmasq": ("lease.granted", ("mac", "device")),
    "sshd": ("account.logged_on", ("account",)),
}


@dataclass(frozen=True)
class Said:
    """What the log of `source` must hold of one act: an event with these fields, between two minutes after nine."""

    source: str
    fields: tuple[tuple[str, str | None], ...]
    begins: float
    ends: float

    def is_told_by(self, event: Event) -> bool:
        """Whether this event says it."""
        return self.begins <= _minute(event) <= self.ends and all(
            event.get(name) == value for name, value in self.fields
        )


def untold(source: str, acts: Iterable[Act], events: Sequence[Event]) -> list[str]:
    """Acts of which a server's log says nothing, or something else."""
    wanted = (said for act in acts for said in said_of(act) if said.source == source)
    return [f"{source} does not tell {said}" for said in wanted if not any(map(said.is_told_by, events))]


def invented(source: str, acts: Iterable[Act], events: Iterable[Event]) -> list[str]:
    """Events that say of somebody what they did not do. A lease that is renewed is no new act."""
    action, names = DEEDS[source]
    done = {_deed(dict(said.fields), names) for act in acts for said in said_of(act) if said.source == source}
    told = [event for event in events if event["action"] == action and event["outcome"] == "success"]
    return [
        f"{source} invents {dict(event)}" for event in told if _deed(event, names) not in done and event.get(names[0])
    ]


def said_of(act: Act) -> Iterator[Said]:
    """What the servers must tell of an act; nothing of one that no server sees."""
    match act:
        case Visit():
            domain = urlsplit(act.url).hostname
            yield _said(act.through, act.at, action="web.requested", account=act.account, domain=domain,
                        verdict="blocked" if act.refused else "allowed")  # fmt: skip
        case Login():
            outcome = "failure" if act.wrong else "success"
            yield _said(
                "freeradius", act.at, action="account.authenticated", account=_account(act.user), outcome=outcome
            )
        case Tunnel(through="strongswan", wrong=True):
            yield _said("strongswan", act.at, action="account.authenticated", outcome="failure", account=None)
        case Tunnel(through="strongswan"):
            yield _said("strongswan", act.at, action="tunnel.opened", address=cast.HOMES[act.host], account=None)
            yield _said("strongswan", act.at, action="tunnel.addressed", account=act.account)
            yield _said("strongswan", act.until, action="tunnel.closed", account=act.account)
        case Tunnel(wrong=True):
            yield _said("openvpn", act.at, action="account.authenticated", outcome="failure",
                        address=cast.HOMES[act.host])  # fmt: skip
        case Tunnel():
            address, late = cast.HOMES[act.host], KILLED_AFTER_S / 60 if act.killed else 0.0
            yield _said("openvpn", act.at, action="tunnel.addressed", account=act.account, address=address)
            yield _said("openvpn", act.until, late, action="tunnel.closed", account=act.account, address=address)
        case Lease():
            source = "dnsmasq" if act.network == "west" else "dhcpd"
            yield _said(source, act.at, action="lease.granted", outcome="success", device=act.device_id,
                        mac=cast.device(act.device_id).mac)  # fmt: skip
        case Shell():
            outcome = "failure" if act.wrong else "success"
            yield _said("sshd", act.at, action="account.logged_on", account=act.account, outcome=outcome)
            if act.sudo:
                yield _said("sshd", act.at, action="command.executed", account=act.account, app="/usr/bin/id")
        case Leave() | HangUp():
            return


def _said(source: str, at: float, late: float = 0.0, **fields: str | None) -> Said:
    return Said(source, tuple(fields.items()), at - _SLACK, at + late + _SLACK)


def _account(user: str) -> str:
    """A supplicant's user as an account: without its realm; a machine's with `$`."""
    if user.startswith("host/"):
        return f"{user.removeprefix('host/').partition('.')[0]}$"
    return user.rpartition("\\")[2]


def _deed(said: Event, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(said.get(name) for name in names)


def _minute(event: Event) -> float:
    """Infinite where the record bears no time: the line of a status file."""
    at = event.get("occurred_at")
    return (datetime.fromisoformat(at) - _NINE).total_seconds() / 60 if at else inf
