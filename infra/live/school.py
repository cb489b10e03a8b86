"""The school itself, for `python -m infra.live.school FOLDER`: builds it, opens it, plays its hour, closes it.

Runs inside namespaces of its own and by the school's clock: what reads the time here, and what sleeps, does so twenty
times as fast. It prints what did not go as planned, one line each, and exits 1 if anything did not.
"""

import sys
from functools import partial
from ipaddress import IPv4Network
from pathlib import Path

from infra.live import cast, dhcpd, dnsmasq, e2guardian, freeradius, openvpn, squid, sshd, strongswan
from infra.live.children import Children
from infra.live.network import CORE, Network, inside, listens, routes
from infra.live.pki import Authority
from infra.live.play import Play
from infra.live.private import settle


class School:
    """One school: its network and its servers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.network = Network()
        self.children = Children(folder / "output")

    def build(self) -> None:
        """Hosts and cables: nothing leads out of here."""
        for name in ("output", "logs", "clients"):
            (self.folder / name).mkdir()
        self.network.host(CORE)
        for bridge, addresses in cast.BRIDGES.items():
            self.network.bridge(CORE, bridge, *addresses)
        routes(CORE)
        self._fixed_hosts()
        self._behind("annex", cast.ANNEX, 2)
        self._behind("guests", cast.GUESTS, 1)
        for device in cast.DEVICES:
            for bridge in device.networks[:1]:
                self.network.plug(device.host(bridge), bridge, device.mac)

    def _fixed_hosts(self) -> None:
        for number, (name, address) in enumerate(cast.NAS.items(), 0x80):
            bridge = name.removeprefix("ap-").removeprefix("sw-")
            self._fixed(name, bridge, number, address)
        for number, (name, address) in enumerate(cast.HOMES.items(), 0x90):
            self._fixed(name, "wan", number, address)
        self._fixed("web", "wan", 0xA0, cast.WEB)
        self._fixed("sis", "servers", 0xA1, cast.SIS)
        self._fixed("west-box", "west", 0xA2, cast.WEST_BOX)

    def _fixed(self, name: str, bridge: str, number: int, address: str) -> None:
        gateway = f"{address.rpartition('.')[0]}.1"
        self.network.plug(name, bridge, f"00:00:5e:00:53:{number:02x}", f"{address}/24", gateway)

    def _behind(self, bridge: str, address: str, clients: int) -> None:
        """A router that hides its clients behind its one address."""
        router, prefix = f"{bridge}-router", f"192.168.{len(bridge)}"
        self._fixed(router, bridge, 0xB0 + len(bridge), address)
        self.network.bridge(router, "home", f"{prefix}.1/24")
        self.network.masquerade(router, "home")
        routes(router)
        for number in range(1, clients + 1):
            mac = f"00:00:5e:00:53:{0xC0 + len(bridge) * 4 + number:02x}"
            name = f"{bridge.removesuffix('s')}-{number}"
            self.network.plug(name, "home", mac, f"{prefix}.{9 + number}/24", f"{prefix}.1", host=router)

    def open(self) -> None:
        """Starts the servers; each one serves when this returns."""
        self.authority = Authority(self.folder / "pki")
        for name in ("squid", "openvpn", "dhcpd", "freeradius", "dnsmasq", "e2guardian", "sshd", "strongswan"):
            (self.logs / name).mkdir()
        self._websites(self.authority)
        self._proxy()
        self._leases()
        dnsmasq.start(
            self.children,
            self.folder / "dnsmasq",
            self.logs / "dnsmasq" / "dnsmasq.log",
            "west-box",
            IPv4Network(cast.WEST),
        )
        sshd.start(
            self.children, self.folder / "sshd", self.logs / "sshd" / "auth.log", "sis", cast.SERVER,
            cast.server_secrets(), cast.OPERATORS,
        )  # fmt: skip
        openvpn.start(
            self.children, self.authority, self.folder / "openvpn", self.logs / "openvpn", cast.GATEWAY, cast.POOL,
            cast.tunnel_secrets(),
        )  # fmt: skip
        strongswan.start(
            self.children, self.authority, self.folder / "strongswan", self.logs / "strongswan" / "charon.log",
            cast.GATEWAY, cast.IKE_POOL, cast.ike_secrets(),
        )  # fmt: skip
        freeradius.start(
            self.children, self.authority, self.folder / "freeradius", self.logs / "freeradius" / "radius.log",
            cast.SERVER, cast.NAS, cast.people_secrets(),
        )  # fmt: skip

    def _proxy(self) -> None:
        names = dict.fromkeys((*cast.HARMLESS, *cast.REFUSED, cast.MIRROR), cast.WEB) | {cast.INTRANET: cast.SIS}
        e2guardian.start(
            self.children, self.folder / "e2guardian", self.logs / "e2guardian" / "access.log", "west-box",
            cast.REFUSED, names,
        )  # fmt: skip
        squid.start(
            self.children, self.folder / "squid", self.logs / "squid" / "access.log", cast.people_secrets(),
            cast.REFUSED, names, f"{cast.GUESTS}/32", f"{cast.POOL}/24",
        )  # fmt: skip

    def _leases(self) -> None:
        logs = self.logs / "dhcpd"
        dhcpd.start_syslog(self.children, self.folder / "rsyslog", logs / "dhcpd.log")
        dhcpd.start(self.children, self.folder / "dhcpd", logs / "dhcpd.leases", cast.SUBNETS, cast.SUBNETS.values())

    def _websites(self, authority: Authority) -> None:
        certificate, key = authority.issue("web.example", "serverAuth")
        page = [sys.executable, "-m", "infra.live.website", str(certificate), str(key)]
        for host in ("web", "sis"):
            self.children.serve(f"website-{host}", inside(host, *page), partial(listens, host, 80))


def main(folder: Path) -> int:
    """Builds, opens, plays and closes."""
    settle(folder)
    school = School(folder)
    school.build()
    try:
        school.open()
        play = Play(folder, school.network, school.children, school.authority)
        play.run()
        wrong = [*play.late, *school.children.gone_wrong()]
    finally:
        school.children.close()
    print(*(f"acts: {school.children.errands}", *wrong), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
