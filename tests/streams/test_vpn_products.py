"""Logs of VPN products, from their lines to the finding: a vendor's session, and whose an address of the pool is."""

import re
from pathlib import Path

import pytest

from tests.support.vpn_day import Judged, judged

STRONGSWAN = """\
Mar  4 10:00:00 gw1 charon: 16[IKE] <rw|1> assigning virtual IP 10.9.0.4 to peer 'vtech'
Mar  4 10:00:00 gw1 charon: 16[IKE] <rw|1> IKE_SA rw[1] established between 203.0.113.1[vpn]...198.51.100.7[10.4.1.9]
Mar  4 10:01:00 gw1 charon: 07[IKE] <rw|2> assigning virtual IP 10.9.0.5 to peer 'tbell'
Mar  4 10:01:00 gw1 charon: 07[IKE] <rw|2> IKE_SA rw[2] established between 203.0.113.1[vpn]...198.51.100.8[vtech]
Mar  4 12:10:00 gw1 charon: 11[IKE] <rw|1> deleting IKE_SA rw[1] between 203.0.113.1[vpn]...198.51.100.7[10.4.1.9]
Mar  4 12:10:00 gw1 charon: 11[CFG] <rw|1> lease 10.9.0.4 by 'vtech' went offline
Mar  4 12:30:00 gw1 charon: 11[IKE] <rw|2> deleting IKE_SA rw[2] between 203.0.113.1[vpn]...198.51.100.8[vtech]
Mar  4 12:30:00 gw1 charon: 11[CFG] <rw|2> lease 10.9.0.5 by 'tbell' went offline
Mar  4 13:00:00 gw1 charon: 16[IKE] <site|2> IKE_SA site[2] established between 203.0.113.1[vpn]...198.51.100.9[branch]
"""
TUNNEL = "Tunnel Type: VPN_TUNNELTYPE_TLS NA Resource: /Common/na Client IP:"
VERDICT = "AD agent: Auth (logon attempt:0): authenticate with"
F5_APM = f"""\
10:00:00 tmm 01490500:5: e03c2ca8: New session from client IP 198.51.100.7 (ST=Texas/CC=US/C=NA) at VIP 203.0.113.1
10:00:00 apmd 01490010:5: e03c2ca8: Username 'vtech'
10:00:00 apmd 01490017:6: e03c2ca8: {VERDICT} 'vtech' successful
10:00:00 tmm 01490549:5: e03c2ca8: Assigned PPP Dynamic IPv4: 10.9.0.4 {TUNNEL} 198.51.100.7
10:00:50 apmd 01490010:5: aa3c2ca9: Username 'vtech'
10:01:00 apmd 01490017:6: aa3c2ca9: {VERDICT} 'tbell' successful
10:01:02 tmm 01490549:5: aa3c2ca9: Assigned PPP Dynamic IPv4: 10.9.0.5 {TUNNEL} 198.51.100.8
12:10:00 tmm 01490502:5: e03c2ca8: Session deleted due to user logout request.
12:30:00 tmm 01490502:5: aa3c2ca9: Session deleted due to user inactivity or errors.
13:00:00 tmm 01490549:5: aa3c2ca9: Assigned PPP Dynamic IPv4: 10.9.0.6 {TUNNEL} 198.51.100.9
"""
F5_APM = re.sub(r"(?m)^(\S+) (\S+) ", r"Mar  4 \1 bigip1 notice \2[12]: ", F5_APM)
LOGS = {"strongswan": STRONGSWAN, "f5_apm": F5_APM}


@pytest.fixture(params=LOGS)
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Judged:
    """A vendor and a teacher over the VPN of one product, and two pages asked for from the teacher's pool address."""
    return judged(tmp_path, request.param, LOGS[request.param])


def test_a_vendors_session_without_an_approval_is_found(day: Judged) -> None:
    found = [one for one in day.violations if one.detection == "unapproved_vendor_session"]
    assert [(one.account, one.vendor) for one in found] == [("vtech", "acme")]
    assert "connected for 2 h 10 min" in found[0].headline


