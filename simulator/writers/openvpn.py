"""OpenVPN's own log file: local time without a zone, no session id, the client as CN/IP:port, mostly noise."""

from zoneinfo import ZoneInfo

from simulator.happenings import Tunnel
from simulator.local_time import Stamp
from simulator.spool import Spool


class OpenvpnWriter:
    """Writes tunnels that end at the OpenVPN server."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._add = spool.add
        self._stamp = Stamp(zone, lambda local: f"{local:%Y-%m-%d %H:%M}:")
        self._ports: dict[tuple[str, str], int] = {}

    def tunnel(self, tunnel: Tunnel) -> None:
        """The lines of `verb 3`. A client keeps its port from its opening to its closing."""
        key = (tunnel.account, tunnel.public)
        if tunnel.what != "closed":
            self._ports[key] = 20_000 + tunnel.at // 1000 % 40_000
        peer = f"{tunnel.public}:{self._ports.get(key, 1194)}"
        for offset, text in enumerate(_messages(tunnel, peer)):
            at = tunnel.at + offset * 120
            self._add(at, f"{self._stamp(at)} {text}")
        if tunnel.what == "closed":
            self._ports.pop(key, None)


def _messages(tunnel: Tunnel, peer: str) -> list[str]:
    user = tunnel.account
    client = f"{user}/{peer}"
    if tunnel.what == "closed":
        return [f"{client} SIGTERM[soft,remote-exit] received, client-instance exiting"]
    if tunnel.what == "refused":
        return [
            f"{peer} TLS: Initial packet from [AF_INET]{peer}, sid=0badc0de 00000000",
            f"{peer} TLS Auth Error: Auth Username/Password verification failed for peer",
        ]
    return [
        f"{peer} TLS: Initial packet from [AF_INET]{peer}, sid=0badc0de 00000000",
        f"{peer} VERIFY OK: depth=1, CN=District CA",
        f"{peer} VERIFY OK: depth=0, CN={user}",
        f"{peer} peer info: IV_PLAT=win",
        f"{peer} TLS: Username/Password authentication succeeded for username '{user}'",
        f"{peer} [{user}] Peer Connection Initiated with [AF_INET]{peer}",
        f"{client} MULTI: Learn: {tunnel.assigned} -> {client}",
        f"{client} MULTI: primary virtual IP for {client}: {tunnel.assigned}",
        f"{client} Data Channel: cipher 'AES-256-GCM', peer-id: 0",
    ]
