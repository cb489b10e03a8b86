"""Plays the timetable: each act at its minute, by a real client in its host."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from infra.live import cast, dhcpd, e2guardian, freeradius, openvpn, squid, sshd, strongswan
from infra.live.children import Children, Errand
from infra.live.network import Network, inside
from infra.live.pki import Authority
from infra.live.timetable import LASTS, Act, HangUp, Lease, Leave, Login, Shell, Tunnel, Visit, timetable
from model.clock import now

LATE_S = 120  # an act later than this by the school's clock spoils what was planned
_PROXIES = {"squid": f"http://{cast.SERVER}:{squid.PORT}", "e2guardian": f"http://{cast.WEST_BOX}:{e2guardian.PORT}"}
_REFUSED = {"squid": "000/403", "e2guardian": "000/200"}  # E2guardian's page that says no is a page like any other
NINE = datetime.fromisoformat(cast.NINE)


@dataclass
class Play:
    """The hour as it goes. `late` tells of every act that came too late."""

    folder: Path
    network: Network
    children: Children
    authority: Authority
    late: list[str] = field(default_factory=list)
    _going: dict[str, Errand] = field(default_factory=dict)  # what stays in a host until something ends it

    def run(self) -> None:
        """Every act at its minute; returns when the hour is over."""
        for act in timetable():
            _wait_for(act.at)
            late = (now() - NINE).total_seconds() - act.at * 60
            if late > LATE_S:
                self.late.append(f"{late:.0f} s late by the school's clock: {act}")
            self._do(act)
        _wait_for(LASTS)

    def _do(self, act: Act) -> None:
        match act:
            case Lease():
                self._come(act)
            case Leave():
                self._go(cast.device(act.device_id).host(act.network), killed=True)
            case Visit():
                self._visit(act)
            case Login():
                self._log_in(act)
            case Tunnel(through="strongswan"):
                self._connect_built_in(act)
            case Tunnel():
                self._connect(act)
            case HangUp():
                self._go(act.host, act.killed)
            case Shell():
                self._sign_in(act)

    def _come(self, act: Lease) -> None:
        device = cast.device(act.device_id)
        host = device.host(act.network)
        if host not in self.network.hosts:
            self.network.plug(host, act.network, device.mac)
        self._going[host] = dhcpd.lease(self.children, self.folder / "dhcpd", host, device.device_id)

    def _go(self, host: str, killed: bool) -> None:
        process = self._going.pop(host).process
        if killed:
            process.kill()
        else:
            self.children.end(process)

    def _visit(self, act: Visit) -> None:
        proxy = ["-x", _PROXIES[act.through]]
        if act.account:
            proxy += ["-U", f"{act.account}:{cast.secret_of(act.account)}", *(["--proxy-anyauth"] * act.asked)]
        told = ["-s", "-k", "-o", "/dev/null", "-w", "%{http_connect}/%{http_code}", "--max-time", "300"]
        tunnelled = act.url.startswith("https:")
        refused, allowed = ("403/000", "200/200") if tunnelled else (_REFUSED[act.through], "000/200")
        name = f"visit-{act.host}"
        command = inside(act.host, "curl", *told, *proxy, act.url)
        self.children.send(name, command, refused if act.refused else allowed)

    def _log_in(self, act: Login) -> None:
        secret = "wrong-" * act.wrong + cast.secret_of(act.user.rpartition("\\")[2])
        if act.method == "PAP":
            expected = "Received Access-Reject" if act.wrong else "Received Access-Accept"
            freeradius.pap(
                self.children, self.folder / "clients", act.nas, cast.SERVER, act.user, secret, act.station, expected
            )
            return
        freeradius.eap(
            self.children, self.folder / "clients", act.nas, cast.SERVER, act.user, secret, act.station, act.method,
            act.outer, "FAILURE" if act.wrong else "SUCCESS",
        )  # fmt: skip

    def _connect(self, act: Tunnel) -> None:
        secret = "wrong-" * act.wrong + cast.secret_of(act.account)
        expected = "AUTH_FAILED" if act.wrong else "Initialization Sequence Completed"
        self._going[act.host] = openvpn.connect(
            self.children,
            self.authority,
            self.folder / "openvpn",
            act.host,
            cast.GATEWAY,
            act.account,
            secret,
            expected,
        )

    def _connect_built_in(self, act: Tunnel) -> None:
        secret = "wrong-" * act.wrong + cast.secret_of(act.account)
        expected = "EAP_MSCHAPV2 method failed" if act.wrong else "initiate completed successfully"
        folder = self.folder / "strongswan"
        self._going[act.host] = strongswan.connect(
            self.children, self.authority, folder, act.host, cast.GATEWAY, act.account, secret, act.claimed, expected
        )

    def _sign_in(self, act: Shell) -> None:
        secret = cast.secret_of(act.account)
        command = f"echo {secret} | sudo -S -p '' id -un" if act.sudo else "id -un"
        expected = "Permission denied" if act.wrong else "root" if act.sudo else act.account
        told = "wrong-" * act.wrong + secret
        folder = self.folder / "sshd"
        sshd.sign_in(self.children, folder, act.host, cast.SIS, act.account, told, command, expected)


def _wait_for(minute: float) -> None:
    left = (NINE + timedelta(minutes=minute) - now()).total_seconds()
    if left > 0:
        time.sleep(left)
