"""Questions to one vendor over HTTPS: bounded in time and size, asked again where that helps, sent to nobody else."""

import json
import logging
import socket
import ssl
import zlib
from base64 import b64encode
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from model.settings import without_secrets
from producers.pull.deadline import Deadline
from producers.pull.failure import PullFailed, plain
from producers.pull.login import Login
from producers.pull.packed import Gzip, Plain, TooLarge
from producers.pull.page import Ask

ATTEMPTS = 6  # of one question, over about a minute
LONGEST_WAIT = 300.0  # seconds; who says to wait longer is asked at the next turn
LARGEST_ANSWER = 64_000_000  # bytes, unpacked
LONGEST_ANSWER = 120.0  # seconds from question to end, its header included
PATIENCE = httpx.Timeout(30.0)
ONE_EACH = httpx.Limits(max_keepalive_connections=0)  # so that a deadline knows the connection of its question
AGENT = "HallMonitor"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_AS_IT_IS = ("identity", "aws-chunked")  # the latter is what a bucket repeats of how a file was put into it
_NO_HEADER = "the secret or client_id has a sign that no header can hold; nothing was asked"
_JITTER = wait_exponential_jitter(initial=1, max=60, jitter=2)


class Answer(NamedTuple):
    """An answer: its bytes, and of its header the address of the next page and how many records there are."""

    content: bytes
    link: str | None
    total: str


def http() -> httpx.Client:
    """Connections that check certificates, follow no redirect and go by the system's proxy. Raises `PullFailed`."""
    for library in ("httpx", "httpcore"):  # they log addresses and headers, in which a vendor may repeat a token
        logging.getLogger(library).setLevel(logging.WARNING)
    headers = {"User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
    try:
        return httpx.Client(timeout=PATIENCE, limits=ONE_EACH, follow_redirects=False, headers=headers)
    except OSError as error:
        raise PullFailed("tls", f"SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {plain(str(error))}") from error
    except (ValueError, ImportError, httpx.InvalidURL):
        said = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no http:// address of a proxy"
        raise PullFailed("proxy", said) from None  # the address may hold a password


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises `PullFailed` for what is no https address (plain http is for this machine only)."""
    try:
        where = urlsplit(url)
        host, port = (where.hostname or "").lower(), where.port
    except ValueError as error:
        raise PullFailed("address", plain(f"{without_secrets(url)[:100]} is no address: {error}")) from error
    allowed = where.scheme == "https" or (where.scheme == "http" and host in _LOOPBACK)
    if not host or where.username is not None or not allowed:
        said = f"{without_secrets(url)[:100]} is no https:// address without a user name"
        raise PullFailed("address", plain(said))
    return where.scheme, host, port or (443 if where.scheme == "https" else 80)


class Client:
    """Asks the vendor at `url`. `wait` sleeps for seconds, and is true when nobody waits."""

    def __init__(
        self, url: str, login: Login, http: httpx.Client, now_ms: Callable[[], int], wait: Callable[[float], Any]
    ) -> None:
        self._origin, self._login, self._http = origin(url), login, http
        self._now_ms, self._wait = now_ms, wait

    def get(self, ask: Ask) -> Answer:
        """The vendor's answer. Raises `PullFailed`."""
        if origin(ask.url) != self._origin:
            said = f"the next page is said to be at {urlsplit(ask.url).hostname}, another server: it is not asked"
            raise PullFailed("answer", plain(said))
        response, content = patiently(lambda: self._once(ask), self._wait)
        return Answer(content, response.links.get("next", {}).get("url"), response.headers.get("X-Total-Count", ""))

    def _once(self, ask: Ask) -> tuple[httpx.Response, bytes]:
        try:
            return self._send(ask)
        except PullFailed as failed:
            if failed.kind != "credentials" or not self._login.renew():
                raise
        return self._send(ask)

    def _send(self, ask: Ask) -> tuple[httpx.Response, bytes]:
        headers = self._login.headers(ask, self._now_ms())
        request = _question(self._http, "GET", address(ask), headers)
        return exchange(self._http, request, self._login.secrets)


def patiently(send: Callable[[], Any], wait: Callable[[float], Any]) -> Any:
    """What `send` returns, asked again after passing failures: later each time, or when the vendor says."""
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, PullFailed) and error.passing),
        stop=lambda state: stop_after_attempt(ATTEMPTS)(state) or _after(state) > LONGEST_WAIT or bool(wait(0)),
        wait=lambda state: max(_after(state), _JITTER(state)),
        sleep=wait,
        reraise=True,
    )
    return retrying(send)


