"""Who held this address, who sat at this device, where it was, at that instant; each answer with its evidence.

Shared addresses (egress, carrier NAT, relays, guests) never name a person. What a record says itself comes first.
"""

from bisect import bisect_right

from model.event import Attribution, format_ms
from model.reference import Account, Network, Reference, account_parts
from streams.attribution import desk
from streams.attribution.answer import EVER, Answer
from streams.attribution.cards import Contradiction, Shown, named_in
from streams.attribution.devices import Card, access_point, card_vouched, tell
from streams.attribution.presence import HOUR, PLACE_CAP, Presence
from streams.attribution.timeline import LEASE_CAP, SITTING_CAP, Entry
from streams.attribution.tunnels import names_session_alone, session_key
from streams.attribution.uses import SLOT
from streams.attribution.waiting import HOLDS, SITS
from streams.seen import Seen

NAMELESS = frozenset({"egress", "guest", "cgnat", "relay"})
AT_SCHOOL = frozenset({"site", "student", "egress"})
SHARED = NAMELESS - {"guest"}  # a guest's own lease is known, though not who the guest is
COPY_TOLD = HOUR  # for so long before and after a network card seems to be used by two machines it tells no device
ROAMLESS = frozenset({"lab", "kiosk", "library", "testing", "server", "cart", "shared_tablet"})  # never leave their org

AnswerKey = tuple[str | None, ...]  # the fields of an event that an answer follows from


