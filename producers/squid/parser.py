"""Squid's access log: one line in, one web request out."""

from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from model.event import Event
from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.squid.lines import Line, line_of
from producers.syslog import open_head
from producers.times import MONTHS, at_epoch_ms, at_local

# A cache asking a cache: nobody's request (http://wiki.squid-cache.org/SquidFaq/SquidLogs#icp_query).
_BETWEEN_CACHES: Final = frozenset({"ICP_QUERY", "HTCP_TST", "HTCP_CLR"})
_PORTS: Final = {"http": 80, "https": 443, "ftp": 21}


def parse(record: bytes, context: Context) -> Parsed:
    """One line (native, common or combined, with or without a syslog head) as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    line = line_of(text)
    if line is not None:
        return [_event(line, None, context)]
    head = open_head(text, context)
    if head is None:
        return Refusal("not a line of squid's native, common or combined logformat, or one to be read in two ways")
    line = line_of(head.message.strip()) if head.tag is None or "squid" in head.tag else None
    if line is not None:
        return [_event(line, head.host, context)]
    return [_unrecognised(head.host, head.at, head.quality)]


def _unrecognised(host: str | None, at: str | None, quality: str) -> Event:
    return Event(
        product="squid", category="proxy", action="record.unrecognised",
        occurred_at=at, time_quality=quality, reporter=host,
    )  # fmt: skip


def _event(line: Line, reporter: str | None, context: Context) -> Event:
    at, quality = _at(line, context)
    url, broken = _url(line.url)
    verdict, outcome, reason = _judged(line.result, line.status)
    asked_by_cache = line.method in _BETWEEN_CACHES
    if line.status == "407" and line.user != "-":
        reason = "credentials refused by the proxy"
    if broken or asked_by_cache:
        verdict, outcome, reason = "unknown", "failure" if broken else "unknown", broken
    account, account_domain = _who(line.user)
    address = forms.address(line.client)
    named_by_address = address is not None or line.client == "-"
    scheme, domain, port = _where(line.method, url) if url else (None, None, None)
    return Event(
        product="squid",
        category="proxy",
        action="record.unrecognised" if asked_by_cache else "web.requested",
        occurred_at=at,
        time_quality=quality,
        outcome=outcome,
        reason=reason,
        account=account,
        account_domain=account_domain,
        account_basis=_basis(line) if account else None,
        address=address,
        device=None if named_by_address else line.client,
        device_basis=None if named_by_address else "claimed",  # the name that DNS has for it
        method=forms.http_method(line.method),
        url=url,
        domain=domain,
        verdict=verdict,
        bytes_in=forms.whole(line.size),
        user_agent=line.user_agent,
        vendor_action=line.result,
        vendor_code=line.status,
        reporter=reporter,
        destination=forms.address(line.peer) if line.peer != "-" else None,
        destination_port=port,
        protocol=scheme,
        duration_s=_seconds(line.elapsed_ms),
    )


def _at(line: Line, context: Context) -> tuple[str | None, str]:
    if line.stamp is None:
        at = at_epoch_ms(int(line.second) * 1000 + int(line.milli))
        return at, "exact" if at else "received"
    day, month, year, clock, offset = line.stamp
    number = MONTHS.get(month.lower())
    found = at_local(int(year), number, int(day), clock, context.timezone, offset) if number else None
    return found or (None, "received")


def _url(written: str) -> tuple[str | None, str | None]:
    """The URL, or what squid writes in its place when there was no whole request (`error:...`)."""
    if written.startswith("error:"):
        return None, written[6:]
    return (None if written == "-" else written), None


@lru_cache(maxsize=1024)
def _judged(result: str, status: str) -> tuple[str, str, str | None]:
    """Verdict, outcome and reason. 407 asks who is there and blocks nobody; an origin's own 403 is not the proxy's."""
    if status == "407":
        return "unknown", "failure", "proxy authentication required"
    if result.startswith("TCP_DENIED"):
        return "blocked", "failure", f"denied by the proxy ({status})"
    if result.startswith("NONE") and status in ("400", "501"):
        return "unknown", "failure", f"not understood by the proxy ({status})"
    if status in ("000", "0", "-"):
        return "unknown" if result.startswith("NONE") else "allowed", "unknown", "ended before an answer"
    if result.startswith("TCP_REDIRECT"):
        return "unknown", "success", "redirected by the proxy"
    return "allowed", "success" if int(status) < 400 else "failure", None


def _who(user: str) -> tuple[str | None, str | None]:
    r"""Squid writes users URL-encoded: `MAPLE%5Ctbell`."""
    return forms.account(unquote(user) if "%" in user else user)


def _basis(line: Line) -> str:
    """Squid logs the user whose password it has checked; with a 407 it is one who was refused."""
    return "claimed" if line.status == "407" or not line.certain else "observed"


def _where(method: str, url: str) -> tuple[str | None, str | None, int | None]:
    """Protocol, host and port of a request; `CONNECT host:443` has no scheme and is a tunnel of unknown content."""
    if method == "CONNECT":
        host, port = _authority(url)
        return "tcp", host, port
    scheme, found, rest = url.partition("://")
    if not found or len(scheme) > 20:
        return None, None, None
    host, port = _authority(rest.partition("/")[0].partition("?")[0])
    scheme = scheme.lower()
    return scheme, host, port or _PORTS.get(scheme)


def _authority(authority: str) -> tuple[str | None, int | None]:
    """Host (lower-case, no brackets, no trailing dot) and port of `[user@]host[:port]`."""
    return _split_authority(authority) if len(authority) <= forms.LONGEST_CACHED else (None, None)


def _seconds(ms: str) -> float | None:
    return int(ms) / 1000 if ms.isascii() and ms.isdigit() and len(ms) < 15 else None


@lru_cache(maxsize=65536)
def _split_authority(authority: str) -> tuple[str | None, int | None]:
    host, _, port = authority.rpartition("@")[2].rpartition(":")
    if not (port.isascii() and port.isdigit() and len(port) <= 5):
        host, port = authority.rpartition("@")[2], ""
    return forms.host_of(host), int(port) if port else None