def _after(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.after if isinstance(error, PullFailed) else 0.0


def post_form(
    http: httpx.Client,
    wait: Callable[[float], Any],
    secrets: tuple[str, ...],
    basic: tuple[str, str] | None = None,
) -> Callable[..., Any]:
    """What sends a form to a token's server, and returns the JSON object of the answer. Raises `PullFailed`.

    `basic`: the client's id and secret, where the server wants them in the header.
    """

    def post(url: str, form: dict[str, str]) -> dict[str, Any]:
        origin(url)
        known = b64encode(":".join(basic).encode()).decode() if basic else ""
        headers = {"Authorization": f"Basic {known}"} if basic else {}
        hidden = (*secrets, form.get("client_secret", ""), form.get("assertion", ""), known)
        request = _question(http, "POST", url, headers, form)
        _, content = patiently(lambda: exchange(http, request, hidden, token=True), wait)
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise PullFailed("answer", f"{request.url.host} does not answer with JSON where a token is granted")
        return answer

    return post


def address(ask: Ask) -> str:
    """The address with its parameters, each written so that a signature over them holds."""
    query = "&".join(f"{quote(name, '~')}={quote(value, '~')}" for name, value in sorted(ask.params))
    return f"{ask.url}?{query}" if query else ask.url


def _question(
    http: httpx.Client, method: str, url: str, headers: dict[str, str], form: dict[str, str] | None = None
) -> httpx.Request:
    try:
        return http.build_request(method, url, headers=headers, data=form)
    except httpx.InvalidURL as error:
        raise PullFailed("address", plain(f"{without_secrets(url)[:100]} cannot be asked: {error}")) from error
    except UnicodeEncodeError:
        raise PullFailed("credentials", _NO_HEADER) from None  # the error holds the header


def exchange(
    http: httpx.Client, request: httpx.Request, secrets: tuple[str, ...], *, token: bool = False
) -> tuple[httpx.Response, bytes]:
    """One question and its whole answer. Raises `PullFailed` for everything but a 200. `token`: asks for a token."""
    deadline = Deadline(LONGEST_ANSWER)
    request.extensions = {**request.extensions, "trace": deadline.trace}
    try:
        with deadline:
            response = http.send(request, stream=True)
            try:
                content = _whole(response)
            finally:
                response.close()
    except httpx.HTTPError as error:
        if not deadline.passed:
            raise _unreached(request.url.host, error, secrets) from None  # it holds the request, and that the token
    except PullFailed:
        if not deadline.passed:
            raise
    if deadline.passed:
        said = f"{request.url.host} takes over {LONGEST_ANSWER:.0f} s to answer"
        raise PullFailed("server", said, passing=True)
    if response.status_code != 200:
        raise _refused(response, content, secrets, token)
    return response, content


def _whole(response: httpx.Response) -> bytes:
    host = response.request.url.host
    taken = Gzip(LARGEST_ANSWER) if _packed(response) else Plain(LARGEST_ANSWER)
    try:
        for piece in response.iter_raw():
            taken.add(piece)
    except TooLarge:
        said = f"{host} answers with over {LARGEST_ANSWER // 1_000_000} MB; one page never has"
        raise PullFailed("size", said) from None
    except zlib.error as error:
        raise PullFailed("answer", f"{host} answers with bytes that cannot be unpacked: {error}") from error
    if not taken.whole and response.num_bytes_downloaded:
        raise PullFailed("server", f"{host} answers with half of what it packed", passing=True)
    return bytes(taken.found)


def _packed(response: httpx.Response) -> bool:
    """Whether the answer is packed. Raises `PullFailed` for packing that was not asked for: it could hide any size."""
    said = response.headers.get("Content-Encoding", "").lower()
    packed = [one for one in said.replace(",", " ").split() if one not in _AS_IT_IS]
    if packed not in ([], ["gzip"], ["x-gzip"]):
        raise PullFailed("answer", f"{response.request.url.host} answers packed as {plain(said)}, not as gzip")
    return bool(packed)


def _refused(response: httpx.Response, content: bytes, secrets: tuple[str, ...], token: bool) -> PullFailed:
    status, host = response.status_code, response.request.url.host
    asked = plain(response.headers.get("WWW-Authenticate", ""), secrets)
    words = plain(content[:2_000].decode(errors="replace"), secrets)
    said = f"{host} answers {status}: {words or asked or plain(response.reason_phrase, secrets)}"
    if status == 429 or (status == 403 and "ateLimitExceeded" in words):  # Google says its quota with a 403, too
        return PullFailed("limit", said, passing=True, after=_retry_after(response))
    if status >= 500 or status == 408:
        return PullFailed("server", said, passing=True, after=_retry_after(response))
    if status == 401 or (token and status in (400, 403)):
        return PullFailed("credentials", said)
    if status == 403:
        return PullFailed("scope", f"{said}{f' ({asked})' if asked and asked not in said else ''}")
    if 300 <= status < 400:
        return PullFailed("address", f"{host} answers {status} and names another address, which is not followed")
    return PullFailed("address" if status == 404 else "answer", said)


def _retry_after(response: httpx.Response) -> float:
    """How long the vendor says to wait, in seconds: a number, a date (RFC 9110), or Okta's time of renewal."""
    said = response.headers.get("Retry-After", "")
    date = response.headers.get("Date", "")
    try:
        if said:
            return max(0.0, float(said) if said.strip().isdigit() else _seconds(said, date))
        reset = response.headers.get("X-Rate-Limit-Reset", "")
        return max(0.0, float(reset) - parsedate_to_datetime(date).timestamp()) if reset.isdigit() else 0.0
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _seconds(until: str, date: str) -> float:
    return (parsedate_to_datetime(until) - parsedate_to_datetime(date)).total_seconds()


def _unreached(host: str, error: httpx.HTTPError, secrets: tuple[str, ...]) -> PullFailed:
    """A server that could not be spoken to, by what stood in the way."""
    causes = list(_causes(error))
    if isinstance(error, httpx.LocalProtocolError):  # its words are the header, and that is the secret
        return PullFailed("credentials", _NO_HEADER)
    words = plain(str(error), secrets) or type(error).__name__
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return PullFailed("tls", f"the certificate of {host} is not trusted: {words}")
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return PullFailed("tls", f"no TLS with {host}: {words}", passing=True)
    if isinstance(error, httpx.ProxyError):
        return PullFailed("proxy", f"the proxy lets nothing through to {host}: {words}", passing=True)
    if any(isinstance(one, socket.gaierror) for one in causes):
        return PullFailed("host", f"there is no host {host} that the name service knows: {words}", passing=True)
    return PullFailed("server", f"the connection to {host} failed: {words}", passing=True)


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
