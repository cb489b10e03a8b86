"""A day of somebody who works for the district: a laptop, locked when left, a phone on the wireless, home by VPN."""

from collections.abc import Iterator
from random import Random

from simulator import acts, address_plan
from simulator.district import District
from simulator.happenings import SQUID, CloudLogin, Desk, Happening, Lease, Radius, Ticket, Tunnel
from simulator.local_time import HOUR, MINUTE
from simulator.people import OFFICE, Device, Person
from simulator.routine.timetable import Timetable

_GATEWAYS = ("edge-vpn", "edge-vpn", "remote-vpn")


def staff_day(rng: Random, person: Person, district: District, timetable: Timetable) -> Iterator[Happening]:
    """What one member of staff does on a day of work."""
    if rng.random() < 0.04:
        return
    laptop = person.laptop
    assert laptop is not None
    arrived = timetable.opens - int((15 + rng.random() * 25) * MINUTE)
    yield from _arrive(rng, person, laptop, district, arrived)
    yield from _spells(rng, person, laptop, arrived + MINUTE, timetable)
    if person.role == "ext:it" and person.school.kind == OFFICE:
        yield from _tend_servers(rng, person, laptop, district, timetable)
    if rng.random() < 0.1:
        start = timetable.closes + 5 * HOUR + int(rng.random() * HOUR)
        yield from acts.evening_vpn(rng, person, rng.choice(_GATEWAYS), start)


def day_at_home(rng: Random, person: Person, timetable: Timetable) -> Iterator[Happening]:
    """What one member of staff does on a day when nobody is in."""
    if rng.random() < 0.06:
        yield CloudLogin(timetable.opens + HOUR, person.account, person.home)
        start = timetable.opens + 2 * HOUR + int(rng.random() * 5 * HOUR)
        yield from acts.evening_vpn(rng, person, rng.choice(_GATEWAYS), start)


def _arrive(rng: Random, person: Person, laptop: Device, district: District, at: int) -> Iterator[Happening]:
    site, spot = person.school, person.number
    yield Lease(at - 30_000, "sought" if spot % 3 else "granted", laptop.address, laptop.mac, laptop.hostname)
    yield from acts.on_wireless(at - 29_000, f"host/{district.fqdn(laptop.hostname)}", site, laptop.mac, spot)
    yield from acts.on_wireless(at - 60_000, person.account, site, person.phone_mac, spot)
    yield Lease(at - 58_000, "granted", address_plan.inside(site.octet, address_plan.GUESTS, spot), person.phone_mac)
    if rng.random() < 0.05:
        yield Desk(at - 15_000, laptop.feed, "failed", person.account, laptop.hostname)
        yield Ticket(at - 15_000, "pre_auth_failed", person.account, laptop.address)
        yield Radius(
            at - 14_000,
            person.account,
            site.access_points[0],
            person.phone_mac,
            "mschap: MS-CHAP2-Response is incorrect",
            secret="not-the-word",
        )
    yield Ticket(at - 200, "ticket", person.account, laptop.address)
    yield Ticket(at + 300, "service_ticket", person.account, laptop.address)
    yield Desk(at, laptop.feed, "logged_on", person.account, laptop.hostname)
    yield CloudLogin(
        at + 40_000, person.account, address_plan.EGRESS, "login_failure" if rng.random() < 0.03 else "login_success"
    )
    if rng.random() < 0.3:  # the phone's mail, over the carrier, while its owner sits at the laptop
        yield CloudLogin(at + HOUR, person.account, address_plan.carrier(person.index))


def _spells(rng: Random, person: Person, laptop: Device, arrived: int, timetable: Timetable) -> Iterator[Happening]:
    """At the laptop until lunch, away with the screen locked, back until the end of the day."""
    requests, lunch = timetable.requests(rng), timetable.lessons[2][1]
    yield from acts.browse(rng, SQUID, person.account, laptop.address, arrived, lunch, requests * 3)
    yield Desk(lunch + MINUTE, laptop.feed, "locked", person.account, laptop.hostname)
    back = timetable.lessons[3][0] - int(rng.random() * 5 * MINUTE)
    yield Desk(back, laptop.feed, "unlocked", person.account, laptop.hostname)
    yield Desk(back + 50, laptop.feed, "logged_on", person.account, laptop.hostname, 7)
    left = timetable.closes + int((20 + rng.random() * 60) * MINUTE)
    yield Lease(back, "granted", laptop.address, laptop.mac, laptop.hostname)
    yield from acts.browse(rng, SQUID, person.account, laptop.address, back + MINUTE, left - MINUTE, requests * 3)
    yield Desk(left, laptop.feed, "logged_off", person.account, laptop.hostname)


def _tend_servers(
    rng: Random, person: Person, laptop: Device, district: District, timetable: Timetable
) -> Iterator[Happening]:
    """An administrator's shells; they come from the administrator's own laptop, beside its web use."""
    host = rng.choice(sorted(district.servers))
    for start, end in timetable.lessons[1:3]:
        yield from acts.shells(host, person.account, laptop.address, start, end - 10 * MINUTE, every=20)
    if rng.random() < 0.3:
        yield Tunnel(timetable.opens, "edge-vpn", "refused", person.account, person.home)
