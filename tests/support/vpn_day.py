"""A day of a VPN: its lines and those of the web proxy behind it, from the log to the finding."""

from dataclasses import dataclass
from pathlib import Path

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
    "approvals": "approval_id,kind,vendor,approver,reason,state,valid_from,valid_to\n",
    "networks": "cidr,kind,org\n10.1.0.0/16,site,district\n10.9.0.0/24,vpn_pool,\n",
}
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


def judged(folder: Path, product: str, log: str, approvals: str = "") -> Judged:
    """What comes of a log of a vendor's and a teacher's tunnels, and of two pages asked for from the teacher's pool
    address; `approvals` are rows of that table."""
    (folder / "reference").mkdir()
    (folder / "district.yaml").write_text(DISTRICT.replace("PRODUCT", product))
    for table, rows in {**TABLES, "approvals": TABLES["approvals"] + approvals}.items():
        (folder / "reference" / f"{table}.csv").write_text(rows)
    for source, lines in (("vpn", log), ("web", WEB)):
        (folder / "logs" / source).mkdir(parents=True)
        (folder / "logs" / source / "a.log").write_text(lines)
    district = open_district(folder)
    engine = Engine(district.district.id)
    intake = Intake(sources_of(district.district, folder))
    for batch in (*fact_batches(district.district.id, district.facts), *intake.round(ended=True)):
        engine.observe(batch)
    engine.observe(tick(intake.well, None))
    engine.judge()
    output = engine.take()
    events = {one.event_id: one for one in map(decode_event, output.events)}
    violations = {one.violation_id: one for one in map(decode_violation, output.violations)}
    return Judged(list(events.values()), [one for one in violations.values() if one.status != "withdrawn"])
