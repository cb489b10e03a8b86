"""The conditions of a question: collected as SQL with named parameters, never by pasting a value in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

MOST = 10_000  # rows one answer may have
# For questions that read `events FINAL`: a row keeps its class and its time, so its versions share a partition.
APART = "do_not_merge_across_partitions_select_final = 1"

# For whole rows in order, however many. Read in that order already, each file of each part would be open at once.
SORTED = "max_bytes_before_external_sort = 500000000, optimize_read_in_order = 0"


class Where:
    """Conditions that must all hold, and their parameters."""

    def __init__(self, district: str | None = None) -> None:
        """`district` None asks all of them."""
        self.parameters: dict[str, Any] = {}
        self._conditions: list[str] = []
        if district:
            self.equal("district", district)

    def beside(self, district: str | None = None) -> "Where":
        """Other conditions of the same question: they share the parameters."""
        other = Where()
        other.parameters = self.parameters
        return other.equal("district", district or None)

    def equal(self, column: str, value: str | None) -> "Where":
        """`column` is `value`; None asks nothing."""
        if value is not None:
            self._conditions.append(f"{column} = {self.bind(value, 'String')}")
        return self

    def among(self, column: str, values: Sequence[str]) -> "Where":
        """`column` is one of `values`; none given asks nothing."""
        if values:
            self._conditions.append(f"{column} IN {self.bind(list(values), 'Array(String)')}")
        return self

    def between(self, column: str, since: datetime | None, until: datetime | None) -> "Where":
        """`column` lies in [since, until); None is open."""
        if since is not None:
            self._conditions.append(f"{column} >= {self.instant(since)}")
        if until is not None:
            self._conditions.append(f"{column} < {self.instant(until)}")
        return self

    def that(self, condition: str) -> "Where":
        """A condition whose values are bound already."""
        self._conditions.append(condition)
        return self

    def instant(self, at: datetime) -> str:
        """A placeholder for an aware instant."""
        return f"fromUnixTimestamp64Milli({self.bind(int(at.astimezone(UTC).timestamp() * 1000), 'Int64')}, 'UTC')"

    def bind(self, value: Any, kind: str) -> str:
        """A placeholder for `value` of ClickHouse's type `kind`."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"{{{name}:{kind}}}"

    def limit(self, wanted: int, offset: int = 0) -> str:
        """LIMIT and OFFSET, never more than `MOST` rows."""
        return f"LIMIT {max(0, min(wanted, MOST))} OFFSET {max(0, offset)}"

    def __str__(self) -> str:
        """The WHERE clause."""
        return "WHERE " + " AND ".join(f"({one})" for one in self._conditions) if self._conditions else ""
