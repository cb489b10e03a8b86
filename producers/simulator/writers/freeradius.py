"""FreeRADIUS's radius.log: local time with year and no zone, MACs with hyphens, inner and outer sessions both."""

from zoneinfo import ZoneInfo

from producers.simulator.happenings import Radius
from producers.simulator.local_time import Stamp
from producers.simulator.spool import Spool


class RadiusWriter:
    """Writes 802.1X sign-ins."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._add = spool.add
        self._stamp = Stamp(zone, lambda local: f"{local:%a %b} {local.day:2d} {local:%H:%M}:",
                            lambda local: f" {local:%Y}")
        self._serial = 0

    def radius(self, sign_in: Radius) -> None:
        """https://wiki.freeradius.org/config/Logging: with auth_badpass a refused password is in the line."""
        self._serial += 1
        tunnel = " via TLS tunnel" if sign_in.inner else ""
        user = f"{sign_in.user}/{sign_in.secret}" if sign_in.secret else sign_in.user
        result = f"Login incorrect ({sign_in.reason})" if sign_in.reason else "Login OK"
        mac = sign_in.mac.upper().replace(":", "-")
        self._add(sign_in.at, f"{self._stamp(sign_in.at)} : Auth: ({self._serial}) {result}: [{user}] "
                              f"(from client {sign_in.access_point} port {sign_in.at // 1000 % 64} cli {mac}{tunnel})")
