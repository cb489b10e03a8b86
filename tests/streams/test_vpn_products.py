"""Logs of VPN products, from their lines to the finding: a vendor's session, and whose an address of the pool is."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from model.event import Event, decode_event
from model.violation import Violation, decode_violation
from producers.batching import tick
from producers.district_folder import open_district
from producers.history import fact_batches
from producers.intake import Intake
from producers.source import sources_of
from streams.engine.engine import Engine

DISTRICT = """
id: maple-falls
name: Maple Falls
timezone: America/Chicago
policy: union-ok
realms: [maplefalls.example, MAPLE]
sources:
  - {id: vpn, product: PRODUCT, received_at: "2026-03-05T06:00:00-06:00"}
  - {id: web, product: squid, received_at: "2026-03-05T06:00:00-06:00"}
"""
TABLES = {
    "orgs": "sourcedId,name\ndistrict,Maple Falls\n",
    "users": "sourcedId,username,email\np-bell,tbell,tbell@maplefalls.example\n",
    "roles": "sourcedId,userSourcedId,orgSourcedId,role\nr1,p-bell,district,teacher\n",
    "accounts": "account,person,kind,vendor\ntbell,p-bell,personal,\nvtech,,vendor,acme\n",
    "vendors": "vendor,name,sponsor,agreement_id\nacme,Acme Systems,p-bell,AG-1\n",
    "approvals": "approval_id,kind,subject,approved_by,valid_from,valid_to\n",
    "networks": "cidr,kind,org\n10.1.0.0/16,site,district\n10.9.0.0/24,vpn_pool,\n",
}
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
# At 12:00 and at 13:00: while Tess Bell's tunnel is open, and after it was closed.
WEB = (
    "1772647200.000 88 10.9.0.5 TCP_MISS/200 5120 GET http://news.example/ - HIER_DIRECT/203.0.113.115 text/html\n"
    "1772650800.000 88 10.9.0.5 TCP_MISS/200 5120 GET http://news.example/ - HIER_DIRECT/203.0.113.115 text/html\n"
)


@dataclass
class Judged:
    """What came of one day's logs."""

    events: list[Event]
    violations: list[Violation]

    def of(self, source: str) -> list[Event]:
        return sorted((one for one in self.events if one.source_id == source), key=lambda one: one.occurred_at or "")


@pytest.fixture(params=LOGS)
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Judged:
    """A vendor and a teacher over the VPN of one product, and two pages asked for from the teacher's pool address."""
    (tmp_path / "reference").mkdir()
    (tmp_path / "district.yaml").write_text(DISTRICT.replace("PRODUCT", request.param))
    for table, rows in TABLES.items():
        (tmp_path / "reference" / f"{table}.csv").write_text(rows)
    for source, log in (("vpn", LOGS[request.param]), ("web", WEB)):
        (tmp_path / "logs" / source).mkdir(parents=True)
        (tmp_path / "logs" / source / "a.log").write_text(log)
    district = open_district(tmp_path)
    engine = Engine(district.district.id)
    intake = Intake(sources_of(district.district, tmp_path))
    for batch in (*fact_batches(district.district.id, district.facts), *intake.round(ended=True)):
        engine.observe(batch)
    engine.observe(tick(intake.well, None))
    engine.judge()
    output = engine.take()
    events = {one.event_id: one for one in map(decode_event, output.events)}
    violations = {one.violation_id: one for one in map(decode_violation, output.violations)}
    return Judged(list(events.values()), [one for one in violations.values() if one.status != "withdrawn"])


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
