"""What holds keep, as the store tells it: by what words and records they name their subjects, and how many rows."""

from collections.abc import Sequence

from casework.entities import Entity, Holding, cited, entities, keeps
from casework.holds import entity_of
from model.hold import Hold
from storage.client import Store
from storage.queries.casework import placed
from storage.retention import due
from storage.retention.subjects import about, vendors_of, words_of


def holdings(store: Store, district: str, holds: Sequence[Hold], found: Sequence[Entity]) -> list[Holding]:
    """Holds of a district, with what calls their subjects in the decisions that were found. Raises `Unavailable`."""
    vendors = vendors_of(store, district, holds)
    ids = {one for entity in found for one in cited(entity)} if holds else set()
    # Most of what decisions cite is about no hold: only what is about one is asked for hold by hold.
    held = about(store, district, holds, vendors, ids)
    return [
        Holding(one, words_of(store, district, one, vendors), about(store, district, [one], vendors, held))
        for one in holds
    ]


def held_rows(store: Store, district: str, hold: Hold) -> int:
    """How many rows a hold holds now: events, violations, dead letters, searches, and decisions but its own.

    Raises `Unavailable`.
    """
    found = [one for one in entities(placed(store, district)) if one.name != entity_of(hold.hold_id)]
    held = holdings(store, district, [hold], found)[0]
    return due.held_rows(store, district, hold) + sum(len(one.rows) for one in found if keeps(held, one))
