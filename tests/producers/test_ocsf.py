"""OCSF class and activity of events, where the vendor's record decides: through the parsers, from raw records."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from model.actions import OCSF
from producers.catalog import PRODUCTS
from producers.frame import Frame
from producers.ocsf import ocsf_of
from producers.product import Context, Refusal
from producers.reader import Stream, read_record

CONTEXT = Context(ZoneInfo("America/New_York"), datetime(2026, 3, 5, 11, tzinfo=UTC))
_SQUID = "1772632800.123      5 10.20.1.5 {} 11 {} - HIER_DIRECT/203.0.113.9 -"
_COMMON = (
    '10.20.1.5 - tbell [04/Mar/2026:09:00:00 -0500] "{} http://www.site.example/ HTTP/1.1" 200 5 TCP_MISS:HIER_NONE'
)
_ASA = "<166>Mar 04 2026 09:00:00 edge : %ASA-6-{}"
_SIDES = "outside:203.0.113.9/443 (203.0.113.9/443) to inside:10.20.1.5/51000 (198.51.100.1/51000)"
_TORN = "outside:203.0.113.9/443 to inside:10.20.1.5/51000 duration 0:00:30 bytes 5000"
_WEB = 'date=2026-03-04 time=09:00:00 type="utm" subtype="webfilter" logid="0317013312" action="passthrough" '
_FLOW = 'date=2026-03-04 time=09:00:00 type="traffic" subtype="forward" logid="0000000013" srcip=10.20.1.5 action="{}"'
_DNS = 'date=2026-03-04 time=09:00:00 type="utm" subtype="dns" logid="{}" srcip=10.20.1.5 qname="www.site.example"'
_WINDOWS = (
    '{{"EventTime":"2026-03-04T14:00:00Z","Hostname":"DC01","EventID":{},"Channel":"Security",'
    '"SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"tbell","Status":"0x0"}}'
)
_GOOGLE = (
    '{{"id":{{"time":"2026-03-04T14:00:00Z","applicationName":"admin"}},"actor":{{"email":"it@maple.example"}},'
    '"events":[{{"name":"{}"}}]}}'
)


def _ocsf(product: str, record: str) -> tuple[int, int]:
    data = record.encode("latin-1")
    _, _, parsed, _ = read_record(PRODUCTS[product], Frame(0, len(data), data), CONTEXT, Stream("s", "f"))
    assert not isinstance(parsed, Refusal), parsed
    return ocsf_of(parsed[0])


@pytest.mark.parametrize(
    ("method", "activity"),
    [("CONNECT", 1), ("DELETE", 2), ("GET", 3), ("HEAD", 4), ("OPTIONS", 5), ("POST", 6), ("PUT", 7)],
)
def test_a_web_request_goes_by_its_method(method: str, activity: int) -> None:
    """In both of squid's formats and FortiGate's."""
    url = "www.site.example:443" if method == "CONNECT" else "http://www.site.example/"
    assert _ocsf("squid", _SQUID.format("TCP_MISS/200", f"{method} {url}")) == (4002, activity)
    assert _ocsf("squid", _COMMON.format(method)) == (4002, activity)
    assert _ocsf("fortigate", f'{_WEB}hostname="www.site.example" httpmethod="{method}"') == (4002, activity)


def test_a_request_without_a_method_is_of_no_known_activity() -> None:
    """Squid's error line has `-` or NONE; most of FortiGate's web filter lines have none."""
    assert _ocsf("squid", _SQUID.format("NONE_NONE/000", "- error:transaction-end-before-headers")) == (4002, 0)
    assert _ocsf("squid", _SQUID.format("NONE/400", "NONE error:invalid-request")) == (4002, 0)
    assert _ocsf("squid", _COMMON.format("BREW")) == (4002, 0)
    assert _ocsf("fortigate", f'{_WEB}hostname="www.site.example"') == (4002, 0)


def test_the_method_is_found_in_a_record_that_is_not_utf8() -> None:
    """Such a record is kept as base64."""
    assert _ocsf("squid", _SQUID.format("TCP_MISS/200", "GET http://www.site.example/caf\xe9")) == (4002, 3)


@pytest.mark.parametrize(
    ("message", "activity"),
    [
        (f"302013: Built outbound TCP connection 1 for {_SIDES}", 1),
        (f"302014: Teardown TCP connection 1 for {_TORN} TCP FINs", 2),
        (f"302014: Teardown TCP connection 1 for {_TORN} TCP Reset-I", 3),
        (f"302016: Teardown UDP connection 1 for {_TORN}", 2),
        ('106023: Deny tcp src outside:203.0.113.9/4 dst inside:10.20.1.5/22 by access-group "in" [0x0, 0x0]', 5),
        ("106100: access-list in permitted tcp inside/10.20.1.5(51000) -> outside/203.0.113.9(443) hit-cnt 1", 6),
    ],
)
def test_a_connection_goes_by_what_became_of_it(message: str, activity: int) -> None:
    """Open, close, reset, refuse, traffic."""
    assert _ocsf("cisco_asa", _ASA.format(message)) == (4001, activity)


@pytest.mark.parametrize(
    ("word", "activity"), [("start", 1), ("close", 2), ("timeout", 2), ("client-rst", 3), ("ip-conn", 4), ("deny", 5)]
)
def test_a_fortigate_flow_goes_by_its_action(word: str, activity: int) -> None:
    """The action is how the session ended."""
    assert _ocsf("fortigate", _FLOW.format(word)) == (4001, activity)


def test_a_name_looked_up_is_dns_activity() -> None:
    """4003: the question, and the answer."""
    assert _ocsf("fortigate", _DNS.format("1500054000")) == (4003, 1)
    assert _ocsf("fortigate", _DNS.format("1501054802")) == (4003, 2)


@pytest.mark.parametrize(("event", "activity"), [(4768, 3), (4769, 4), (4770, 5), (4771, 6)])
def test_a_kerberos_ticket_goes_by_its_event_id(event: int, activity: int) -> None:
    """Ticket, service ticket, renewal, pre-authentication."""
    assert _ocsf("windows_security", _WINDOWS.format(event)) == (3002, activity)


def test_a_role_given_for_good_is_not_a_logon_with_privileges() -> None:
    """Google's ASSIGN_ROLE is Role Management; Windows 4672 is Authorize Session."""
    assert _ocsf("google_workspace", _GOOGLE.format("ASSIGN_ROLE")) == (3008, 4)
    assert _ocsf("windows_security", _WINDOWS.format(4672)) == OCSF["privilege.assigned"] == (3003, 1)
