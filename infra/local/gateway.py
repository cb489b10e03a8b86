"""ClickHouse's HTTP interface on loopback, answered by chDB: what an unmodified clickhouse-connect talks to.

Run as `python -m infra.local.gateway --data FOLDER --spool FOLDER --port N`. No users: whoever may connect to this
machine's loopback may read and write. A browser may not: requests with its marks are refused.
"""

import argparse
import asyncio
import sys
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiohttp import web

from infra.local.encoding import BadEncoding, Encoder, agree, check_known
from infra.local.engine import Answer, Engine
from infra.local.order import Order, Terms, read, terms
from infra.local.ports import LOOPBACK
from infra.local.refusal import Refusal, refusal
from infra.local.spool import LARGEST, Spool, TooLarge

AT_ONCE = 16
WAITING = 200
_OURSELVES = ("127.0.0.1", "localhost", "[::1]")


class Gateway:
    """Answers requests; statements run in threads, chDB lets go of Python's lock while it works."""

    def __init__(self, engine: Engine, spool: Path) -> None:
        self._engine = engine
        self._spool = spool
        self._threads = ThreadPoolExecutor(AT_ONCE, "statement")
        self._under_way = 0

    def app(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST)
        application.router.add_get("/ping", self.ping)
        application.router.add_get("/replicas_status", self.ping)
        application.router.add_route("*", "/", self.answer)
        return application

    async def ping(self, request: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        query_id = request.query.get("query_id") or str(uuid.uuid4())
        try:
            _refuse_browsers(request)
            return await self._run(request, query_id)
        except Refusal as refused:
            return self._refused(refused, query_id)
        except (BadEncoding, TooLarge) as bad:
            code, name = (307, "TOO_MANY_BYTES") if isinstance(bad, TooLarge) else (117, "INCORRECT_DATA")
            return self._refused(refusal(code, name, str(bad)), query_id)

    async def _run(self, request: web.Request, query_id: str) -> web.StreamResponse:
        if self._under_way >= WAITING:
            raise refusal(202, "TOO_MANY_SIMULTANEOUS_QUERIES", f"{WAITING} statements are under way already")
        self._under_way += 1
        body = Spool(self._spool)
        try:
            given, encoding = await _receive(request, body)
            conditions = terms(given, request.headers, request.method == "GET")
            work = (given.get("query", ""), body, encoding, conditions)
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._work, *work)
            return await self._send(request, answer, query_id)
        finally:
            self._under_way -= 1
            body.close()

    def _work(self, query: str, body: Spool, encoding: str, conditions: Terms) -> Answer:
        order: Order = read(query, body, encoding, conditions, self._spool)
        try:
            return self._engine.run(order)
        finally:
            if order.rows:
                order.rows.close()

    async def _send(self, request: web.Request, answer: Answer, query_id: str) -> web.StreamResponse:
        wanted = request.query.get("enable_http_compression") == "1"
        encoding = agree(request.headers.get("Accept-Encoding", ""), wanted)
        headers = {**self._headers(query_id), "X-ClickHouse-Summary": answer.summary}
        if answer.format:
            headers["X-ClickHouse-Format"] = answer.format
        if encoding and len(answer.body):
            headers["Content-Encoding"] = encoding
        body = await asyncio.to_thread(_encoded, answer, encoding)
        return web.Response(body=body, headers=headers)

    def _refused(self, refused: Refusal, query_id: str) -> web.Response:
        words = f"{refused.message} (version {self._engine.version} (embedded))\n"
        headers = {**self._headers(query_id), "X-ClickHouse-Exception-Code": str(refused.code)}
        return web.Response(text=words, status=refused.status, headers=headers)

    def _headers(self, query_id: str) -> dict[str, str]:
        return {
            "X-ClickHouse-Query-Id": query_id,
            "X-ClickHouse-Server-Display-Name": "hallmonitor",
            "X-ClickHouse-Timezone": self._engine.timezone,
        }


def _encoded(answer: Answer, encoding: str) -> bytes:
    if not encoding or not len(answer.body):
        return bytes(answer.body)
    encoder = Encoder(encoding)
    return encoder.add(bytes(answer.body)) + encoder.end()


def _refuse_browsers(request: web.Request) -> None:
    """A page on the web must not reach a server on loopback, nor under a name that it made point here."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host not in _OURSELVES or "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
        raise refusal(497, "ACCESS_DENIED", "Requests of web pages are refused; use a ClickHouse client on 127.0.0.1")


async def _receive(request: web.Request, body: Spool) -> tuple[Mapping[str, str], str]:
    """The parameters of URL and form, and the encoding of what now is in `body`."""
    if request.content_type == "multipart/form-data":
        return {**request.query, **await _form(request)}, ""
    encoding = request.headers.get("Content-Encoding", "").lower().replace("identity", "")
    check_known(encoding)
    async for piece in request.content.iter_any():
        body.write(piece)
    return request.query, encoding


async def _form(request: web.Request) -> dict[str, str]:
    fields = await request.post()
    files = [name for name, value in fields.items() if not isinstance(value, str)]
    if files:
        raise refusal(48, "NOT_IMPLEMENTED", f"External data ({', '.join(files)}) needs a session; insert it in a table")
    return {name: value for name, value in fields.items() if isinstance(value, str)}


async def serve(data: Path, spool: Path, port: int) -> None:
    """Serves until it is told to end (SIGTERM); statements under way are finished first."""
    engine = Engine(data)
    # aiohttp's own decompression stops after the first frame of a body, so it is kept from trying.
    runner = web.AppRunner(Gateway(engine, spool).app(), access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        await _told_to_end()
    finally:
        await runner.cleanup()
        engine.close()


async def _told_to_end() -> None:
    import signal

    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.gateway")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--spool", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.data, given.spool, given.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
