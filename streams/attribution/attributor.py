"""Who held this address, who sat at this device, where it was, at that instant; each answer with its evidence.

Shared addresses (egress, carrier NAT, relays, guests) never name a person. What a record says itself comes first.
"""

from bisect import bisect_right, insort

from model.reference import Network, Reference
from streams.attribution.answer import EVER, Answer
from streams.attribution.presence import LEASE_CAP, PLACE_CAP, SITTING_CAP, Presence
from streams.attribution.waiting import HOLDS, SITS
from streams.seen import Seen

NAMELESS = frozenset({"egress", "guest", "cgnat", "relay"})
SHARED = NAMELESS - {"guest"}  # a guest's own lease is known, though not who the guest is
ROAMLESS = frozenset({"lab", "kiosk", "library", "testing", "server", "cart", "shared_tablet"})  # never leave their org


class Attributor:
    """Answers for any instant within memory; an answer is kept for as long as nothing could change it."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.presence = Presence(reference, self._forget_answers)
        self._answers: dict[tuple[str | None, ...], Answer] = {}
        self._rest_on: dict[str, set[tuple[str | None, ...]]] = {}  # timeline key -> answers that rest on it
        self.changed: list[tuple[str, int]] = []  # timelines that changed since somebody looked, and from when (ms) on
        self._edges: list[int] = []  # instants at which a reference row begins or ends

    def reference_changed(self, *edges: int | None) -> None:
        """Forget every answer: a row was added that begins or ends at `edges` (ms)."""
        self._answers.clear()
        self._rest_on.clear()
        for edge in edges:
            if edge is not None:
                insort(self._edges, edge)

    def _forget_answers(self, key: str, since: int) -> None:
        self.changed.append((key, since))
        for stale in self._rest_on.pop(key, ()):
            self._answers.pop(stale, None)

    def answer(self, seen: Seen) -> Answer:
        """Who, which device and where."""
        key = (seen.account, seen.device, seen.mac, seen.address, seen.reporter, seen.category)
        found = self._answers.get(key)
        if found is None or not found.since <= seen.at < found.until:
            found = self._work_out(seen)
            self._answers[key] = found
            for rest_on in found.keys:
                self._rest_on.setdefault(rest_on, set()).add(key)
        return found

    def device_at(self, address: str, at: int) -> str | None:
        """The device that held an inside address by lease, or None if nobody knows."""
        line = self.presence.held.items.get(address)
        entry = line.holding(at, LEASE_CAP)[0] if line else None
        device = self.reference.device_with_mac(entry[2], at) if entry and entry[2][0] != "=" else None
        return device.device_id if device else None

    def told_by(self, seen: Seen) -> tuple[str, ...]:
        """The timelines that tell which system an event reached: of an address inside, of a host's network cards."""
        if seen.action != "account.logged_on":
            return (seen.destination,) if seen.destination else ()
        device = self.reference.device_named(seen.reporter, seen.at) if seen.reporter else None
        return device.macs if device else ()

    def address_of(self, host: str, at: int) -> str | None:
        """The address that a known device held by lease, or None if nobody knows."""
        device = self.reference.device_named(host, at)
        for card in device.macs if device else ():
            line = self.presence.place.items.get(card)
            entry = line.holding(at, LEASE_CAP)[0] if line else None
            if entry and entry[2][0] == "@":
                return entry[2][1:]
        return None

    def _work_out(self, seen: Seen) -> Answer:
        answer = Answer()
        place = bisect_right(self._edges, seen.at)
        answer.narrow(
            self._edges[place - 1] if place else -EVER,
            self._edges[place] if place < len(self._edges) else EVER,
        )
        network = self.reference.network(seen.address, seen.at) if seen.address and seen.category != "vpn" else None
        mac, tunnel = self._holder(seen, network, answer)
        answer.mac = mac
        self._device(seen, mac, answer)
        self._person(seen, network, tunnel, answer)
        self._site(seen, network, mac, answer)
        answer.seal()
        return answer

    def _holder(self, seen: Seen, network: Network | None, answer: Answer) -> tuple[str | None, str | None]:
        """MAC, or tunnel account and event, behind the event's address; a tunnel's own address is public: nobody."""
        if seen.mac or not seen.address or seen.category == "vpn" or (network and network.kind in SHARED):
            return seen.mac, None
        answer.rest_on(HOLDS, seen.address)
        line = self.presence.held.items.get(seen.address)
        if line is None:
            return None, None
        entry, since, until = line.holding(seen.at, LEASE_CAP)
        answer.narrow(since, until)
        if entry is None:
            return None, None
        if entry[2].startswith("="):
            return None, self._tunnel(entry[2][1:], seen.at, answer)
        answer.prove("mac", entry[2], "medium", f"{seen.address} was leased to {entry[2]}", event_id=entry[1])
        return entry[2], None

    def _tunnel(self, name: str, at: int, answer: Answer) -> str | None:
        """Account and event of a tunnel that is open then; `name` is account@public address."""
        answer.rest_on(HOLDS, name)
        line = self.presence.tunnels.items.get(name)
        entry, since, until = line.holding(at, SITTING_CAP) if line else (None, -EVER, EVER)
        answer.narrow(since, until)
        return f"{name.rsplit('@', 1)[0]}\0{entry[1]}" if entry else None

    def _device(self, seen: Seen, mac: str | None, answer: Answer) -> None:
        device = self.reference.device_named(seen.device, seen.at) if seen.device else None
        because, confidence = f"the record names {seen.device}", "high"
        if device is None and mac:
            device = self.reference.device_with_mac(mac, seen.at)
            because, confidence = f"{mac} is its network card", "high" if seen.mac else "medium"
        if device:
            answer.device_id, answer.confidence = device.device_id, confidence
            answer.prove("device_id", device.device_id, confidence, because, reference=device.reference)

    def _person(self, seen: Seen, network: Network | None, tunnel: str | None, answer: Answer) -> None:
        name, event_id, confidence, because = seen.account, None, "high", "the record names the account"
        answer.tunnel = tunnel.split("\0")[0] if tunnel else None
        if name is None and tunnel:
            name, event_id = tunnel.split("\0")
            because = f"{name} had opened the tunnel with this address"
        if name is None and answer.device_id and not (network and network.kind in NAMELESS):
            name, event_id = self._sitting(answer.device_id, seen.at, answer)
            confidence, because = "medium", f"{name} was logged on at {answer.device_id}"
        answer.holder = name
        account = self.reference.account(name, seen.at) if name else None
        if account is None or not account.person:
            return
        answer.person = account.person
        answer.confidence = "medium" if confidence == "medium" else answer.confidence
        source = {"event_id": event_id, "reference": account.reference}
        answer.prove("person", account.person, confidence, because, **source)

    def _sitting(self, device_id: str, at: int, answer: Answer) -> tuple[str | None, str | None]:
        answer.rest_on(SITS, device_id)
        desk = self.presence.desks.items.get(device_id)
        if desk is None:
            return None, None
        entry, since, until = desk.sitting(at, SITTING_CAP)
        answer.narrow(since, until)
        return (entry[3], entry[2]) if entry else (None, None)

    def _site(self, seen: Seen, network: Network | None, mac: str | None, answer: Answer) -> None:
        """The site of the network, else of the access point, else of the last lease, else where the device is kept."""
        if network and network.kind in ("site", "student") and network.org:
            self._sited(answer, network.org, f"{seen.address} is a network of the site", reference=network.reference)
        elif seen.category == "vpn":
            return  # home is no site
        elif not self._connected(seen, mac, answer) and answer.device_id and not seen.address:
            kept = self.reference.device(answer.device_id, seen.at)
            if kept and kept.device_class in ROAMLESS and kept.org:
                self._sited(answer, kept.org, f"{kept.device_id} is kept there", reference=kept.reference)

    def _connected(self, seen: Seen, mac: str | None, answer: Answer) -> bool:
        """By the access point that reports it, or by where its network card was last connected or leased."""
        reporter = self.reference.device_named(seen.reporter, seen.at) if seen.reporter and seen.mac else None
        if reporter and reporter.device_class == "network" and reporter.org:
            self._sited(answer, reporter.org, f"{seen.reporter} stands there", reference=reporter.reference)
            return True
        cards = (mac,) if mac else self._cards(answer.device_id, seen.at)
        answer.rest_on(HOLDS, *cards)
        for card in cards:
            line = self.presence.place.items.get(card)
            entry, since, until = line.holding(seen.at, PLACE_CAP) if line else (None, -EVER, EVER)
            answer.narrow(since, until)
            org = self._org_of(entry[2], seen.at) if entry else None
            if entry and org:
                self._sited(answer, org, f"it was connected through {entry[2].lstrip('@')}", event_id=entry[1])
                return True
        return False

    def _cards(self, device_id: str | None, at: int) -> tuple[str, ...]:
        device = self.reference.device(device_id, at) if device_id else None
        return device.macs if device else ()

    def _org_of(self, where: str, at: int) -> str | None:
        """The site of an access point's name, or of a leased address (`@10.1.2.3`)."""
        if not where.startswith("@"):
            access_point = self.reference.device_named(where, at)
            return access_point.org if access_point else None
        network = self.reference.network(where[1:], at)
        return network.org if network and network.kind in ("site", "student") else None

    def _sited(self, answer: Answer, org: str, because: str, **source: str | None) -> None:
        answer.site = org
        answer.prove("site", org, "high", because, **source)
