"""A day of somebody who works for the district: a laptop, locked when left, a phone on the wireless, home by VPN."""

from collections.abc import Iterator
from random import Random

from simulator import acts, address_plan
from simulator.district import District
from simulator.happenings import SQUID, CloudLogin, Desk, Happening, Lease, Radius, SignIn, Ticket, Tunnel
from simulator.local_time import HOUR, MINUTE
from simulator.people import OFFICE, Device, Person
from simulator.routine.timetable import Timetable
from simulator.windows import Seat, network_logon, second_screen, second_screen_ended, server_pc, service, start_up

_GATEWAYS = ("edge-vpn", "edge-vpn", "remote-vpn")


def staff_day(rng: Random, person: Person, district: District, timetable: Timetable) -> Iterator[Happening]:
    """What one member of staff does on a day of work."""
    if rng.random() < 0.04:
        return
    laptop = person.laptop
    assert laptop is not None
    arrived = timetable.opens - int((15 + rng.random() * 25) * MINUTE)
    yield from _arrive(rng, person, laptop, district, arrived)
    seat = Seat(person.account, laptop, arrived, arrived - 95_000, admin=is_admin(person))
    yield from _spells(rng, seat, timetable)
    yield from _in_the_background(rng, seat, district, timetable)
    if person.role == "ext:it" and person.school.kind == OFFICE:
        yield from _tend_servers(rng, person, laptop, district, timetable)
    if rng.random() < 0.1:
        start = timetable.closes + 5 * HOUR + int(rng.random() * HOUR)
        yield from acts.evening_vpn(rng, person, rng.choice(_GATEWAYS), start)
    yield from _lesson_plans(rng, person, laptop, timetable)


def _lesson_plans(rng: Random, person: Person, laptop: Device, timetable: Timetable) -> Iterator[Happening]:
    """Half the staff open the laptop at home in the evening; the filter's agent on it sees where they go."""
    if rng.random() < 0.5:
        start = timetable.closes + 4 * HOUR + int(rng.random() * HOUR)
        end = start + 40 * MINUTE + int(rng.random() * HOUR)
        yield SignIn(start + MINUTE, person.account, person.home, laptop.hostname)
        yield from acts.looked_up(rng, laptop, person.home, start, end)


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
    yield CloudLogin(
        at + 40_000, person.account, address_plan.EGRESS, "login_failure" if rng.random() < 0.03 else "login_success"
    )
    if rng.random() < 0.3:  # the phone's mail, over the carrier, while its owner sits at the laptop
        yield CloudLogin(at + HOUR, person.account, address_plan.carrier(person.index))


def is_admin(person: Person) -> bool:
    """Whether this person has an administrator's rights on the own laptop, so that UAC splits each logon."""
    return person.role == "ext:it" or person.index % 5 == 0


def _spells(rng: Random, seat: Seat, timetable: Timetable) -> Iterator[Happening]:
    """At the laptop from the first minute to the last, but for lunch and perhaps a shorter pause."""
    laptop, begun = seat.pc, seat.at + MINUTE
    left = timetable.closes + int((20 + rng.random() * 60) * MINUTE)
    yield from start_up(laptop, seat.booted)
    yield from seat.log_on()
    for away, back in _pauses(rng, timetable):
        yield from _at_work(rng, seat, begun, away - MINUTE, timetable)
        yield from _pause(rng, seat, away, back)
        begun = back + MINUTE
    yield Lease(begun - MINUTE, "granted", laptop.address, laptop.mac, laptop.hostname)
    yield from _at_work(rng, seat, begun, left - MINUTE, timetable)
    yield from seat.log_off(left)


def _at_work(rng: Random, seat: Seat, start: int, end: int, timetable: Timetable) -> Iterator[Happening]:
    count = timetable.requests(rng) * (end - start) // HOUR
    yield from acts.browse(rng, SQUID, seat.account, seat.pc.address, start, end, count)


def _pauses(rng: Random, timetable: Timetable) -> Iterator[tuple[int, int]]:
    if rng.random() < 0.5:
        away = timetable.lessons[0][1] + int(rng.random() * 20 * MINUTE)
        yield away, away + int((3 + rng.random() * 30) * MINUTE)
    yield timetable.lessons[2][1] + MINUTE, timetable.lessons[3][0] - int(rng.random() * 5 * MINUTE)


def _pause(rng: Random, seat: Seat, away: int, back: int) -> Iterator[Happening]:
    """Locked by hand mostly, by policy now and then; some screen savers ask for no password."""
    chance = rng.random()
    if chance < 0.7:
        yield from seat.lock(away)
        yield from seat.unlock(back)
    elif chance < 0.85:
        yield from seat.lock_by_policy(min(away + 2 * MINUTE, back - MINUTE))
        yield from seat.unlock_saver(back)
    else:
        yield from seat.saver(away, back)


def _in_the_background(rng: Random, seat: Seat, district: District, timetable: Timetable) -> Iterator[Happening]:
    """What Windows logs of a day in a person's or its own name while nobody does anything."""
    laptop, at = seat.pc, seat.at
    controller, files = (server_pc(district.servers[host]) for host in ("dc1", "files1"))
    yield from service(laptop, seat.booted + 8_000)
    yield from network_logon(seat.account, controller, laptop, at + 1_500, at + 14_000)
    yield from network_logon(f"{laptop.hostname.upper()}$", controller, laptop, at - 60_000, at - 48_000)
    opened = at + int((1 + rng.random()) * HOUR)
    yield from network_logon(seat.account, files, laptop, opened, opened + 16 * MINUTE)
    yield from seat.task(timetable.lessons[1][0] + int(rng.random() * HOUR), 35)
    scanned = timetable.lessons[4][0] + int(rng.random() * HOUR)
    yield from network_logon("svc-backup", laptop, files, scanned, scanned + 3_000, booted=seat.booted, package="ntlm")
    if seat.admin and rng.random() < 0.5:
        yield from seat.uac(at + int(2 * HOUR * rng.random()) + 5 * MINUTE, 400)


def _tend_servers(
    rng: Random, person: Person, laptop: Device, district: District, timetable: Timetable
) -> Iterator[Happening]:
    """An administrator's shells; they come from the administrator's own laptop, beside its web use."""
    host = rng.choice(sorted(district.servers))
    after = person.index % 20 * 71_234 + person.index // 20 % 30 * 1_700  # no two at once: their sessions need own ids
    yield from _remote_desktop(person, laptop, server_pc(district.servers[host]), timetable.lessons[4][0] + after)
    for start, end in timetable.lessons[1:3]:
        yield from acts.shells(host, person.account, laptop.address, start, end - 10 * MINUTE, every=20)
    if rng.random() < 0.3:
        yield Tunnel(timetable.opens, "edge-vpn", "refused", person.account, person.home)


def _remote_desktop(person: Person, laptop: Device, server: Device, start: int) -> Iterator[Happening]:
    """Half an hour on a Windows server by Remote Desktop, with the window closed for a while in between."""
    seat = Seat(person.account, server, start, admin=True, logon_type=10, client=laptop, session=2)
    yield from second_screen(server, start - 1_500, 2)
    yield from seat.log_on()
    yield from seat.disconnect(start + 12 * MINUTE)
    yield from seat.reconnect(start + 21 * MINUTE)
    yield from seat.log_off(start + 30 * MINUTE)
    yield from second_screen_ended(server, start - 1_500, start + 30 * MINUTE + 2_000, 2)
