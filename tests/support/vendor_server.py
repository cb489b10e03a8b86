"""A server on loopback that answers as the vendors' documents say: Okta, Microsoft, Google, Duo; and as none should.

It is written from those documents and knows nothing of the puller. What it holds is in `records`, by feed.
"""

import gzip
import hmac
import json
import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, private=True)
SUBJECT = "admin@maplefalls.example"
TENANT = "8a4f6f0e-7f0b-4b57-9a53-2f1a3a7a0001"
OKTA_TOKEN, CLIENT, SECRET = "00okta-token-of-the-test", "hall-monitor", "s3cret of the test+/="
Record = dict[str, Any]


@dataclass
class Reply:
    """An answer: `drop` cuts the connection in its midst."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


@dataclass
class VendorServer:
    """What the vendors hold. `page` is the most a page of theirs has; `next` are answers given before any other."""

    url: str = ""
    page: int = 3
    records: dict[str, list[Record]] = field(default_factory=dict)
    next: list[Reply] = field(default_factory=list)
    every: Reply | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # path with query, headers
    tokens: set[str] = field(default_factory=set)
    granted: int = 0

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        """Of a GET."""
        self.asked.append((path, headers))
        if self.next:
            return self.next.pop(0)
        if self.every:
            return self.every
        where = urlsplit(path)
        query = dict(parse_qsl(where.query))
        for begins, reply in (
            ("/api/v1/logs", self._okta),
            ("/v1.0/", self._graph),
            ("/beta/", self._graph),
            ("/admin/reports/v1/activity/users/all/applications/", self._google),
            ("/admin/v2/logs/", self._duo),
            ("/api/v1/computers-inventory", self._jamf),
        ):
            if where.path.startswith(begins):
                return reply(where.path, query, headers, where.query)
        return _json(404, {"error": "no such path"})

    def _okta(self, path: str, query: dict[str, str], headers: dict[str, str], _: str) -> Reply:
        if headers.get("authorization") != f"SSWS {OKTA_TOKEN}":
            return _json(401, {"errorCode": "E0000011", "errorSummary": "Invalid token provided"})
        begin, end = (_ms(query[name]) for name in ("since", "until"))
        found = self._between("logs", begin, end, lambda one: _ms(one["published"]))
        at, most = int(query.get("after", "0")), min(self.page, int(query.get("limit", "100")))
        links = [f'<{self.url}{path}?{_query(query)}>; rel="self"']
        if at + most < len(found):
            links.append(f'<{self.url}{path}?{_query(query | {"after": str(at + most)})}>; rel="next"')
        return _json(200, found[at : at + most], {"Link": ", ".join(links)})

    def _graph(self, path: str, query: dict[str, str], headers: dict[str, str], _: str) -> Reply:
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _json(
                401, {"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed"}}
            )
        name, found = path.rsplit("/", 1)[-1], self.records.get(path.rsplit("/", 1)[-1], [])
        if asked := re.match(r"(\w+) ge (\S+) and \w+ lt (\S+)", query.get("$filter", "")):
            when, begin, end = asked.groups()
            found = self._between(name, _ms(begin), _ms(end), lambda one: _ms(one[when]))
        at, most = int(query.get("$skiptoken", "0")), min(self.page, int(query.get("$top", "1000")))
        body: dict[str, Any] = {"@odata.context": f"{self.url}/v1.0/$metadata", "value": found[at : at + most]}
        if at + most < len(found):
            body["@odata.nextLink"] = f"{self.url}{path}?{_query(query | {'$skiptoken': str(at + most)})}"
        return _json(200, body)

    def _google(self, path: str, query: dict[str, str], headers: dict[str, str], _: str) -> Reply:
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _json(401, {"error": {"code": 401, "message": "Request had invalid authentication credentials."}})
        name = path.rsplit("/", 1)[-1]
        begin, end = _ms(query["startTime"]), _ms(query["endTime"]) + 1
        found = self._between(name, begin, end, lambda one: _ms(one["id"]["time"]))[::-1]
        at, most = int(query.get("pageToken", "A:0")[2:]), min(self.page, int(query.get("maxResults", "1000")))
        body: dict[str, Any] = {"kind": "admin#reports#activities", "etag": '"e"'}
        if found[at : at + most]:
            body["items"] = found[at : at + most]
        if at + most < len(found):
            body["nextPageToken"] = f"A:{at + most}"
        return _json(200, body)

    def _duo(self, path: str, query: dict[str, str], headers: dict[str, str], raw: str) -> Reply:
        if not _signed(urlsplit(self.url).netloc, path, raw, headers):
            return _json(401, {"stat": "FAIL", "code": 40103, "message": "Invalid signature in request credentials"})
        name = path.rsplit("/", 1)[-1]
        found = self._between(name, int(query["mintime"]), int(query["maxtime"]), lambda one: _ms(one["isotimestamp"]))
        ids = [one["txid"] for one in found]
        at = ids.index(query["next_offset"].split(",")[1]) if "next_offset" in query else 0
        most = min(self.page, int(query.get("limit", "100")))
        more = found[at + most] if at + most < len(found) else None
        offset = [str(_ms(more["isotimestamp"])), more["txid"]] if more else None
        metadata = {"next_offset": offset, "total_objects": len(found)}
        return _json(200, {"stat": "OK", "response": {"authlogs": found[at : at + most], "metadata": metadata}})

    def _jamf(self, path: str, query: dict[str, str], headers: dict[str, str], raw: str) -> Reply:
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _json(401, {"httpStatus": 401, "errors": [{"code": "INVALID_TOKEN"}]})
        asked = re.fullmatch(r'general\.reportDate=ge="(\S+)";general\.reportDate=lt="(\S+)"', query["filter"])
        assert asked
        assert parse_qs(raw)["section"] == ["GENERAL", "HARDWARE", "USER_AND_LOCATION"]
        begin, end = map(_ms, asked.groups())
        found = self._between("computers", begin, end, lambda one: _ms(one["general"]["reportDate"]))
        at, most = int(query["page"]), int(query["page-size"])
        return _json(200, {"totalCount": len(found), "results": found[at * most : (at + 1) * most]})

    def _between(self, name: str, begin: int, end: int, when: Any) -> list[Record]:
        found = [one for one in self.records.get(name, []) if begin <= when(one) < end]
        return sorted(found, key=when)

    def granting(self, path: str, form: dict[str, str], _: dict[str, str]) -> Reply:
        """Of a POST with its headers, for servers that look at them."""
        return self.grant(path, form)

    def grant(self, path: str, form: dict[str, str]) -> Reply:
        """Of a POST: the two servers of tokens."""
        self.asked.append((path, {}))
        if path == f"/{TENANT}/oauth2/v2.0/token":
            known = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
            if known.items() <= form.items() and form.get("scope") == "https://graph.microsoft.com/.default":
                return self._token()
            said = "AADSTS7000215: Invalid client secret provided."
            return _json(401, {"error": "invalid_client", "error_description": said, "sent": form.get("client_secret")})
        if path == "/api/oauth/token":
            known = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
            return self._token() if form == known else _json(401, {"error": "invalid_client"})
        if path == "/token" and form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            claims = jwt.decode(form["assertion"], KEY, algorithms=["RS256"]).claims
            scope = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
            if claims["sub"] == SUBJECT and claims["aud"] == f"{self.url}/token" and claims["scope"] == scope:
                return self._token()
            return _json(401, {"error": "unauthorized_client"})
        return _json(404, {"error": "no such path"})

    def _token(self) -> Reply:
        self.granted += 1
        self.tokens.add(f"token-{self.granted}")
        return _json(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.granted}"})


@contextmanager
def vendor_server(other: VendorServer | None = None) -> Iterator[VendorServer]:
    """Serves until the block ends."""
    vendors = other or VendorServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(vendors.answer(self.path, {name.lower(): value for name, value in self.headers.items()}))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(vendors.granting(self.path, {name: values[0] for name, values in form.items()}, headers))

        def _send(self, reply: Reply) -> None:
            (self.send_response_only if "Date" in reply.headers else self.send_response)(reply.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(reply.body))} | reply.headers
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.drop else reply.body)
            self.close_connection = reply.drop

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vendors.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield vendors
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def key_file(url: str) -> str:
    """The JSON key of Google's service account, as its console writes it."""
    account = {"type": "service_account", "client_email": "hm@maple-falls.iam.gserviceaccount.example"}
    key = {"private_key_id": "k1", "private_key": KEY.as_pem(private=True).decode(), "token_uri": f"{url}/token"}
    return json.dumps(account | key)


def packed(size: int) -> Reply:
    """A small answer that unpacks to `size` zeros."""
    return Reply(200, gzip.compress(bytes(size)), {"Content-Encoding": "gzip"})


def _signed(host: str, path: str, query: str, headers: dict[str, str]) -> bool:
    name, _, signature = b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode().partition(":")
    pairs = sorted(parse_qsl(query))
    params = "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in pairs)
    text = f"{headers.get('date')}\nGET\n{host.lower()}\n{path}\n{params}"
    return name == CLIENT and hmac.new(SECRET.encode(), text.encode(), sha1).hexdigest() == signature


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(body, separators=(",", ":")).encode(), headers or {})


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _query(query: dict[str, str]) -> str:
    return "&".join(f"{quote(key)}={quote(value)}" for key, value in query.items())
