"""What events show of who is where: which device holds an address, who sits at a device, where a device is.

Learned in any order; every entry names the event that shows it.
"""

from collections.abc import Callable

from model.reference import Reference
from streams.seen import Seen
from streams.shelf import Shelf
from streams.timeline import Timeline

HOUR = 3_600_000
LEASE_CAP = 24 * HOUR  # a lease nobody renewed or released is not believed for longer
SITTING_CAP = 16 * HOUR  # nor a logon nobody ended
PLACE_CAP = 12 * HOUR
CROWDED = frozenset({"server", "vdi"})  # many sit at one of these at once
SAT_DOWN = frozenset({"interactive", "unlock", "cached", "remote"})


class Presence:
    """Timelines of addresses, devices and places. `changed` hears each key whose answer may be another now."""

    def __init__(self, reference: Reference, changed: Callable[[str], None]) -> None:
        self.reference = reference
        self.held = Shelf("held", Timeline, Timeline)  # address -> MAC, or =account for a tunnel
        self.sat = Shelf("sat", Timeline, Timeline)  # device id -> account
        self.place = Shelf("place", Timeline, Timeline)  # MAC -> access point or switch, or @address leased
        self.tunnels = Shelf("tunnel", Timeline, Timeline)  # account@public address -> inside address
        self._changed = changed

    @property
    def shelves(self) -> tuple[Shelf[Timeline], ...]:
        """All memory, for the turn to write."""
        return (self.held, self.sat, self.place, self.tunnels)

    def learn(self, seen: Seen) -> str | None:
        """Remember what an event shows about who is where; returns the address whose holder it changes."""
        act = _LEARN.get(seen.action)
        return act(self, seen) if act else None

    def _write(self, shelf: Shelf[Timeline], key: str, seen: Seen, value: str, how: str) -> bool:
        if not shelf.at(key).learn((seen.at, seen.event_id, value, how)):
            return False
        self._changed(key)
        return True

    def _lease(self, seen: Seen) -> str | None:
        if not seen.address or not seen.mac:
            return None
        self._write(self.place, seen.mac, seen, f"@{seen.address}", "lease")
        return seen.address if self._write(self.held, seen.address, seen, seen.mac, "lease") else None

    def _end_lease(self, seen: Seen) -> str | None:
        if not seen.address or not self._write(self.held, seen.address, seen, "", "lease"):
            return None
        return seen.address

    def _tunnel(self, seen: Seen) -> str | None:
        if not seen.assigned_address or not seen.account or seen.outcome == "failure":
            return None
        self._write(self.tunnels, f"{seen.account}@{seen.address}", seen, seen.assigned_address, "tunnel")
        self._write(self.held, seen.assigned_address, seen, f"={seen.account}", "tunnel")
        return seen.assigned_address

    def _end_tunnel(self, seen: Seen) -> str | None:
        known = self.tunnels.items.get(f"{seen.account}@{seen.address}")
        entry = known.holding(seen.at, SITTING_CAP)[0] if known else None
        inside = seen.assigned_address or (entry[2] if entry else None)
        if not inside or not self._write(self.held, inside, seen, "", "tunnel"):
            return None
        return inside

    def _sit(self, seen: Seen) -> str | None:
        if seen.outcome == "failure" or not seen.account or seen.logon_type not in SAT_DOWN:
            return None
        device = self._named(seen)
        if device and device[1] not in CROWDED:
            self._write(self.sat, device[0], seen, seen.account, seen.category)
        return None

    def _stand_up(self, seen: Seen) -> str | None:
        device = self._named(seen)
        if device and device[1] not in CROWDED:
            entry = self.sat.at(device[0]).holding(seen.at, SITTING_CAP)[0]
            if entry and (entry[2] == seen.account or not seen.account):
                self._write(self.sat, device[0], seen, "", seen.category)
        return None

    def _connect(self, seen: Seen) -> str | None:
        """802.1X: this client came through that access point. It tells where, not who sits there."""
        if seen.mac and seen.reporter and seen.outcome == "success":
            self._write(self.place, seen.mac, seen, seen.reporter, "802.1X")
        return None

    def _named(self, seen: Seen) -> tuple[str, str] | None:
        """Id and class of the device that the record itself names, by name, serial or MAC."""
        device = self.reference.device_named(seen.device, seen.at) if seen.device else None
        if device is None and seen.mac:
            device = self.reference.device_with_mac(seen.mac, seen.at)
        return (device.device_id, device.device_class) if device else None

    def forget(self, before: int) -> None:
        """Drop what ended before `before` (ms)."""
        for shelf in self.shelves:
            for key in [key for key, line in shelf.items.items() if line.forget(before)]:
                shelf.changed.add(key)


_LEARN = {
    "lease.granted": Presence._lease,
    "lease.released": Presence._end_lease,
    "lease.expired": Presence._end_lease,
    "tunnel.opened": Presence._tunnel,
    "tunnel.addressed": Presence._tunnel,
    "tunnel.closed": Presence._end_tunnel,
    "account.logged_on": Presence._sit,
    "session.unlocked": Presence._sit,
    "session.reconnected": Presence._sit,
    "account.logged_off": Presence._stand_up,
    "account.authenticated": Presence._connect,
}
