"""Which cases the searches open: who searched, on which school day."""

from collections.abc import Iterator

from streams.detection import Known, Opening


def openings(known: Known) -> Iterator[Opening]:
    """One for each search, and the day of its hour before."""
    for row in known.reference.rows("searches"):
        yield Opening(row.actor, row.at)