class Attributor:
    """Answers for any instant within memory; an answer is kept for as long as nothing could change it."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.presence = Presence(reference, self._forget_answers)
        self._answers: dict[AnswerKey, Answer] = {}
        self._rest_on: dict[str, set[AnswerKey]] = {}  # timeline key -> answers that rest on it
        self.changed: list[tuple[str, int]] = []  # timelines that changed since somebody looked, and from when (ms) on
        self._edges: list[int] = []  # instants at which a reference row begins, ends or comes due, each once

    def reference_changed(self, *edges: int) -> None:
        """Forget every answer: a row was added that counts for something else from each of `edges` (ms) on."""
        self._answers.clear()
        self._rest_on.clear()
        for edge in edges:
            place = bisect_right(self._edges, edge)
            if not place or self._edges[place - 1] != edge:  # most rows begin and end on the same few days
                self._edges.insert(place, edge)

    def unchanged(self, at: int) -> tuple[int, int]:
        """The stretch [since, until) (ms) around `at` in which no row of a table begins, ends or comes due."""
        place = bisect_right(self._edges, at)
        since = self._edges[place - 1] if place else -EVER
        return since, self._edges[place] if place < len(self._edges) else EVER

    def _forget_answers(self, key: str, since: int) -> None:
        self.changed.append((key, since))
        for stale in self._rest_on.pop(key, ()):
            self._answers.pop(stale, None)

    def forget(self, before: int) -> None:
        """Drop what ended before `before` (ms), and the answers about network cards and addresses last seen before."""
        self.presence.forget(before)
        kept = {key: one for key, one in self._answers.items() if not -EVER < one.noted_until < before}
        if len(kept) < len(self._answers):
            self._answers = kept
            self._rest_on.clear()
            for key, one in kept.items():
                self._note_rests(key, one)

    def answer(self, seen: Seen) -> Answer:
        """Who, which device and where."""
        key = (
            *(seen.account, seen.device, seen.mac, seen.address, seen.reporter, seen.category),
            *(seen.account_basis, seen.device_basis, access_point(seen)),
            session_key(seen) if names_session_alone(seen) else None,
        )
        found = self._answers.get(key)
        if found is None or not found.since <= seen.at < found.until:
            found = self._work_out(seen)
            self._answers[key] = found
            self._note_rests(key, found)
        return found

    def _note_rests(self, key: AnswerKey, answer: Answer) -> None:
        for rest_on in answer.keys:
            self._rest_on.setdefault(rest_on, set()).add(key)

    def noted(self, seen: Seen, answer: Answer) -> bool:
        """Remember what a network card did, once in a while; whether it may be a contradiction."""
        if (
            seen.user_agent == answer.agent
            and (seen.at, seen.event_id) >= answer.noted
            and seen.at < answer.noted_until
        ):
            return False
        slot = seen.at - seen.at % SLOT
        answer.noted, answer.noted_until, answer.agent = (seen.at, seen.event_id), slot + SLOT, seen.user_agent
        cards = self.presence.cards
        return cards.saw(answer.mac, seen) if answer.mac else cards.saw_unclaimed(seen)

    def device_at(self, address: str, at: int) -> str | None:
        """The device that held an inside address by lease, or None if nobody knows."""
        line = self.presence.held.items.get(address)
        entry = line.holding(at, LEASE_CAP)[0] if line else None
        device = self.reference.device_with_mac(entry[2], at) if entry and entry[2][0] not in "=?" else None
        return device.device_id if device else None

    def told_by(self, seen: Seen, answer: Answer) -> tuple[str, ...]:
        """The timelines that tell which system an event reached: of an address inside, of a host's network cards.

        Only of tunnels and of those who may be outsiders is it asked; everybody else signs in too often.
        """
        if seen.action != "account.logged_on":
            return (seen.destination,) if answer.tunnel and seen.destination else ()
        if not answer.tunnel and not self._may_be_outsider(seen.account, seen.at):
            return ()
        device = self.reference.device_named(seen.reporter, seen.at) if seen.reporter else None
        return device.macs if device else ()

    def _may_be_outsider(self, name: str | None, at: int) -> bool:
        account = self.reference.account(name, at) if name else None
        if account is None or not account.person:
            return account is not None
        return account.kind == "vendor" or self.reference.has_role(account.person, at, frozenset({"ext:vendor"}))

    def address_of(self, host: str, at: int) -> str | None:
        """The address that a known device held by lease, or None if nobody knows."""
        device = self.reference.device_named(host, at)
        for card in device.macs if device else ():
            line = self.presence.place.items.get(card)
            entry = line.holding(at, LEASE_CAP)[0] if line else None
            if entry and entry[2][0] == "@":
                return entry[2][1:]
        return None

    def taken(self, device_id: str, account: str, at: int) -> int | None:
        """When somebody else first came to a device since the account last did (ms); None if nobody did."""
        known = self.presence.desks.items.get(device_id)
        return known.taken(account, at) if known else None

    def _work_out(self, seen: Seen) -> Answer:
        answer = Answer()
        answer.narrow(*self.unchanged(seen.at))
        network = self.reference.network(seen.address, seen.at) if seen.address and seen.category != "vpn" else None
        leased, tunnel = self._holder(seen, network, answer)
        session = self.presence.tunnels.signed_in(seen, answer)
        self._device(seen, leased, answer)
        told = answer.device_id or answer.contradicted or leased or tunnel
        if not told and network and network.kind in AT_SCHOOL:
            self._sitters_own(seen, answer)
        self._person(seen, network, tunnel or session, answer)
        self._site(seen, network, answer.mac, answer)
        answer.seal()
        return answer

    def _holder(self, seen: Seen, network: Network | None, answer: Answer) -> tuple[Card | None, Entry | None]:
        """The card that leased the event's address, or the account and opening event of the tunnel behind it.

        A tunnel's own address is public: nobody's.
        """
        if not seen.address or seen.category == "vpn" or (network and network.kind in SHARED):
            return None, None
        if seen.mac and seen.category != "proxy":
            return None, None  # the record shows the card itself; who else held the address does not matter
        answer.rest_on(HOLDS, seen.address)
        line = self.presence.held.items.get(seen.address)
        if line is None:
            return None, None
        entry, since, until = line.holding(seen.at, LEASE_CAP)
        answer.narrow(since, until)
        if entry is None:
            return None, None
        if entry[2].startswith("="):
            return None, self.presence.tunnels.owner(entry[2][1:], seen.at, answer)
        source, _, calls_itself = entry[3].partition("\0")
        mac = entry[2].removeprefix("?")
        because = f"{seen.address} was leased to {mac}"
        answer.prove("mac", mac, "medium", because, "observed", **_shown(entry, source))
        return Card(mac, leased=True, calls_itself=calls_itself, vouched=mac == entry[2]), None

    def _device(self, seen: Seen, leased: Card | None, answer: Answer) -> None:
        own = Card(seen.mac, vouched=card_vouched(seen)) if seen.mac else None
        answer.mac = seen.mac or (leased.mac if leased else None)
        told = tell(seen, own, leased, self.reference)
        against = Contradiction(seen.at, told.against) if told.against else None
        if told.by_card and answer.mac:
            against = self._copied(answer.mac, told.device.device_id if told.device else None, seen.at, answer)
        if against:
            _contradict(against, told.rows, answer)
        elif told.device:
            device, answer.device_id = told.device, told.device.device_id
            if told.by_card and own:
                answer.prove("mac", own.mac, "medium", "the record shows this network card", "observed")
            basis = "observed" if told.by_card else seen.device_basis or "observed"
            answer.confidence = "medium" if told.by_card else "high"
            row = device.reference
            answer.prove("device_id", device.device_id, answer.confidence, told.because, basis, reference=row)

    def _sitters_own(self, seen: Seen, answer: Answer) -> None:
        """The device that a filter's client calls itself, where its own log shows that person logged on at it.

        Alone the name proves nothing; the log of the device and the account that the filter vouches for are two others.
        Only of an address at school: who sits at home is not told by a logon that nobody ended.
        """
        if seen.category != "proxy" or not seen.device or not seen.account or seen.account_basis == "claimed":
            return
        device = self.reference.device_named(seen.device, seen.at)
        account = self.reference.account(seen.account, seen.at) if device else None
        if device is None or account is None or not account.person:
            return
        sitter, shown = self._sitting(device.device_id, seen.at, answer)
        there = self.reference.account(sitter, seen.at) if sitter else None
        if shown and there and there.person == account.person:
            answer.device_id, answer.confidence = device.device_id, "medium"
            because = f"the client calls itself {seen.device}, and {sitter} was logged on at {device.device_id}"
            row = device.reference
            answer.prove("device_id", device.device_id, "medium", because, "claimed", **_cited(shown), reference=row)

    def _copied(self, card: str, device_id: str | None, at: int, answer: Answer) -> Contradiction | None:
        """What says that two machines use a network card's address, in the hours around `at`."""
        answer.rest_on(HOLDS, card)
        hour = at - at % HOUR
        answer.narrow(hour, hour + HOUR)
        found = self.presence.cards.contradictions(card, hour - COPY_TOLD, hour + HOUR + COPY_TOLD)
        if found:
            return found[0]
        return self._signed_in_otherwise(card, device_id, at, answer) if device_id else None

    def _signed_in_otherwise(self, card: str, device_id: str, at: int, answer: Answer) -> Contradiction | None:
        """Who signed in to the network with the card, where that is another than the person at the device."""
        line = self.presence.signed.items.get(card)
        entry, since, until = line.holding(at, PLACE_CAP) if line else (None, -EVER, EVER)
        answer.narrow(since, until)
        if entry is None:
            return None
        sitter, sat = self._sitting(device_id, at, answer)
        known = [self.reference.account(name, at) if name else None for name in (entry[2], sitter)]
        people = {account.person for account in known if account and account.person}
        name, realm = account_parts(entry[2])
        stranger = realm is not None and not (name or "").endswith("$")  # a machine's realm is often not declared
        if len(people) < 2 and not (stranger and sitter):
            return None
        signed = f"the network card {card} signed in to the network as {entry[2]}"
        shown = (Shown(entry[0], entry[1], named_in(entry)[0], signed), *((sat,) if sat else ()))
        return Contradiction(at, f"{signed}, and {sitter} was logged on at {device_id}", shown)

    def _person(self, seen: Seen, network: Network | None, tunnel: Entry | None, answer: Answer) -> None:
        """By the account that the record vouches for, else by the tunnel, else by who is logged on at the device."""
        name = seen.account if seen.account_basis != "claimed" else None
        if seen.account and name is None and seen.category != "proxy":
            return  # a refused logon, a local account: the person logged on there has nothing to do with it
        basis, confidence, because = seen.account_basis or "observed", "high", "the record names the account"
        shown: dict[str, str | None] = {}
        answer.tunnel = tunnel[2] if tunnel else None
        if seen.category == "auth" and name and tunnel and name != tunnel[2]:
            opened = f"{tunnel[2]} had opened the tunnel with this address"
            answer.prove("tunnel", tunnel[2], "medium", opened, "observed", **_shown(tunnel))
        if name is None and tunnel:
            name, basis, shown = tunnel[2], "authenticated", _shown(tunnel)
            opened = "signed in to this session" if seen.category == "vpn" else "opened the tunnel with this address"
            because = f"{name} had {opened}"
        if name is None and answer.device_id and not (network and network.kind in NAMELESS):
            name, sat = self._sitting(answer.device_id, seen.at, answer)
            shown = _cited(sat) if sat else {}
            basis, confidence, because = "observed", "medium", f"{name} was logged on at {answer.device_id}"
        elif name and answer.device_id and seen.category == "proxy":
            answer.rest_on(0, answer.device_id)  # it is the record's own account, whoever sat there
            there = self._sat(answer.device_id, seen.at, answer)
            answer.sitter = there.account if there else None
        answer.holder = name
        account = self.reference.account(name, seen.at) if name else None
        if account is None or not account.person:
            self._nobodys(name, account, basis, answer)
            return
        answer.person = account.person
        answer.confidence = "medium" if confidence == "medium" else answer.confidence
        answer.prove("person", account.person, confidence, because, basis, **shown, reference=account.reference)

    def _nobodys(self, name: str | None, account: Account | None, basis: str, answer: Answer) -> None:
        """Name an account that belongs to no person, and say why: its kind, or a realm that is not the district's."""
        if name and account:
            because = f"accounts.csv lists it as {account.kind}"
            answer.prove("account", name, "high", because, basis, reference=account.reference)
        elif name and account_parts(name)[1]:
            because = "its realm is not one of the district's, so it belongs to nobody here"
            answer.prove("account", name, "high", because)

    def _sitting(self, device_id: str, at: int, answer: Answer) -> tuple[str | None, Shown | None]:
        answer.rest_on(SITS, device_id)
        entry = self._sat(device_id, at, answer)
        if entry is None:
            return None, None
        because = f"{entry.account} was logged on at {device_id}"
        return entry.account, Shown(entry.at, entry.event_id, entry.source_id, because)

    def _sat(self, device_id: str, at: int, answer: Answer) -> desk.Entry | None:
        known = self.presence.desks.items.get(device_id)
        if known is None:
            return None
        entry, since, until = known.sitting(at, SITTING_CAP)
        answer.narrow(since, until)
        return entry

    def _site(self, seen: Seen, network: Network | None, mac: str | None, answer: Answer) -> None:
        """The site of the network, else of the access point, else of the last lease, else where the device is kept."""
        if network and network.kind in ("site", "student") and network.org:
            because = f"{seen.address} is in a network of the site"
            self._sited(answer, network.org, "high", because, "observed", reference=network.reference)
        elif seen.category == "vpn":
            return  # home is no site
        elif not self._connected(seen, mac, answer) and answer.device_id and not seen.address:
            kept = self.reference.device(answer.device_id, seen.at)
            if kept and kept.device_class in ROAMLESS and kept.org:
                self._sited(answer, kept.org, "high", f"{kept.device_id} is kept there", None, reference=kept.reference)

    def _connected(self, seen: Seen, mac: str | None, answer: Answer) -> bool:
        """By the access point through which it came, or by where its network card was last connected or leased."""
        name = access_point(seen)
        through = self.reference.device_named(name, seen.at) if name else None
        if through and through.device_class == "network" and through.org:
            because = f"{name} is installed there"
            self._sited(answer, through.org, "high", because, "observed", reference=through.reference)
            return True
        if answer.contradicted:
            return False
        cards = (mac,) if mac else self._cards(answer.device_id, seen.at)
        answer.rest_on(HOLDS, *cards)
        for card in cards:
            line = self.presence.place.items.get(card)
            entry, since, until = line.holding(seen.at, PLACE_CAP) if line else (None, -EVER, EVER)
            answer.narrow(since, until)
            org = self.presence.cards.org_of(entry[2], seen.at) if entry else None
            if entry and org:
                because = f"its network card {card} was connected through {entry[2].lstrip('@')}"
                self._sited(answer, org, "medium", because, "observed", **_shown(entry))
                return True
        return False

    def _cards(self, device_id: str | None, at: int) -> tuple[str, ...]:
        device = self.reference.device(device_id, at) if device_id else None
        return device.macs if device else ()

    def _sited(
        self, answer: Answer, org: str, confidence: str, because: str, basis: str | None, **source: str | None
    ) -> None:
        answer.site = org
        answer.prove("site", org, confidence, because, basis, **source)


