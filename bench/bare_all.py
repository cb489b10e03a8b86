"""The bare logic of the other detections, beside the three of `bench.bare`: as simple, and with no excuses.

Left out are those that no event decides (what the records desk does) and unfiltered_device, which compares whole days.
"""

from collections.abc import Callable, Iterable, Iterator

from bench.bare import Bare, Happened, Known, State
from model.batch import Fact
from model.event import parse_at

HOUR = 3600.0
LARGEST = 5 << 30  # bytes that one account takes in an hour
MOST_EXPORTS = 50  # by one account in an hour
SILENT = 4 * HOUR
STUDENTS = frozenset({"student"})
CLASSES = frozenset({"cart", "shared_tablet", "testing"})
HEAVY_USE = ("peer", "p2p", "torrent", "file sharing", "stream", "movie", "entertainment")
WEAKENS = frozenset({
    *("group_member.added", "privilege.assigned", "org_unit.changed", "mfa_method.removed", "mfa_method.added"),
    *("security_policy.changed", "audit_policy.changed", "log.cleared", "account.created", "account.enabled"),
})  # fmt: skip
OBTAINS = frozenset({"token.authorized", "account.authenticated"})


class Told(Happened):
    """The fields that this logic reads besides."""

    source_id: str
    target_account: str | None
    app: str | None
    bytes_in: int | None
    bytes_out: int | None


class KnownAll(Known):
    """Reference rows of all tables by the keys that the logic asks for."""

    def __init__(self, facts: Iterable[bytes]) -> None:
        self.persons: dict[str, str] = {}  # account -> person
        self.roles: dict[str, set[str]] = {}  # person -> roles
        self.ended: dict[str, float] = {}  # person or account -> when
        self.assigned: dict[str, set[str]] = {}  # device -> persons
        self.due: dict[str, float] = {}  # device -> when its assignment ended
        self.classes: dict[str, str] = {}  # device -> class
        self.lost: dict[str, float] = {}  # device -> when
        self.apps: dict[str, set[str]] = {}  # app -> roles that may have it
        self.bought: dict[str, str] = {}  # device -> purchase
        self.sponsors: dict[str, str] = {}  # vendor -> person
        super().__init__(facts)

    def _take(self, fact: Fact, row: dict[str, str]) -> None:
        super()._take(fact, row)
        if fact.table == "users":
            self.persons[row["username"].lower()] = row["sourcedId"]
        elif fact.table == "accounts" and row.get("person"):
            self.persons[row["account"].lower()] = row["person"]
        elif fact.table == "roles":
            self.roles.setdefault(row["userSourcedId"], set()).add(row["role"])
        elif fact.table == "standings":
            self.ended[row.get("account") or row["person"]] = (fact.valid_from or 0) / 1000
        elif fact.table == "assignments":
            self.assigned.setdefault(row["device_id"], set()).add(row["person"])
            if fact.valid_to is not None:
                self.due[row["device_id"]] = fact.valid_to / 1000
        elif fact.table == "devices":
            self.classes[row["device_id"]] = row["class"]
            self.bought[row["device_id"]] = row.get("purchase_id", "")
        elif fact.table == "losses" and row.get("reported_at"):
            self.lost[row["device_id"]] = parse_at(row["reported_at"]).timestamp()
        elif fact.table == "apps":
            self.apps[row["app"].lower()] = set(row["roles"].split(";"))
        elif fact.table == "vendors":
            self.sponsors[row["vendor"]] = row.get("sponsor", "")
        if fact.table == "roles" and row.get("ends_at"):
            self.ended[row["userSourcedId"]] = int(row["ends_at"]) / 1000
        elif fact.table == "accounts" and fact.valid_to is not None:
            self.ended[row["account"].lower()] = fact.valid_to / 1000

    def owing(self) -> Iterator[str]:
        """Devices without a purchase, and vendors whose sponsor was nobody here or has left."""
        yield from (device for device, purchase in self.bought.items() if not purchase)
        yield from (
            vendor for vendor, person in self.sponsors.items() if person not in self.roles or person in self.ended
        )


