"""By which way a vendor's logon came: through its own tunnel, on site, or neither; and what shows it.

What cannot be told is not held against anybody: a tunnel whose opening or closing nobody recorded is taken to be open
for as long as a tunnel may be; a logon without an address says nothing of where somebody is, unless it is at a screen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from model.event import parse_at
from model.reference import Account, Visit
from model.violation import Confidence
from streams.detection import Case
from streams.detections.vendor_outside_vpn.sight import PRESENT, SAT
from streams.evidence.plain_words import moment
from streams.patterns.public_address import is_another_machines
from streams.patterns.sessions import TUNNEL, as_it_happened
from streams.sighting import Sighting

MINUTE, HOUR = 60_000, 3_600_000
INSIDE = frozenset({"guest", "egress", "vendor"})
AT_SCHOOL = frozenset({"site", "student"})


@dataclass(frozen=True, slots=True)
class WayIn:
    """Why one logon is neither through its own tunnel nor on site, whether that takes a list of visitors to say, and
    whose tunnel it came through, if any."""

    logon: Sighting
    words: str
    needs_visits: bool
    confidence: Confidence = "high"
    holder: str | None = None


def way_in(case: Case, logon: Sighting) -> WayIn | None:
    """How the logon came, where it is neither the VPN, nor a lease at a school, nor a screen that shows presence.

    An address inside a school's network does not say that the vendor stood there (ruling 25): a lease of it does.
    """
    if logon.logon_type in SAT and not is_another_machines(logon.address):
        device = case.reference.device(logon.device_id, logon.at) if logon.device_id else None
        rules = case.policy.detections.vendor_outside_vpn.parameters
        if device is None or device.device_class not in rules.console_classes:
            return None
        return WayIn(logon, "at its own screen", needs_visits=True, confidence="medium")
    if not logon.address or not is_another_machines(logon.address):
        return None
    network = case.reference.network(logon.address, logon.at)
    if network is not None and network.kind == "vpn_pool":
        return _of_another(case, logon)
    if network is not None and network.kind in INSIDE:
        return None
    if network is not None and network.kind in AT_SCHOOL:
        words = f"from {logon.address}, which nobody had leased"
        return None if logon.mac else WayIn(logon, words, needs_visits=True, confidence="medium")
    inside = network is None and ip_address(logon.address).is_private and not _is_documentation(logon.address)
    confidence: Confidence = "medium" if inside else "high"
    return WayIn(logon, f"from {logon.address}", needs_visits=inside, confidence=confidence)


def _of_another(case: Case, logon: Sighting) -> WayIn | None:
    """From the pool, where the VPN's own log says that another person had the address then.

    Where it says nothing, the vendor's opening may be lost; a name that no table knows may be the vendor's own. A
    close that was lost leaves an address with who had it before, so this is never certain; and of two people of one
    company the one may have signed in for the other.
    """
    held = next((step for step in case.steps(logon) if step.field == "tunnel"), None)
    holder = case.reference.account(held.value, logon.at) if held else None
    own = case.reference.account(logon.account or "", logon.at)
    if held is None or holder is None or not holder.person or holder.person == logon.person:
        return None
    ours = own is not None and own.vendor is not None and own.vendor == holder.vendor
    if ours and not logon.person:
        return None
    began = "" if held.occurred_at is None else f" since {_clock_of(case, held.occurred_at)}"
    words = f"from {logon.address}, which by the VPN's own log was {held.value}'s{began}"
    return WayIn(logon, words, needs_visits=False, confidence="low" if ours else "medium", holder=held.value)


def _clock_of(case: Case, at: str) -> str:
    return moment(case.calendar, round(parse_at(at).timestamp() * 1000))


def _is_documentation(address: str) -> bool:
    """Python calls the ranges kept for documentation private; here they stand for the open internet."""
    return address.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"))


def tunnel_at(case: Case, mine: Iterable[Sighting], at: int) -> Sighting | None:
    """What shows that a tunnel was open at `at`, or may have been: its own record, or one before or after it."""
    rules = case.policy.detections.vendor_outside_vpn.parameters
    slack, cap = rules.slack_minutes * MINUTE, rules.cap_hours * HOUR
    by_tunnel: dict[tuple[str | None, str | None], list[Sighting]] = {}
    for one in as_it_happened(mine):
        if one.kind in TUNNEL:
            by_tunnel.setdefault((one.account, one.address), []).append(one)
    shown = (_open_at(told, at, slack, cap) for told in by_tunnel.values())
    return next((one for one in shown if one), None)


def _open_at(told: list[Sighting], at: int, slack: int, cap: int) -> Sighting | None:
    """Of one account and public address, as it happened."""
    before = [one for one in told if one.at <= at + slack]
    last = before[-1] if before else None
    if last and (last.at >= at - slack or (last.kind != "tunnel.closed" and at - last.at <= cap)):
        return last
    following = next((one for one in told if one.at > at + slack), None)
    if following is None or following.kind == "tunnel.opened" or following.at - at > cap:
        return None
    began = following.at - round((following.duration_s or cap / 1000) * 1000)
    return following if began <= at + slack else None  # the record of its opening was lost


def present(case: Case, mine: Iterable[Sighting], logon: Sighting) -> Sighting | None:
    """A sign-in at an access point of a school close to it.

    Where a RADIUS server knows the access point by its address alone, that lies in a school's network: which school it
    is nobody need know here.
    """
    reach = case.policy.detections.vendor_outside_vpn.parameters.presence_hours * HOUR
    near = (one for one in mine if one.kind == PRESENT and _at_a_school(case, one) and abs(one.at - logon.at) <= reach)
    return min(near, key=lambda one: abs(one.at - logon.at), default=None)


def _at_a_school(case: Case, sign_in: Sighting) -> bool:
    network = case.reference.network(sign_in.destination or "", sign_in.at)
    return bool(sign_in.site) or (network is not None and network.kind in AT_SCHOOL)


def visits(case: Case, account: Account | None, logon: Sighting) -> Iterator[Visit]:
    """The rows by which the vendor was on site then."""
    yield from case.reference.visits(
        logon.at,
        person=logon.person or "",
        vendor=(account.vendor if account else None) or "",
        account=logon.account or "",
    )
