"""Squid's native access log: epoch with milliseconds, elapsed time padded, user URL-encoded, `-` for nothing."""

from simulator.address_plan import website
from simulator.happenings import ALLOWED, BLOCKED, WebRequest
from simulator.spool import Spool

_RESULTS = {ALLOWED: ("TCP_TUNNEL/200", "TCP_MISS/200"), BLOCKED: ("TCP_DENIED/403", "TCP_DENIED/403")}
_WITH_REALM_EVERY = 41  # some browsers sign in with the domain before the name
_ASKED = ("TCP_DENIED/407", "TCP_DENIED/407")


class SquidWriter:
    """Writes web requests that went through the proxy."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add = spool.add
        self._realm = domain.partition(".")[0].upper() + "%5C"

    def web(self, request: WebRequest) -> None:
        """http://www.squid-cache.org/Doc/config/logformat/ (`squid`): ts.tu tr >a Ss/>Hs <st rm ru un Sh/<a mt."""
        at, size = request.at, request.size
        result = _RESULTS.get(request.verdict, _ASKED)[not request.secure]
        passed = request.verdict == ALLOWED
        peer = f"HIER_DIRECT/{website(request.host)}" if passed else "HIER_NONE/-"
        target = (
            f"CONNECT {request.host}:443" if request.secure else f"{request.method} http://{request.host}{request.path}"
        )
        kind = "-" if request.secure else "text/html"
        user = request.account or "-"
        if at % _WITH_REALM_EVERY == 0 and request.account and "@" not in user:
            user = self._realm + user
        self._add(
            at,
            f"{at // 1000}.{at % 1000:03d} {size // 900 + 3:6d} {request.address} {result} "
            f"{size + 400 if passed else 3900} {target} {user} {peer} {kind}",
        )
