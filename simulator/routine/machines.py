"""What machines do by themselves, day and night, weekends too; none of it is anybody's doing."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from simulator.address_plan import EGRESS, PEER
from simulator.district import District
from simulator.happenings import ASKED, SQUID, Flow, Happening, Lease, Lookup, Raw, Ticket, Tunnel, WebRequest
from simulator.local_time import HOUR, MINUTE
from simulator.windows import server_pc, service, start_up

_UNKNOWN = (
    (
        "edge-vpn",
        "<166>{month} edge-vpn : %ASA-6-305011: Built dynamic TCP translation from inside:10.250.0.9/51544"
        " to outside:192.0.2.10/51544",
    ),
    ("servers", "{syslog} files1 systemd[1]: Started Daily apt download activities."),
    (
        "servers",
        "{syslog} files1 sshd[4242]: message repeated 2 times: [ Failed password for svc-backup from "
        "10.250.210.7 port 40022 ssh2]",
    ),
    ("dhcp", "{syslog} dhcp1 dhcpd[812]: Wrote 412 leases to leases file."),
)
_GARBAGE = ("proxy", "filter", "workspace")


def machine_day(rng: Random, district: District, day: date) -> Iterator[Happening]:
    """A day of leases, tickets, updates, the always-on tunnel, and a few lines that nobody can read."""
    midnight, end = district.clock.midnight(day), district.clock.midnight(day + timedelta(1))
    if day.weekday() < 5:
        for number, pc in enumerate(pc for school in district.schools for pc in school.lab):
            yield from start_up(pc, district.clock.at(day, "07:05") + number * 7_000)
    for hour in range(midnight, end, HOUR):
        yield from _hourly(rng, district, hour)
    yield Tunnel(
        end - 2 * HOUR,
        "edge-vpn",
        "linked",
        PEER,
        PEER,
        seconds=21 * 3_600,
        to_client=48_000_000,
        from_client=39_000_000,
    )
    for at in range(midnight, end, 3 * MINUTE):
        # Without machines that ask all the time, the proxy would fall silent whenever the last person goes to bed.
        yield WebRequest(
            at, SQUID, "", district.servers["files1"].address, "updates.os-vendor.example", "/alive", 2_000
        )
    for at in range(midnight, end, 5 * MINUTE):
        yield Lookup(at, "Main Office", EGRESS, "updates.os-vendor.example", "Software/Technology", kind="Networks")
    yield from _odd_lines(rng, district, midnight + 12 * HOUR)


def _hourly(rng: Random, district: District, hour: int) -> Iterator[Happening]:
    for number, server in enumerate(district.servers.values()):
        yield Lease(hour + number * 1_000, "granted", server.address, server.mac, server.host)
        yield Ticket(hour + number * 1_500, "ticket", f"{server.host.upper()}$", server.address)
    for school in district.schools:
        for pc in school.lab[:3]:
            at = hour + int(rng.random() * 50 * MINUTE)
            yield WebRequest(at, SQUID, "", pc.address, "updates.os-vendor.example", "/selfupdate", 9_000, ASKED)
            yield WebRequest(
                at + 40, SQUID, "", pc.address, "updates.os-vendor.example", "/selfupdate", 400_000, secure=False
            )
            yield Flow(at + 60, "", pc.address, "192.0.2.53", 53, 17, "DNS", 70, 210, 1)
            yield Flow(at + 90, "", pc.address, "192.0.2.123", 123, 17, "NTP", 76, 76, 1)
    yield from service(server_pc(district.servers["files1"]), hour + 9 * MINUTE, "svc-backup")


def _odd_lines(rng: Random, district: District, noon: int) -> Iterator[Happening]:
    """Well-formed messages no parser knows, and garbage: a few a day, always the same for the same seed."""
    shown = district.clock.shown(noon)
    words = {"month": shown.strftime("%b %d %Y %H:%M:%S"), "syslog": f"{shown:%b} {shown.day:2d} {shown:%H:%M:%S}"}
    for source, text in _UNKNOWN:
        yield Raw(noon, source, text.format(**words))
    yield Raw(noon + 5_000, rng.choice(_GARBAGE), "\x16\x03\x01 not a log line at all " + "#" * rng.randrange(40))
