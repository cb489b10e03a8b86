"""What a command was asked, understood: which district, whom or what, and from when to when on that district's wall."""

from datetime import UTC, datetime

import click

from cli.known import UsedWrongly, near
from cli.which import district_id
from dashboard.local_time import Wall
from model.event import format_at
from storage.client import Store
from storage.queries.districts import District, districts
from storage.queries.event_rows import StoredEvent, account_of
from storage.queries.people import Ambiguous, Candidate, called, understood, with_roles
from storage.queries.subject import Subject


class Place:
    """The district that was asked about, or all of them, and their clocks."""

    def __init__(self, store: Store, wanted: str | None) -> None:
        """Raises UsedWrongly on a district that is not stored."""
        found = districts(store)
        known = {one.id: one for one in found}
        if wanted and known and wanted not in known:
            hint = near(wanted, known) or f"; stored are: {', '.join(known)}"
            raise UsedWrongly(f"no district {wanted!r} is stored{hint}")
        self.wanted = wanted
        self._known = {wanted: known[wanted]} if wanted and wanted in known else known
        self._walls = {one.id: Wall(one.timezone) for one in self._known.values()}

    @property
    def only(self) -> str | None:
        """The one district that there is; None where there are several."""
        return next(iter(self._known)) if len(self._known) == 1 else None

    def wall(self, district: str = "") -> Wall:
        """The clock of a district; UTC where its settings are not stored."""
        return self._walls.get(district) or (self._only() or Wall("UTC"))

    def district(self, name: str) -> District:
        """A district as it last described itself; one that has not goes by its id, in UTC."""
        return self._known.get(name) or District(name, name, "UTC")

    def account(self, event: StoredEvent) -> str | None:
        """The account of an event by the name under which it is known: of a foreign realm with that realm."""
        return account_of(event, self.district(event.district).realms)

    def between(self, since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
        """Both times as instants: local to the district where they have no offset. Says on stderr which that is."""
        if since is None and until is None:
            return None, None
        local = any(one is not None and one.tzinfo is None for one in (since, until))
        wall = self._only() if local else None
        if local and wall is None and self._walls:
            raise UsedWrongly(
                "the districts stored are in several time zones: choose one with --district, or write the offset of"
                " --from and --to, as in 2026-03-04T14:00:00-05:00"
            )
        shown = wall or self._only() or Wall("UTC")
        first, last = _instant(since, shown), _instant(until, shown)
        edges = ((word, at) for word, at in (("from", first), ("up to", last)) if at)
        told = ", ".join(f"{word} {shown.moment(format_at(at))}" for word, at in edges)
        click.echo(f"Times are in {shown.zone.key}: {told}", err=True)
        return first, last

    def instant(self, at: datetime | None) -> datetime | None:
        """A time as an instant, local where it has no offset."""
        return _instant(at, self.wall(self.wanted or ""))

    def _only(self) -> Wall | None:
        """The clock that all districts asked about share."""
        zones = {wall.zone.key: wall for wall in self._walls.values()}
        return next(iter(zones.values())) if len(zones) == 1 else None


def listed(store: Store, word: str | None) -> str | None:
    """The district that a list is asked of, by its folder or id; None for all. Raises UsedWrongly as `Place` does."""
    return Place(store, word and district_id(word)).wanted


def whom(store: Store, place: Place, text: str) -> Subject:
    """Whom or what a text means; says on stderr whom it was taken for. Raises UsedWrongly where that is not clear."""
    try:
        found = understood(store, place.wanted, text)
    except Ambiguous as error:
        raise UsedWrongly(f"{error}; ask for one of them by id:\n{_candidates(error.candidates)}") from error
    except ValueError as error:
        raise UsedWrongly(str(error)) from error
    if found.called:
        click.echo(f"{found.called} is person:{found.text}", err=True)
    if len(found.people) > 1:
        also = Ambiguous(found.text, with_roles(store, called(store, place.wanted, found.text)))
        click.echo(f"{also}, and logs name what fits it; all of it follows:\n{_candidates(also.candidates)}", err=True)
    return found


def _candidates(found: list[Candidate], most: int = 40) -> str:
    several = len({one.district for one in found}) > 1
    rows = [
        (
            f"  person:{one.id}",
            one.name,
            one.role or "no role",
            one.school or "no school",
            one.district if several else "",
        )
        for one in found[:most]
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    more = [f"  and {len(found) - most} more"] if len(found) > most else []
    return "\n".join([*lines, *more])


def _instant(at: datetime | None, wall: Wall) -> datetime | None:
    if at is None:
        return None
    return at.astimezone(UTC) if at.tzinfo else wall.instant(at.date(), at.time())
