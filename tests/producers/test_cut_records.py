"""Records of a length at which relays cut: one that shows its end is read, one that may go on is not believed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from model.event import Event
from producers.catalog import PRODUCTS
from producers.product import Context, Refusal

CONTEXT = Context(ZoneInfo("America/New_York"), datetime(2026, 3, 5, 11, tzinfo=UTC))
LENGTHS = (1023, 1024, 2047, 2048, 4095, 4096, 8191, 8192)
FORTIGATE = (
    'date=2026-03-04 time=14:00:00 tz="-0500" devname="edge" logid="0316013056" type="utm" subtype="webfilter" '
    'srcip=10.1.2.3 user="tbell" hostname="example.org" action="blocked" url="/{pad}" cat=26'
)
ASA = (
    "<166>Mar 04 2026 13:05:00 {host} : %ASA-4-113019: Group = {pad}, Username = {user}, IP = 203.0.113.20, Session "
    "disconnected. Session Type: SSL, Duration: 0h:30m:00s, Bytes xmt: 1, Bytes rcv: 2, Reason: {reason}"
)
ASA_REFUSED = (
    "<166>Mar 04 2026 13:05:00 {host} : %ASA-6-113005: AAA user authentication Rejected : reason = {reason} : "
    "server = {server} : user = {user}"
)


def read(product: str, text: str) -> Event:
    found = PRODUCTS[product].parse(text.encode(), CONTEXT)
    assert not isinstance(found, Refusal)
    return found[0]


def fortigate(length: int, end: str) -> str:
    bare = FORTIGATE.format(pad="") + end
    return FORTIGATE.format(pad="a" * (length - len(bare))) + end


@pytest.mark.parametrize("length", LENGTHS)
def test_a_fortigate_record_that_closes_its_last_field_is_read(length: int) -> None:
    whole = fortigate(length, ' catdesc="Malware"')
    assert len(whole) == length
    assert (read("fortigate", whole).account, read("fortigate", whole).action) == ("tbell", "web.requested")


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("end", ["", " sentbyte=12", ' catdesc="Mal'])
def test_a_fortigate_record_that_may_go_on_is_not_believed(length: int, end: str) -> None:
    event = read("fortigate", fortigate(length, end))
    assert (event.account, event.action) == (None, "record.unrecognised")


def test_a_fortigate_record_that_ends_with_a_name_is_not_believed_at_such_a_length() -> None:
    head = (
        'date=2026-03-04 time=14:00:00 devname="{pad}" logid="0102043008" type="event" subtype="user" '
        'action="authentication" status="success" user="tbell"'
    )
    cut = head.format(pad="a" * (1024 - len(head) + 5))
    assert len(cut) == 1024
    assert read("fortigate", cut).action == "record.unrecognised"
    assert read("fortigate", cut + " ").account == "tbell"


def asa(form: str, length: int, **parts: str) -> str:
    bare = form.format(host="", **parts)
    return form.format(host="e" * (length - len(bare)), **parts)


@pytest.mark.parametrize("length", [1022, 1023, 1024])
def test_an_asa_message_that_ends_with_what_names_nobody_is_read(length: int) -> None:
    whole = asa(ASA, length, pad="g" * 256, user="t" * 256, reason="r" * 256)
    assert len(whole) == length
    assert read("cisco_asa", whole).account == "t" * 256


@pytest.mark.parametrize(("length", "account"), [(1022, "t" * 250), (1023, None), (1024, None), (1025, "t" * 250)])
def test_an_asa_message_that_ends_with_a_user_is_not_believed_where_relays_cut(
    length: int, account: str | None
) -> None:
    cut = asa(ASA_REFUSED, length, reason="r" * 250, server="s" * 250, user="t" * 250)
    assert len(cut) == length
    assert read("cisco_asa", cut).account == account