def _contradict(against: Contradiction, rows: tuple[str, ...], answer: Answer) -> None:
    """Prove the contradiction: each event that shows it, then what it is, with the last of them and each row."""
    card, there = answer.mac or "", {step.event_id: step for step in answer.proof if step.event_id}
    for one in against.shown:
        if one.event_id not in there:
            answer.prove("mac", card, "low", one.shows, "observed", **_cited(one))
    lease = next((step for step in answer.proof if step.field == "mac" and step.event_id), None)
    cited = _cited(against.shown[-1]) if against.shown else _of(lease) if lease else {}
    because = f"{against.because}, so neither is used to name anybody"
    for row in rows or (None,):
        answer.prove("contradiction", card, "low", because, "claimed", **cited, reference=row)


def _cited(shown: Shown) -> dict[str, str | None]:
    """An event as the source of a step of the proof."""
    return {
        "event_id": shown.event_id,
        "occurred_at": format_ms(shown.at),
        "source_id": shown.source_id or None,
    }


def _of(step: Attribution) -> dict[str, str | None]:
    return {"event_id": step.event_id, "occurred_at": step.occurred_at, "source_id": step.source_id}


def _shown(entry: Entry, source: str | None = None) -> dict[str, str | None]:
    """The event of a timeline as the source of a step of the proof."""
    return {"event_id": entry[1], "occurred_at": format_ms(entry[0]), "source_id": source or named_in(entry)[0] or None}
