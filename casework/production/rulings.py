"""What was decided of rows, columns, people and categories, and which decision counts for one row or cell; pure.

The narrower one counts: a row's before a person's, a column's and a category's. Of two about the same the later counts.
`release` takes a wider decision back. It never shows what names somebody else: the defaults still hold, but for a
person who is released, who then stands under their own name, and a column that is released, as far as it names nobody.
"""

from collections.abc import Iterable

from casework.production.asked import Ruling
from model.event import Event


class Rulings:
    """The decisions of a request, by what they are about."""

    def __init__(self, rulings: Iterable[Ruling]) -> None:
        """`rulings` in the order in which they were decided."""
        self.all = list(rulings)
        self._by = {(one.about, one.value): one for one in self.all}
        self.columns = {one.value: one for one in self._by.values() if one.about == "column"}
        self._rows = any(one.about == "row" for one in self.all)

    def released_people(self) -> set[str]:
        """Accounts and persons who stand under their own name, as somebody decided."""
        return {one.value for one in self._by.values() if one.about == "person" and one.action == "release"}

    def of_person(self, name: str) -> Ruling | None:
        """What was decided of an account or a person."""
        return self._by.get(("person", name))

    def of_row(self, event: Event, people: Iterable[str]) -> Ruling | None:
        """The decision that counts for a whole row; None where none does, or one that releases it."""
        found = self._by.get(("row", event.event_id)) if self._rows else None
        if found is None:
            named = (self._by.get(("person", one)) for one in people)
            found = next((one for one in named if one and one.action == "withhold"), None)
        found = found or next((one for one in map(self._category, _categories(event)) if one), None)
        return found if found and found.action != "release" else None

    def _category(self, name: str) -> Ruling | None:
        return self._by.get(("category", name))


def _categories(event: Event) -> tuple[str, ...]:
    """What a category may be called: the action, the record class, the category of the event."""
    return event.action, f"{event.category}_events", event.category
