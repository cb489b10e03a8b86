"""What people do at machines, as happenings: the phrases in which routines and scenarios are written."""

from collections.abc import Iterator
from random import Random

from simulator.happenings import (
    FORTIGATE,
    SQUID,
    CheckIn,
    Chromebook,
    Console,
    Happening,
    Lease,
    Lookup,
    Radius,
    Shell,
    Tunnel,
    WebRequest,
)
from simulator.local_time import HOUR, MINUTE
from simulator.people import Device, Person, School
from simulator.websites import SITES, Website
from simulator.windows import Seat

_SECOND = 1_000
_SITES = len(SITES)


def join(at: int, device: Device, address: str) -> Iterator[Happening]:
    """A machine gets its address."""
    yield Lease(at, "granted", address, device.mac, device.hostname)


def on_wireless(at: int, user: str, site: School, mac: str, spot: int) -> Iterator[Happening]:
    """802.1X at one of a site's access points; the inner and the outer session both log."""
    point = site.access_points[spot % len(site.access_points)]
    yield Radius(at, user, point, mac, inner=True)
    yield Radius(at + 5, user, point, mac)


def browse(
    rng: Random, gate: str, account: str, address: str, start: int, end: int, count: int
) -> Iterator[WebRequest]:
    """Ordinary web use, spread evenly enough that no pause is longer than twice the mean."""
    step = max(1, (end - start) // max(1, count))
    random = rng.random
    for at in range(start, start + step * count, step):
        site: Website = SITES[int(random() * _SITES)]
        jitter = random()
        yield WebRequest(
            at + int(jitter * step),
            gate,
            account,
            address,
            site.host,
            site.path,
            int(site.size * (0.2 + jitter)),
            site.verdict,
            site.category,
            site.secure,
        )


def at_desk(
    rng: Random,
    account: str,
    pc: Device,
    address: str,
    start: int,
    end: int,
    *,
    leave: str = "logged_off",
    minutes: float = 2.5,
    booted: int = 0,
) -> Iterator[Happening]:
    """A whole session at a Windows computer: address, logon, web use every few minutes, and how it was left."""
    yield from join(start - 20 * _SECOND, pc, address)
    seat = Seat(account, pc, start, booted)
    yield from seat.log_on()
    if end - start > HOUR:
        yield from seat.task(start + HOUR // 2, 40)
    yield from browse(
        rng,
        SQUID,
        account,
        address,
        start + 5 * _SECOND,
        end - 5 * _SECOND,
        max(1, int((end - start) / (minutes * MINUTE))),
    )
    yield from {"logged_off": seat.log_off, "locked": seat.lock, "switched_away": seat.switched_away}[leave](end)


def on_chromebook(
    rng: Random,
    account: str,
    device: Device,
    start: int,
    end: int,
    *,
    named: bool = True,
    leave: bool = True,
    minutes: float = 2.0,
    late: int = 0,
) -> Iterator[Happening]:
    """A whole ChromeOS session. `named`: the filter knows the user; `late`: its reports come so many ms later."""
    yield from join(start - 10 * _SECOND, device, device.address)
    yield chrome(start, "CHROME_OS_LOGIN_EVENT", account, device, late)
    yield from browse(
        rng,
        FORTIGATE,
        account if named else "",
        device.address,
        start + 5 * _SECOND,
        end - 5 * _SECOND,
        max(1, int((end - start) / (minutes * MINUTE))),
    )
    if leave:
        yield chrome(end, "CHROME_OS_LOGOUT_EVENT", account, device, late)


def chrome(
    at: int,
    event: str,
    account: str,
    device: Device,
    late: int = 0,
    detail: tuple[tuple[str, str], ...] = (),
    reason: str = "",
) -> Chromebook:
    """One ChromeOS report of a device."""
    return Chromebook(at, event, account, device.serial, device.device_id, at + late if late else 0, detail, reason)


def over_vpn(
    gateway: str,
    account: str,
    public: str,
    assigned: str,
    start: int,
    end: int,
    *,
    group: str = "Staff",
    close: bool = True,
) -> Iterator[Happening]:
    """A tunnel from opening to closing, if the close ever arrives."""
    yield Tunnel(start, gateway, "opened", account, public, assigned, group)
    if close:
        seconds = (end - start) // _SECOND
        yield Tunnel(
            end, gateway, "closed", account, public, assigned, group, seconds, seconds * 9_000, seconds * 2_000
        )


def shells(host: str, account: str, address: str, start: int, end: int, every: int = 6) -> Iterator[Happening]:
    """Logons on a server, one every few minutes, so that a session has activity to its end."""
    for at in (*range(start, end, every * MINUTE), end):
        yield Shell(at, "accepted", host, account, address)
        yield Shell(min(at + 2 * MINUTE, end), "closed", host, account, address)


def evening_vpn(rng: Random, person: Person, gateway: str, start: int) -> Iterator[Happening]:
    """Somebody works from home for an hour or so."""
    end = start + HOUR // 2 + int(rng.random() * HOUR)
    yield from over_vpn(gateway, person.account, person.home, person.tunnel, start, end)
    yield from browse(rng, SQUID, person.account, person.tunnel, start + MINUTE, end - MINUTE, 15)


def looked_up(
    rng: Random, device: Device, public: str, start: int, end: int, *, every: int = 9, late: int = 0
) -> Iterator[Lookup]:
    """What the filter's agent on a laptop away from school sees; `late`: its rows are exported so many ms later."""
    for at in range(start, end, every * MINUTE):
        site = SITES[int(rng.random() * _SITES)]
        yield Lookup(at, device.hostname, public, site.host, site.category, site.verdict, at + late if late else 0)


def checked_in(mac: Device, public: str, start: int, end: int) -> Iterator[CheckIn]:
    """A Mac that is open calls its management every quarter of an hour."""
    for at in range(start, end + 1, 15 * MINUTE):
        yield CheckIn(at, mac.serial, mac.hostname, mac.mac, public)


def exported(account: str, address: str, start: int, count: int) -> Iterator[Console]:
    """So many files of the cloud office's drive downloaded in less than an hour, one after the other."""
    step = min(2_500, 55 * MINUTE // count)
    for number in range(count):
        detail = (
            ("primary_event", "true"),
            ("doc_id", f"1{account}{start // 1000}x{number:05d}"),
            ("doc_type", "spreadsheet"),
            ("doc_title", f"Students, sheet {number + 1}"),
            ("visibility", "people_within_domain_with_link"),
            ("owner", account),
        )
        yield Console(start + number * step, "drive", "access", "download", account, address, detail)


def uploaded(account: str, address: str, start: int, host: str, category: str, pieces: int) -> Iterator[WebRequest]:
    """Pieces of 50 MB sent to a host through the firewall, one every two minutes."""
    for number in range(pieces):
        at = start + number * 2 * MINUTE + 4 * _SECOND
        yield WebRequest(at, FORTIGATE, account, address, host, "/upload", 2_000, category=category, sent=50_000_000)
