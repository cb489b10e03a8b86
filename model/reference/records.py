"""`Records`: the questions asked of timetables, hand-outs, standings and duties; a mixin of `Reference`."""

from collections.abc import Iterable
from typing import Any

from model.reference.knowledge import Knowledge
from model.reference.names import folded, host_name
from model.reference.rows import (
    App,
    Bell,
    Check,
    Checkout,
    Contract,
    DirectoryEntry,
    Enrollment,
    Loss,
    Return,
    SchoolClass,
    Search,
    Software,
    Standing,
    System,
    Unblock,
    Visit,
)
from model.reference.spans import R, every, first


class Records(Knowledge):
    """As of an instant `at` (ms since the epoch), like every look-up of `Reference`."""

    def school_class(self, class_id: str, at: int) -> SchoolClass | None:
        """A class of classes.csv."""
        return first(self._shelves.lookup("classes")[class_id], at)

    def classes_of(self, person: str, at: int) -> list[Enrollment]:
        """The classes a person is in, and as what."""
        return every(self._shelves.lookup("classes of")[person], at)

    def members(self, class_id: str, at: int) -> list[Enrollment]:
        """Who is in a class."""
        return every(self._shelves.lookup("members")[class_id], at)

    def bells(self, org: str, at: int) -> list[Bell]:
        """The periods of a school, in order of their start."""
        found: list[Bell] = every(self._shelves.lookup("bells")[org], at)
        return sorted(found, key=lambda bell: (bell.starts, bell.period, bell.days))

    def checkouts(self, device_id: str, at: int) -> list[Checkout]:
        """To which class or person a device was handed."""
        return every(self._shelves.lookup("checkouts")[device_id], at)

    def visits(self, at: int, *, person: str = "", vendor: str = "", account: str = "") -> list[Visit]:
        """Who of these was on site, as the visitors' list says."""
        keys = [person, vendor and f"vendor\0{vendor}", account and f"account\0{folded(account)}"]
        return _each(row for key in keys if key for row in every(self._shelves.lookup("visits")[key], at))

    def standings(self, at: int, *, person: str = "", account: str = "") -> list[Standing]:
        """Suspended, separated and so on: of the person, and of this account of theirs."""
        keys = [person, account and f"account\0{folded(account)}"]
        return _each(row for key in keys if key for row in every(self._shelves.lookup("standings")[key], at))

    def standing_history(self, *, person: str = "", account: str = "") -> list[Standing]:
        """Every row of these, past and coming ones too."""
        keys = [person, account and f"account\0{folded(account)}"]
        return _each(row for key in keys if key for _, _, row in self._shelves.lookup("standings")[key])

    def directory(self, account: str, at: int) -> DirectoryEntry | None:
        """What the directory said of an account."""
        return first(self._shelves.lookup("directory")[folded(account)], at)

    def contracts(self, person: str, at: int) -> list[Contract]:
        """What a person had signed by then."""
        return every(self._shelves.lookup("contracts")[person], at)

    def contracts_of(self, person: str) -> list[Contract]:
        """Whatever a person signed, at whatever time."""
        return [row for _, _, row in self._shelves.lookup("contracts")[person]]

    def losses(self, device_id: str, at: int) -> list[Loss]:
        """Losses of a device; a row whose `valid_to` has passed was a mistake."""
        return every(self._shelves.lookup("losses")[device_id], at)

    def losses_of(self, device_id: str) -> list[Loss]:
        """Every row about a device's losses, corrected ones too."""
        return [row for _, _, row in self._shelves.lookup("losses")[device_id]]

    def returns(self, device_id: str, at: int) -> list[Return]:
        """What is known of a device's return, requests too."""
        return every(self._shelves.lookup("returns")[device_id], at)

    def returns_of(self, device_id: str) -> list[Return]:
        """Every row about a device's return, past and coming ones too."""
        return [row for _, _, row in self._shelves.lookup("returns")[device_id]]

    def unblocks(self, domain: str, at: int) -> list[Unblock]:
        """The requests to let a domain or one of its parents through."""
        return every(self._shelves.lookup("unblocks")[domain], at)

    def unblock_requests(self, request_id: str) -> list[Unblock]:
        """Every row of a request, ended ones too."""
        return [row for _, _, row in self._shelves.lookup("unblock requests")[request_id]]

    def software(self, app: str, version: str, at: int) -> Software | None:
        """The decision on an app: on this version before all, on this name before one that ends with `*`."""
        plain = app.lower()
        found = self._covering("software", plain, at)
        fitting = [row for row in found if row.version in ("", version)]
        return min(fitting, key=lambda row: (row.app.endswith("*"), -len(row.app), not row.version), default=None)

    def app(self, app: str, at: int) -> App | None:
        """Who may have an app: by its whole name, else by the longest beginning that a row gives."""
        found: list[App] = self._covering("apps", app.lower(), at)
        return min(found, key=lambda row: (row.app.endswith("*"), -len(row.app)), default=None)

    def _covering(self, table: str, plain: str, at: int) -> list[Any]:
        """The rows whose app is this one (lower-case), or begins it and ends with `*`."""
        index = self._shelves.lookup(table)
        return [row for n in range(len(plain), 0, -1) for row in every(index[plain[:n]], at) if _covers(row, plain)]

    def system(self, system: str, at: int) -> System | None:
        """What a system holds."""
        return first(self._shelves.lookup("systems")[host_name(system)], at)

    def checks_of(self, subject: str) -> list[Check]:
        """Every check of a kind and class, in the order they were made."""
        rows: list[Check] = [row for _, _, row in self._shelves.lookup("checks")[subject]]
        return sorted(rows, key=lambda row: (row.at, row.check_id))

    def searches_by(self, actor: str) -> list[Search]:
        """Every search that a user of the records desk made, in the order they were made."""
        rows: list[Search] = [row for _, _, row in self._shelves.lookup("searches")[actor]]
        return sorted(rows, key=lambda row: (row.at, row.search_id))


def _covers(row: App | Software, app: str) -> bool:
    return row.app.endswith("*") or row.app.lower() == app


def _each(rows: Iterable[R]) -> list[R]:
    return list({id(row): row for row in rows}.values())
