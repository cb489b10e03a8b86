"""What events show of who is where: which device holds an address, who sits at a device, where a device is.

Learned in any order; every entry names the event that shows it.
"""

from collections.abc import Callable

from model.reference import Reference
from streams.attribution.cards import Cards
from streams.attribution.desk import ACTIONS, Act, Desk, Entry, act_of, from_timeline, session_of
from streams.attribution.devices import Card, access_point, card_vouched, tell
from streams.attribution.timeline import LEASE_CAP, SITTING_CAP, Timeline, forget
from streams.attribution.tunnels import Tunnels
from streams.attribution.uses import Traces, Uses
from streams.memory.shelf import Shelf
from streams.seen import Seen

HOUR = 3_600_000
PLACE_CAP = 12 * HOUR
CROWDED = frozenset({"server", "vdi"})  # many sit at one of these at once


class Presence:
    """Timelines of addresses, devices and places. `changed` hears whose answers may be others, from when (ms) on."""

    def __init__(self, reference: Reference, changed: Callable[[str, int], None]) -> None:
        self.reference = reference
        # address -> MAC, or ?MAC where the client alone says it, or = and what Tunnels calls a tunnel
        self.held = Shelf("held", Timeline, Timeline)
        self.desks = Shelf("sat", Desk, Desk, {1: from_timeline})  # device id -> who came to which session, who left
        self.place = Shelf("place", Timeline, Timeline)  # MAC -> access point or switch, or @address leased, its name
        self.signed = Shelf("signed", Timeline, Timeline)  # MAC -> account that signed in to the network with it
        self.tunnels = Tunnels(changed)
        self.cards = Cards(reference, self.place, self.held, changed)
        self._changed = changed

    @property
    def shelves(self) -> "tuple[Shelf[Timeline] | Shelf[Desk] | Shelf[Traces] | Shelf[Uses], ...]":
        """All memory, for the turn to write."""
        lines = (self.held, self.place, self.signed, self.tunnels.opened, self.tunnels.sessions)
        return (*lines, self.desks, self.cards.traces, self.cards.uses, self.cards.unclaimed)

    def learn(self, seen: Seen) -> None:
        """Remember what an event shows about who is where."""
        act = _LEARN.get(seen.action)
        if act:
            act(self, seen)

    def came_to(self, device_id: str, since: int, until: int) -> frozenset[str]:
        """The accounts whose sessions at a device were come to in [since, until) (ms)."""
        desk = self.desks.items.get(device_id)
        came = (one for one in (desk.entries if desk else ()) if one[1] == Act.HERE and since <= one[0] < until)
        return frozenset(one[3] for one in came)

    def sitter(self, device_id: str, at: int) -> str | None:
        """The account of who sat at a device (ms), as far as its own log has told by now."""
        desk = self.desks.items.get(device_id)
        entry = desk.sitting(at, SITTING_CAP)[0] if desk else None
        return entry.account if entry else None

    def _write(self, shelf: Shelf[Timeline], key: str, seen: Seen, value: str, name: str = "") -> None:
        """`name`: what the client called itself."""
        source = f"{seen.source_id}\0{name}" if name else seen.source_id
        if shelf.at(key).learn((seen.at, seen.event_id, value, source)):
            self._changed(key, seen.at)

    def _lease(self, seen: Seen) -> None:
        if seen.address and seen.mac:
            self._write(self.place, seen.mac, seen, f"@{seen.address}", seen.device or "")
            self.cards.given_up(seen.address, seen.at, to=seen.mac)
            claimed = "" if card_vouched(seen) else "?"
            self._write(self.held, seen.address, seen, f"{claimed}{seen.mac}", seen.device or "")
            self.cards.claimed(seen.address, seen.mac, seen.at)
            self.cards.moved(seen.mac, seen.at)

    def _end_lease(self, seen: Seen) -> None:
        if seen.address:
            self.cards.given_up(seen.address, seen.at)
            self._write(self.held, seen.address, seen, "")

    def _tunnel(self, seen: Seen) -> None:
        """The inside address belongs to the tunnel, if a VPN may give it; the tunnel's own timeline says how long."""
        self.tunnels.sign_in(seen)
        inside = seen.assigned_address
        if not inside or seen.outcome == "failure" or not self.reference.in_vpn_pool(inside, seen.at):
            return
        tunnel = self.tunnels.open(seen)
        if tunnel:
            self.cards.given_up(inside, seen.at)
            self._write(self.held, inside, seen, f"={tunnel}")

    def _end_tunnel(self, seen: Seen) -> None:
        self.tunnels.end(seen)

    def _desk(self, seen: Seen) -> None:
        """Who sits at a device is told by the device itself, not by a machine that somebody reached from it."""
        act = act_of(seen.action, seen.logon_type)
        if act is None or seen.outcome == "failure" or seen.reporter not in (None, seen.device):
            return
        device = self._named(seen)
        if device is None or device[1] in CROWDED or (act == Act.HERE and not seen.account):
            return
        session = session_of(seen.action, seen.logon_type, seen.session_id)
        entry = Entry(seen.at, act, seen.event_id, seen.account or "", session, seen.source_id)
        if self.desks.at(device[0]).learn(entry):
            # A session that proves to be one aside can change what was said of any time before.
            self._changed(device[0], seen.at if act != Act.ASIDE else 0)

    def _connect(self, seen: Seen) -> None:
        """802.1X: this client came through that access point. It tells where, not who sits there."""
        self.tunnels.sign_in(seen)
        through = access_point(seen)
        if seen.mac and through and seen.outcome == "success":
            self._write(self.place, seen.mac, seen, through)
            if seen.account and seen.account_basis == "authenticated":
                self._write(self.signed, seen.mac, seen, seen.account)

    def _named(self, seen: Seen) -> tuple[str, str] | None:
        """Id and class of the device that the record itself names, by a name that is vouched for, or by its card."""
        own = Card(seen.mac, vouched=card_vouched(seen)) if seen.mac else None
        device = tell(seen, own, None, self.reference).device
        return (device.device_id, device.device_class) if device else None

    def forget(self, before: int) -> None:
        """Drop what ended before `before` (ms), whole: of a card or an address that never comes back nothing stays."""
        for lines in (self.held, self.place, self.signed):
            forget(lines, before, LEASE_CAP)
        self.tunnels.forget(before)
        self.cards.forget(before)
        for device, desk in list(self.desks.items.items()):
            if desk.forget(before - SITTING_CAP):
                self.desks.changed.add(device)
            if not desk.entries and not desk.aside:
                self.desks.drop(device)


_LEARN = {
    "lease.granted": Presence._lease,
    "lease.released": Presence._end_lease,
    "lease.expired": Presence._end_lease,
    "tunnel.opened": Presence._tunnel,
    "tunnel.addressed": Presence._tunnel,
    "tunnel.closed": Presence._end_tunnel,
    "account.authenticated": Presence._connect,
    **dict.fromkeys(ACTIONS, Presence._desk),
}
