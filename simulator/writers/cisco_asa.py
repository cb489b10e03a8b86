"""Cisco ASA syslog for AnyConnect: priority, date with year and no zone, host, id; the user in <> or after =."""

from zoneinfo import ZoneInfo

from simulator.happenings import Tunnel
from simulator.local_time import Stamp
from simulator.spool import Spool


class AsaWriter:
    """Writes tunnels that end at the ASA."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._add = spool.add
        self._stamp = Stamp(zone, lambda local: f"{local:%b %d %Y %H:%M}:")

    def tunnel(self, tunnel: Tunnel) -> None:
        """Message ids 113004, 113039, 722051, 722022; 722023 and 113019 at the end; 113005 when refused."""
        for offset, severity, text in _messages(tunnel):
            at = tunnel.at + offset
            self._add(at, f"<{160 + severity}>{self._stamp(at)} edge-vpn : %ASA-{severity}-{text}")


def _messages(tunnel: Tunnel) -> list[tuple[int, int, str]]:
    user, public = tunnel.account, tunnel.public
    who = f"Group <{tunnel.group}> User <{user}> IP <{public}>"
    if tunnel.what == "opened":
        return [
            (0, 6, f"113004: AAA user authentication Successful : server =  10.250.210.8 : user = {user}"),
            (200, 6, f"113039: {who} AnyConnect parent session started."),
            (900, 6, f"722051: {who} IPv4 Address <{tunnel.assigned}> IPv6 address <::> assigned to session"),
            (950, 6, f"722022: {who} TCP SVC connection established without compression"),
        ]
    if tunnel.what == "refused":
        return [
            (
                0,
                6,
                "113005: AAA user authentication Rejected : reason = AAA failure : server = 10.250.210.8 : "
                f"user = {user} : user IP = {public}",
            )
        ]
    if tunnel.what == "linked":
        return [
            (
                0,
                4,
                f"113019: Group = {user}, Username = {user}, IP = {public}, Session disconnected. Session "
                f"Type: LAN-to-LAN, Duration: {_duration(tunnel.seconds)}, Bytes xmt: {tunnel.to_client}, "
                f"Bytes rcv: {tunnel.from_client}, Reason: Idle Timeout",
            )
        ]
    return [
        (0, 6, f"722023: {who} TCP SVC connection terminated without compression"),
        (
            50,
            4,
            f"113019: Group = {tunnel.group}, Username = {user}, IP = {public}, Session disconnected. "
            f"Session Type: AnyConnect-Parent, Duration: {_duration(tunnel.seconds)}, "
            f"Bytes xmt: {tunnel.to_client}, Bytes rcv: {tunnel.from_client}, Reason: User Requested",
        ),
    ]


def _duration(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    shown = f"{hours}h:{rest // 60:02d}m:{rest % 60:02d}s"
    return f"{days}d {shown}" if days else shown
