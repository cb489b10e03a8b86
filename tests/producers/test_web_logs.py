"""Squid and FortiGate where a golden does not reach: secrets through the reader, and lines made to cost time."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from model.event import Event
from producers.catalog import PRODUCTS
from producers.fortigate.fields import fields_of
from producers.frame import Frame
from producers.product import Context, Refusal
from producers.reader import Stream, read_record

CONTEXT = Context(ZoneInfo("America/New_York"), datetime.fromisoformat("2026-03-05T06:00:00-05:00"))
NATIVE = "1772632800.123     88 10.20.1.5 TCP_MISS/200 5120 GET {url} tbell HIER_DIRECT/203.0.113.115 text/html"


def _read(product: str, record: str) -> Event:
    frame = Frame(0, len(record), record.encode())
    parsed = read_record(PRODUCTS[product], frame, CONTEXT, Stream("s", "f"))[2]
    assert not isinstance(parsed, Refusal)
    return parsed[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://tbell:hunter2@www.library.example/",
        "http://www.library.example/?page=1&password=hunter2&next=2",
        "https://www.library.example/cb?access_token=hunter2",
        "http://www.library.example/?q=1;api_key=hunter2",
    ],
)
@pytest.mark.parametrize("product", ["squid", "fortigate"])
def test_credentials_in_urls_are_in_no_field_of_the_event(product: str, url: str) -> None:
    """Neither url nor raw, nor anything else that is stored or shown."""
    fortigate = f'date=2026-03-04 time=09:00:00 logid="0317013312" type="utm" subtype="webfilter" url="{url}"'
    event = _read(product, NATIVE.format(url=url) if product == "squid" else fortigate)
    assert event.action == "web.requested"
    assert "hunter2" not in repr(event)
    assert "***" in (event.url or "")
    assert "***" in event.raw


def test_headers_logged_with_a_request_keep_no_credentials() -> None:
    """`log_mime_hdrs on` appends the request's headers, cookies and all, in either of squid's encodings."""
    for end in ("\\r\\n", "%0D%0A"):
        headers = f" [Cookie: sid=hunter2{end}Accept: */*{end}Proxy-Authorization: Basic hunter2{end}] [-]"
        event = _read("squid", NATIVE.format(url="http://www.library.example/") + headers)
        assert "hunter2" not in repr(event)
        assert "Accept: */*" in event.raw


@pytest.mark.parametrize(
    "unit",
    ['a="', 'a="\\"', 'a=" ', 'a="x" ', '"', '" ,', " k=", " k= ", "a", "a.", "|", " ", '" ', "=", "a=b,", 'a="",'],
)
@pytest.mark.parametrize("head", ["", "type=", 'type="', "type=x,", "CEF:0|a|b|c|d|e|f|"])
def test_no_fortigate_line_costs_more_than_its_length(head: str, unit: str) -> None:
    """100 KB made of one mark: a quadratic pattern would take minutes."""
    began = time.process_time()
    fields_of(head + unit * (100_000 // len(unit)))
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "unit", [" ", "a ", " [04/Mar/2026:09:00:00 -0500] ", ' "', '" 200 5 "', " A/b c", " ;", "TCP_", "% "]
)
@pytest.mark.parametrize(
    "head",
    [
        "",
        "1772632800.123 88 ::1 TCP_MISS/200 1 GET ",
        "10.20.1.5 - ",
        '10.20.1.5 - a [04/Mar/2026:09:00:00 -0500] "GET ',
    ],
)
def test_no_squid_line_costs_more_than_its_length(head: str, unit: str) -> None:
    """The same for the three patterns of squid's lines."""
    began = time.process_time()
    PRODUCTS["squid"].parse((head + unit * (100_000 // len(unit))).encode(), CONTEXT)
    assert time.process_time() - began < 2