def test_the_address_outside_is_that_of_the_vendors_session(day: Judged) -> None:
    """A line of its own tells it, without the name; the session joins them."""
    (found,) = [one for one in day.violations if one.detection == "unapproved_vendor_session"]
    shown = {one.event_id for one in found.evidence.exhibits}
    opened = [one for one in day.of("vpn") if one.action == "tunnel.opened" and one.event_id in shown]
    assert [(one.account, one.address) for one in opened] == [(None, "198.51.100.7")]


def test_a_page_from_an_address_of_the_pool_is_of_whoever_had_it_then(day: Judged) -> None:
    assert [one.person for one in day.of("web")] == ["p-bell", None]


def test_a_session_of_a_number_that_had_ended_is_nobodys(day: Judged) -> None:
    """A daemon that begins anew counts anew."""
    assert {one.person for one in day.of("vpn") if one.address == "198.51.100.8"} == {"p-bell"}
    assert [one.person for one in day.of("vpn") if one.address == "198.51.100.9"] == [None]


def test_two_gateways_of_one_source_count_their_own_sessions(tmp_path: Path) -> None:
    log = (
        "Mar  4 10:01:00 gw1 charon: 07[IKE] <rw|1> assigning virtual IP 10.9.0.5 to peer 'tbell'\n"
        "Mar  4 10:02:00 gw2 charon: 07[IKE] <site|1> IKE_SA site[1] established between "
        "203.0.113.2[vpn]...198.51.100.9[branch]\n"
    )
    day = judged(tmp_path, "strongswan", log)
    assert [one.person for one in day.of("vpn")] == ["p-bell", None]


def test_the_address_outside_may_be_told_milliseconds_before_the_name(tmp_path: Path) -> None:
    log = (
        "<30>2026-03-04T10:01:00.120-06:00 gw1 charon: 07[IKE] <rw|1> IKE_SA rw[1] established between "
        "203.0.113.1[vpn]...198.51.100.8[vtech]\n"
        "<30>2026-03-04T10:01:00.123-06:00 gw1 charon: 07[IKE] <rw|1> assigning virtual IP 10.9.0.5 to peer 'tbell'\n"
    )
    day = judged(tmp_path, "strongswan", log)
    assert [(one.address, one.person) for one in day.of("vpn")] == [("198.51.100.8", "p-bell"), (None, "p-bell")]


def test_a_tunnel_that_is_told_before_its_sign_in_is_whose_signed_in(tmp_path: Path) -> None:
    """apmd and tmm write each for itself."""
    *lines, verdict, opened, first_end, end, later = F5_APM.splitlines(keepends=True)
    day = judged(tmp_path, "f5_apm", "".join([*lines, opened, verdict, first_end, end, later]))
    assert [one.person for one in day.of("web")] == ["p-bell", None]


def test_a_close_that_is_told_before_its_session_ends_it(tmp_path: Path) -> None:
    *lines, end, later = F5_APM.splitlines(keepends=True)
    day = judged(tmp_path, "f5_apm", "".join([end, *lines, later]))
    assert [one.person for one in day.of("web")] == ["p-bell", None]


def test_an_address_given_to_a_session_in_which_nobody_signed_in_is_nobodys(tmp_path: Path) -> None:
    """The deletion of the session before was lost."""
    *lines, _, later = F5_APM.splitlines(keepends=True)
    stranger = later.replace("13:00:00", "12:45:00").replace("aa3c2ca9", "bb3c2caa").replace("10.9.0.6", "10.9.0.5")
    day = judged(tmp_path, "f5_apm", "".join([*lines, stranger]))
    assert [one.person for one in day.of("web")] == ["p-bell", None]


def test_the_proof_of_a_page_cites_the_sign_in_to_the_session(tmp_path: Path) -> None:
    """The record of the tunnel names nobody."""
    day = judged(tmp_path, "f5_apm", F5_APM)
    (verdict,) = [one for one in day.of("vpn") if one.action == "account.authenticated" and one.account == "tbell"]
    page = day.of("web")[0]
    assert verdict.event_id in {step.event_id for step in page.attribution}
