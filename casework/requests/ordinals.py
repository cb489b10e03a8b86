"""Which of its district's requests one is, for ever: its production takes from it the words for people."""

from casework.requests.request import Request, entity_of
from storage.client import Store
from storage.queries.casework import destroyed_numbers, of_noun


def ordinal_of(store: Store, request: Request) -> int:
    """The ordinal of a request, from 0: it was kept when the request was opened. Raises `Unavailable`.

    One of an earlier release kept none: its ordinal is its place in the log, behind those that were destroyed.
    """
    if request.ordinal is not None:
        return request.ordinal
    own = _order(request.request_id)
    destroyed = destroyed_numbers(store, "request", request.district)
    stored = list(_kept(store, request.district))
    gone = destroyed - {one.partition(":")[2] for one in stored}
    return stored.index(entity_of(request.request_id)) + sum(_order(one) < own for one in gone)


def next_ordinal(store: Store, district: str, lost: int = 0) -> int:
    """One that no request of the district has or had, destroyed ones included. Raises `Unavailable`.

    `lost`: decisions that nobody can read any more; each opened a request, or may have.
    """
    kept = _kept(store, district)
    ever = {one.partition(":")[2] for one in kept} | destroyed_numbers(store, "request", district)
    return max(len(ever) + lost, *(one + 1 for one in kept.values()), 0)


def _kept(store: Store, district: str) -> dict[str, int]:
    """What the opening of each stored request keeps, by entity, in the log's order; -1 where it keeps none."""
    kept: dict[str, int] = {}
    for one in of_noun(store, district, "request"):
        if one.kind == "request.opened":
            ordinal = one.body.get("ordinal")
            kept.setdefault(one.entity, ordinal if isinstance(ordinal, int) else -1)
    return kept


def _order(request_id: str) -> tuple[str, int, str]:
    """Numbers in the order in which they were given: 2026-9999 comes before 2026-10000."""
    return request_id[:5], len(request_id), request_id
