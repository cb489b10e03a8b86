"""Hands every happening to the writer of the product that would have logged it, one spool per source."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from simulator.happenings import (
    FORTIGATE,
    CheckIn,
    Chromebook,
    CloudLogin,
    Command,
    Console,
    Desk,
    DirectoryChange,
    Flow,
    Happening,
    Lease,
    Lookup,
    Managed,
    Radius,
    Raw,
    RoleChange,
    Shell,
    SignIn,
    Ticket,
    Tunnel,
    WebRequest,
)
from simulator.local_time import MINUTE, LocalTime
from simulator.people import ANNEX_PCS, LAB_PCS, SERVER_ROOM, STAFF_PCS
from simulator.spool import Spool
from simulator.writers.cisco_asa import AsaWriter
from simulator.writers.entra_id import EntraWriter
from simulator.writers.fortigate import FortigateWriter
from simulator.writers.freeradius import RadiusWriter
from simulator.writers.google_workspace import WorkspaceWriter
from simulator.writers.intune import IntuneWriter
from simulator.writers.isc_dhcp import DhcpWriter
from simulator.writers.jamf import JamfWriter
from simulator.writers.openvpn import OpenvpnWriter
from simulator.writers.squid import SquidWriter
from simulator.writers.sshd import SshWriter
from simulator.writers.umbrella import UmbrellaWriter
from simulator.writers.windows_beat import BeatWriter
from simulator.writers.windows_nxlog import NxlogWriter
from simulator.writers.windows_xml import XmlWriter

SOURCES = {  # source id: product and file ending
    STAFF_PCS: ("windows_security", "json"),
    LAB_PCS: ("windows_security", "json"),
    ANNEX_PCS: ("windows_security", "json"),
    SERVER_ROOM: ("windows_security", "xml"),
    "workspace": ("google_workspace", "json"),
    "servers": ("sshd", "log"),
    "wireless": ("freeradius", "log"),
    "edge-vpn": ("cisco_asa", "log"),
    "remote-vpn": ("openvpn", "log"),
    "proxy": ("squid", "log"),
    "filter": ("fortigate", "log"),
    "dhcp": ("isc_dhcp", "log"),
    "umbrella": ("umbrella", "csv"),
    "entra": ("entra_id", "json"),
    "intune": ("intune", "json"),
    "jamf": ("jamf", "json"),
}
ANNEX_SKEW = 7 * MINUTE  # the clocks of one old lab run ahead
Writer = Callable[[Any], None]


class Scribe:
    """Writes happenings down. Time order is made per source and day when `close_day` is called."""

    def __init__(self, clock: LocalTime, domain: str) -> None:
        self.spools = {source: Spool() for source in SOURCES}
        self._writers = _writers(self.spools, clock, domain)

    def write(self, happenings: Iterable[Happening]) -> None:
        """Takes happenings in any order."""
        writers = self._writers
        for happening in happenings:
            writers[type(happening)](happening)

    def close_day(self, logs: Path, day: date, suffix: str = "") -> dict[str, int]:
        """Writes each source's file of the day (`suffix` .gz packs it) and returns how many records it holds."""
        counts = {}
        for source, spool in self.spools.items():
            counts[source] = spool.write(logs / source / f"{source}-{day}.{SOURCES[source][1]}{suffix}")
        return counts


def _writers(spools: dict[str, Spool], clock: LocalTime, domain: str) -> dict[type, Writer]:
    zone = clock.zone
    squid, fortigate = SquidWriter(spools["proxy"], domain).web, FortigateWriter(spools["filter"], zone)
    workspace = WorkspaceWriter(spools["workspace"], domain)
    controller = XmlWriter(spools["dc"], domain)
    desks = {
        STAFF_PCS: NxlogWriter(spools[STAFF_PCS], zone, domain).desk,
        LAB_PCS: BeatWriter(spools[LAB_PCS], domain).desk,
        ANNEX_PCS: NxlogWriter(spools[ANNEX_PCS], zone, domain, ANNEX_SKEW).desk,
        SERVER_ROOM: controller.desk,
    }
    tunnels = {
        "edge-vpn": AsaWriter(spools["edge-vpn"], zone).tunnel,
        "remote-vpn": OpenvpnWriter(spools["remote-vpn"], zone).tunnel,
    }
    filtered = fortigate.web

    def web(request: WebRequest) -> None:
        (filtered if request.gate == FORTIGATE else squid)(request)

    return {
        WebRequest: web,
        Flow: fortigate.flow,
        Desk: lambda desk: desks[desk.feed](desk),
        Ticket: controller.ticket,
        Managed: controller.managed,
        Chromebook: workspace.chrome,
        CloudLogin: workspace.login,
        Lease: DhcpWriter(spools["dhcp"], zone).lease,
        Radius: RadiusWriter(spools["wireless"], zone, domain).radius,
        Tunnel: lambda tunnel: tunnels[tunnel.gateway](tunnel),
        Shell: SshWriter(spools["servers"], zone).shell,
        DirectoryChange: controller.change,
        Console: workspace.console,
        **_cloud_writers(spools, domain),
        Raw: lambda raw: spools[raw.source].add(raw.at, raw.line),
    }


def _cloud_writers(spools: dict[str, Spool], domain: str) -> dict[type, Writer]:
    entra = EntraWriter(spools["entra"], domain)
    return {
        Lookup: UmbrellaWriter(spools["umbrella"]).lookup,
        SignIn: entra.sign_in,
        RoleChange: entra.role,
        Command: IntuneWriter(spools["intune"], domain).command,
        CheckIn: JamfWriter(spools["jamf"]).check_in,
    }
