"""What a load could not read of a table, and what it read and doubts, in words."""

from collections.abc import Collection

from model.reference.rows import Row

LOW_WHERE_LOST = "What was judged by these tables has low confidence until they are read."
LOW_WHERE_IN_DOUBT = (
    "Findings on the people, accounts and devices in these rows have low confidence until they are corrected."
)


class Unread(Row, frozen=True, gc=False):
    """What a load could not read of one table: `head` of its file or header, and `rows` that were left out, of which
    `shown` are the first. Of what it did read, the rows in doubt: how many are `doubted`, the first as `doubts`, and
    which names are `touched` by them (none: nobody can tell). Ended (`valid_to`) once a later load has read the table
    well."""

    table: str
    rows: int = 0
    shown: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    doubted: int = 0
    doubts: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()

    @property
    def lost(self) -> str:
        """One line for people: `approvals: 1 row could not be read: line 2, valid_from "soon"`; empty for nothing."""
        lost = [_counted(self.rows, "could not be read", self.shown)] if self.rows else []
        return f"{self.table}: {'; '.join([*self.head, *lost])}" if self.head or lost else ""

    @property
    def doubt(self) -> str:
        """The same of what was read: `approvals: 1 row was read and may be wrong: line 2, account "mhlil" ...`."""
        if not self.doubted:
            return ""
        was = "was" if self.doubted == 1 else "were"
        return f"{self.table}: {_counted(self.doubted, f'{was} read and may be wrong', self.doubts)}"

    @property
    def said(self) -> tuple[str, ...]:
        """Both, as far as there is something to say."""
        return tuple(one for one in (self.lost, self.doubt) if one)

    def said_of(self, names: Collection[str]) -> tuple[str, ...]:
        """What matters to a finding on these names."""
        touches = not self.touched or any(name.casefold() in self.touched for name in names)
        return tuple(one for one in (self.lost, self.doubt if touches else "") if one)


def _counted(rows: int, what: str, shown: tuple[str, ...]) -> str:
    named = "1 row" if rows == 1 else f"{rows:,} rows"
    first = f": {'; '.join(shown)}" if shown else ""
    more = f"; and {rows - len(shown):,} more" if shown and rows > len(shown) else ""
    return f"{named} {what}{first}{more}"
