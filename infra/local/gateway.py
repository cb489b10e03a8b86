"""ClickHouse's HTTP interface on loopback, answered by chDB: what an unmodified clickhouse-connect talks to.

One user, whose password is the home's secret (`identity.py`), and what SQL may reach is fenced in (`fence.py`). A web
page is refused whatever it knows: requests with a browser's marks are.
"""

import asyncio
import errno
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import structlog
from aiohttp import web

from infra.local.answer import Answer
from infra.local.encoding import BadEncoding, Encoder, agree, check_known
from infra.local.engine import Engine
from infra.local.identity import Doorkeeper
from infra.local.order import Terms, read, terms
from infra.local.refusal import Refusal, refusal
from infra.local.spool import LARGEST, Spool, TooLarge

AT_ONCE = 16
WAITING = 200
AHEAD = 1024 * 1024  # an answer up to this size is sent whole, with an honest status
WHOLE = 2 * 1024**3
_OURSELVES = ("127.0.0.1", "localhost", "[::1]")
_log = structlog.get_logger()
Done = TypeVar("Done")


class Gateway:
    """Answers requests; statements run in threads, chDB lets go of Python's lock while it works."""

    def __init__(self, engine: Engine, spool: Path, doorkeeper: Doorkeeper) -> None:
        self._engine = engine
        self._doorkeeper = doorkeeper
        self._spool = spool
        self._threads = ThreadPoolExecutor(AT_ONCE, "statement")
        self._under_way = 0

    def app(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST)
        application.router.add_get("/ping", self.ping)
        application.router.add_route("*", "/", self.answer)
        return application

    async def ping(self, request: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One statement. Whatever goes wrong is answered in ClickHouse's form."""
        headers = {
            "X-ClickHouse-Query-Id": request.query.get("query_id") or str(uuid.uuid4()),
            "X-ClickHouse-Server-Display-Name": "hallmonitor",
            "X-ClickHouse-Timezone": self._engine.timezone,
        }
        try:
            return await self._admit(request, headers)
        except (ConnectionError, asyncio.CancelledError):
            raise  # the client went away: nobody is there to be told
        except Exception as failure:
            return self._refused(_as_refusal(failure), headers)

    async def _admit(self, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        _refuse_browsers(request)
        self._doorkeeper.admit(request.headers, request.query)  # before the body is read
        if self._under_way >= WAITING:
            raise refusal(202, "TOO_MANY_SIMULTANEOUS_QUERIES", f"{WAITING} statements are under way already")
        self._under_way += 1
        body = Spool(self._spool)
        try:
            given, encoding = await _receive(request, body)
            return await self._run(request, given, body, encoding, headers)
        finally:
            self._under_way -= 1
            body.close()

    async def _run(
        self, request: web.Request, given: Mapping[str, str], body: Spool, encoding: str, headers: dict[str, str]
    ) -> web.StreamResponse:
        conditions = terms(given, request.headers, request.method in ("GET", "HEAD"))
        answer = await self._thread(self._execute, given.get("query", ""), body, encoding, conditions)
        try:
            most = WHOLE if given.get("wait_end_of_query") == "1" else AHEAD
            first = await self._thread(answer.gather, most)
            return await self._send(request, given, answer, first, headers)
        finally:
            await self._thread(answer.close)

    async def _thread(self, work: Callable[..., Done], *arguments: object) -> Done:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _execute(self, query: str, body: Spool, encoding: str, conditions: Terms) -> Answer:
        order = read(query, body, encoding, conditions, self._spool)
        try:
            return self._engine.run(order)
        finally:
            if order.rows:
                order.rows.close()

    async def _send(
        self, request: web.Request, given: Mapping[str, str], answer: Answer, first: bytes, headers: dict[str, str]
    ) -> web.StreamResponse:
        wanted = given.get("enable_http_compression") == "1"
        encoding = agree(request.headers.get("Accept-Encoding", ""), wanted and bool(first))
        encoder = Encoder(encoding)
        headers |= {"X-ClickHouse-Format": answer.format} if answer.format else {}
        headers |= {"Content-Encoding": encoding} if encoding else {}
        if not answer.whole:
            return await self._stream(request, answer, first, encoder, headers)
        headers["X-ClickHouse-Summary"] = answer.counts.summary(len(first))
        return web.Response(body=await self._thread(encoder.whole, first), headers=headers)

    async def _stream(
        self, request: web.Request, answer: Answer, piece: bytes, encoder: Encoder, headers: dict[str, str]
    ) -> web.StreamResponse:
        tag = uuid.uuid4().hex[:16]
        response = web.StreamResponse(headers={**headers, "X-ClickHouse-Exception-Tag": tag})
        await response.prepare(request)
        try:
            while piece:
                await response.write(encoder.add(piece))
                piece = await self._thread(answer.gather, AHEAD)
        except Refusal as refused:
            await _break_off(request, response, encoder, tag, refused)
            return response
        await response.write_eof(encoder.end())
        return response

    def _refused(self, refused: Refusal, headers: dict[str, str]) -> web.Response:
        words = f"{refused.message} (version {self._engine.version} (embedded))\n"
        return web.Response(
            text=words, status=refused.status, headers={**headers, "X-ClickHouse-Exception-Code": str(refused.code)}
        )


async def _break_off(
    request: web.Request, response: web.StreamResponse, encoder: Encoder, tag: str, refused: Refusal
) -> None:
    """Says why at the end of what was sent, as ClickHouse ≥ 25.11 does, and leaves the answer visibly unfinished."""
    words = refused.message.encode()
    last = b"\r\n__exception__\r\n%b\r\n%b\n%d %b\r\n__exception__\r\n"
    await response.write(encoder.add(last % (tag.encode(), words, len(words), tag.encode())) + encoder.end())
    if request.transport:
        request.transport.close()


def _as_refusal(failure: Exception) -> Refusal:
    if isinstance(failure, Refusal):
        return failure
    if isinstance(failure, TooLarge):
        return refusal(307, "TOO_MANY_BYTES", str(failure))
    if isinstance(failure, BadEncoding):
        return refusal(117, "INCORRECT_DATA", str(failure))
    if isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return refusal(243, "NOT_ENOUGH_SPACE", f"No room for the body: {failure}. Nothing was inserted")
    _log.exception("request failed", failure=str(failure))
    return refusal(1002, "UNKNOWN_EXCEPTION", f"{type(failure).__name__}: {failure}")


def _refuse_browsers(request: web.Request) -> None:
    """A page on the web must not reach a server on loopback, nor under a name that it made point here."""
    host = request.host if request.host.endswith("]") else request.host.rsplit(":", 1)[0]
    if host not in _OURSELVES or "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
        raise refusal(497, "ACCESS_DENIED", "Requests of web pages are refused; use a ClickHouse client on 127.0.0.1")


async def _receive(request: web.Request, body: Spool) -> tuple[Mapping[str, str], str]:
    """The parameters of URL and form, and the encoding of what now is in `body`."""
    if request.content_type == "multipart/form-data":
        return {**request.query, **await _form(request)}, ""
    encoding = request.headers.get("Content-Encoding", "").strip().lower().replace("identity", "")
    check_known(encoding)
    async for piece in request.content.iter_any():
        body.write(piece)
    return request.query, encoding


async def _form(request: web.Request) -> dict[str, str]:
    fields = await request.post()
    files = [name for name, value in fields.items() if not isinstance(value, str)]
    if files:
        raise refusal(48, "NOT_IMPLEMENTED", f"External data ({', '.join(files)}) needs a session; use a table")
    return {name: value for name, value in fields.items() if isinstance(value, str)}