class BareAll(Bare):
    """Judges by all the logic there is, one event after the other."""

    known: KnownAll

    def __init__(self, known: KnownAll, state: Callable[[str], State]) -> None:
        super().__init__(known, state)
        self.taken, self.exports, self.tunnels = state("taken"), state("exports"), state("tunnels")
        self.heard = state("heard")
        self._heavy: dict[str, bool] = {}  # by the filter's category; only a memo
        self.found |= {("overdue_duty", name) for name in known.owing()}

    def take(self, event: Told, at: float) -> None:  # type: ignore[override]
        """One event; `at` in seconds."""
        super().take(event, at)
        action, account = event.action, event.account
        before = self.heard.get(event.source_id, at)
        if at - before > SILENT:
            self.found.add(("silent_source", event.source_id))
        self.heard[event.source_id] = at
        if action == "connection.recorded":
            self._traffic(event, self._device(event), at)
        elif action == "record.exported" and account:
            self._export(account, at)
        elif action in WEAKENS:
            self.found |= {("unapproved_privilege_change", who) for who in (account, event.target_account) if who}
        elif action in ("tunnel.opened", "tunnel.closed") and account:
            self.tunnels[account] = action == "tunnel.opened"
        if account and action in OBTAINS and event.app:
            self._obtain(account, event.app)
        if account and action == "account.logged_on":
            self._outside(account)

    def _web(self, event: Told, device: tuple[str, str] | None, at: float) -> None:  # type: ignore[override]
        super()._web(event, device, at)
        self._traffic(event, device, at)

    def _traffic(self, event: Told, device: tuple[str, str] | None, at: float) -> None:
        who = event.account or (self.sitting.get(device[0]) if device else None) or event.address or ""
        hour = int(at // HOUR)
        since, taken, sent = self.taken.get(who, (hour, 0, 0))
        if since != hour:
            taken = sent = 0
        taken, sent = taken + (event.bytes_in or 0), sent + (event.bytes_out or 0)
        self.taken[who] = (hour, taken, sent)
        if taken > LARGEST or self._is_heavy(event.url_category or ""):
            self.found.add(("bandwidth_abuse", who))
        if sent > LARGEST:
            self.found.add(("bulk_data_pull", who))

    def _is_heavy(self, category: str) -> bool:
        heavy = self._heavy.get(category)
        if heavy is None:
            heavy = self._heavy[category] = any(word in category.lower() for word in HEAVY_USE)
        return heavy

    def _export(self, account: str, at: float) -> None:
        hour = int(at // HOUR)
        since, count = self.exports.get(account, (hour, 0))
        count = count + 1 if since == hour else 1
        self.exports[account] = (hour, count)
        if count > MOST_EXPORTS:
            self.found.add(("bulk_data_pull", account))

    def _obtain(self, account: str, app: str) -> None:
        may = self.known.apps.get(app.lower())
        if may and not may & self._roles(account):
            self.found.add(("staff_account_on_student_device", account))

    def _outside(self, account: str) -> None:
        if self.known.kinds.get(account, ("", ""))[0] == "vendor" and not self.tunnels.get(account):
            self.found.add(("vendor_outside_vpn", account))

    def _roles(self, account: str) -> set[str]:
        return self.known.roles.get(self.known.persons.get(account, ""), set())

    def _use(self, account: str, device: tuple[str, str], at: float) -> None:
        """Somebody uses a device: whose it is, of which class, whether it is lost, and whether they may still."""
        super()._use(account, device, at)
        known, name = self.known, device[0]
        person = known.persons.get(account, "")
        owners = known.assigned.get(name)
        if owners and person not in owners:
            self.found.add(("device_used_by_another", name))
        roles = known.roles.get(person)
        if roles and not roles & STUDENTS and self._is_students(name, owners):
            self.found.add(("staff_account_on_student_device", account))
        if at > known.ended.get(account, at) or at > known.ended.get(person, at):
            self.found.add(("ended_account_in_use", account))
        if at > known.lost.get(name, at):
            self.found.add(("lost_device", name))
        if at > known.due.get(name, at):
            self.found.add(("unreturned_device", name))

    def _is_students(self, device_id: str, owners: set[str] | None) -> bool:
        theirs = any(self.known.roles.get(owner, STUDENTS) <= STUDENTS for owner in owners or ())
        return theirs or self.known.classes.get(device_id) in CLASSES
