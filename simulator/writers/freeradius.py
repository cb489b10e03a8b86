"""FreeRADIUS's radius.log: local time with year and no zone, MACs with hyphens, inner and outer sessions both."""

from zoneinfo import ZoneInfo

from simulator.happenings import Radius
from simulator.local_time import Stamp
from simulator.spool import Spool

_WITH_REALM_EVERY = 23  # phones set up by hand send the mail address


class RadiusWriter:
    """Writes 802.1X sign-ins."""

    def __init__(self, spool: Spool, zone: ZoneInfo, domain: str) -> None:
        self._add, self._domain = spool.add, domain
        self._stamp = Stamp(
            zone, lambda local: f"{local:%a %b} {local.day:2d} {local:%H:%M}:", lambda local: f" {local:%Y}"
        )
        self._serial = 0

    def radius(self, sign_in: Radius) -> None:
        """https://wiki.freeradius.org/config/Logging: with auth_badpass a refused password is in the line."""
        self._serial += 1
        tunnel = " via TLS tunnel" if sign_in.inner else ""
        user = sign_in.user
        if self._serial % _WITH_REALM_EVERY == 0 and not {"/", "@"} & set(user):
            user = f"{user}@{self._domain}"
        if sign_in.secret:
            user = f"{user}/{sign_in.secret}"
        result = f"Login incorrect ({sign_in.reason})" if sign_in.reason else "Login OK"
        mac = sign_in.mac.upper().replace(":", "-")
        self._add(
            sign_in.at,
            f"{self._stamp(sign_in.at)} : Auth: ({self._serial}) {result}: [{user}] "
            f"(from client {sign_in.access_point} port {sign_in.at // 1000 % 64} cli {mac}{tunnel})",
        )
