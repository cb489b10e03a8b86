"""Which device a record belongs to: by a name that a server vouches for, else by a network card; what contradicts it.

A name that the client chose never decides it. It can support the network card or contradict it; then nobody is named.
"""

from typing import NamedTuple

from model.reference import Device, Reference, host_name, short_name
from streams.seen import Seen

VENDOR_PREFIX = 8  # characters of aa:bb:cc, which tell who made a card

# What a device's own software tells of it, or nobody knows who told: the network card in it was seen by no server.
SELF_TOLD = frozenset(
    {"device.changed", "device.checked_in", "device.enrolled", "device.reported", "record.unrecognised"}
)


SIGN_INS = frozenset({"account.authenticated", "account.logged_on"})


class Card(NamedTuple):
    """The network card behind a record: from the record itself, or by the lease of its address."""

    mac: str
    leased: bool = False
    calls_itself: str = ""  # what the client called itself when it took the lease
    vouched: bool = True  # False where the client itself says it


class Told(NamedTuple):
    """The device, and why; or, in `against`, the contradiction because of which no device is named.

    `rows`: the reference rows of the devices between which it lies.
    """

    device: Device | None = None
    because: str = ""
    by_card: bool = False
    against: str | None = None
    rows: tuple[str, ...] = ()


def name_vouched(seen: Seen) -> bool:
    """Whether somebody other than the client vouches for the device's name.

    Records from before names had a basis count as vouched where the reporting machine names itself, or where a
    directory without a machine of its own (Google) names a device it manages.
    """
    if seen.account and "$" in seen.account and seen.account[-1] != "$":
        return False  # a machine account of another realm
    if seen.device_basis is not None:
        return seen.device_basis != "claimed"
    if seen.reporter is None:
        return seen.mac is None
    return short_name(host_name(seen.reporter)) == short_name(host_name(seen.device or ""))


def card_vouched(seen: Seen) -> bool:
    """Whether a server saw the network card; a VPN client says which it has, so does a DUID, and who tells of itself.

    A serial number that its management vouches for vouches for the card that stands beside it.
    """
    if seen.device_basis != "claimed":
        return True
    return seen.device is not None and seen.category != "vpn" and seen.action not in SELF_TOLD


def access_point(seen: Seen) -> str | None:
    """The access point or switch, or its address, through which a network card came in, as far as the record tells.

    A RADIUS server that tells of a sign-in names it beside itself. The gateway of a VPN is none: who comes in by it is
    elsewhere.
    """
    if seen.mac is None or seen.category == "vpn":
        return None
    return seen.destination if seen.destination and seen.action in SIGN_INS else seen.reporter


def tell(seen: Seen, own: Card | None, leased: Card | None, reference: Reference) -> Told:
    """The device of a record with the card that it names itself and the one that held its address."""
    named = reference.device_named(seen.device, seen.at) if seen.device else None
    if named and name_vouched(seen):
        # The address of a web request is the device's own; that of a logon is where the person came from.
        return _by_name(seen, named, own or (leased if seen.category == "proxy" else None), reference)
    if own and leased and own.mac != leased.mac:
        here = reference.device_with_mac(own.mac, seen.at)
        if here is None or here.device_class != "network":  # a router's own card stands in what it passes on
            because = f"the record names the network card {own.mac}, and {leased.mac} had leased its address"
            return Told(against=because, rows=_rows(here, reference.device_with_mac(leased.mac, seen.at)))
        own = None
    card = own or leased
    return _by_card(seen, card, named, reference) if card and card.vouched else Told()


def _by_name(seen: Seen, named: Device, card: Card | None, reference: Reference) -> Told:
    """By a name that is vouched for, unless the network card is another known device's (a router passes others on)."""
    other = reference.device_with_mac(card.mac, seen.at) if card and card.vouched else None
    passes_on = card is not None and card.leased and other is not None and other.device_class == "network"
    if card and other and other.device_id != named.device_id and not passes_on:
        whose = f"the network card {card.mac} of its address" if card.leased else f"its network card {card.mac}"
        return Told(
            against=f"the record names {seen.device}, and {whose} is {other.device_id}'s", rows=_rows(named, other)
        )
    return Told(named, f"the record names {seen.device}")


def _by_card(seen: Seen, card: Card, named: Device | None, reference: Reference) -> Told:
    device = reference.device_with_mac(card.mac, seen.at)
    claims = [(seen.device or "", named), (card.calls_itself, _claimed(card, seen, reference))]
    for name, claimed in claims:
        if claimed and (device is None or device.device_id != claimed.device_id):
            whose = f"is {device.device_id}'s" if device else f"is not {claimed.device_id}'s{_made_by(card, claimed)}"
            because = f"the client calls itself {name}, and its network card {card.mac} {whose}"
            return Told(against=because, rows=_rows(claimed, device))
    if device is None:
        return Told()
    supported = next((name for name, claimed in claims if claimed), None)
    also = f", and the client calls itself {supported}" if supported else ""
    return Told(device, f"{card.mac} is its network card{also}", by_card=True)


def _rows(*devices: Device | None) -> tuple[str, ...]:
    return tuple(device.reference for device in devices if device)


def _claimed(card: Card, seen: Seen, reference: Reference) -> Device | None:
    return reference.device_named(card.calls_itself, seen.at) if card.calls_itself else None


def _made_by(card: Card, claimed: Device) -> str:
    """Whether even the card's maker is another than those of the device's cards."""
    prefixes = {mac[:VENDOR_PREFIX] for mac in claimed.macs}
    return ", nor of the same maker" if prefixes and card.mac[:VENDOR_PREFIX] not in prefixes else ""
