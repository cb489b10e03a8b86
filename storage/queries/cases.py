"""Which cases hold somebody or something, and which were shared with somebody: entities, for the fold to read."""

from collections.abc import Mapping, Sequence

from storage.client import Store
from storage.queries.casework import entities_decided
from storage.queries.where import Where


def cases_with(store: Store, held: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """District and entity of each case that ever held one of these; `held`: ids by what a case calls them."""
    where = Where()
    told = [_holds(where, name, ids) for name, ids in held.items() if ids]
    if not told:
        return []
    where.that("startsWith(entity, 'case:')").that(" OR ".join(told))
    return entities_decided(store, where)


def shared(store: Store, name: str) -> list[tuple[str, str]]:
    """District and entity of each case that was ever shared with a user."""
    where = Where().equal("kind", "case.shared").equal("JSONExtractString(body, 'with')", name)
    return entities_decided(store, where)


def _holds(where: Where, name: str, ids: Sequence[str]) -> str:
    told = f"JSONExtract(body, {where.bind(name, 'String')}, 'Array(String)')"
    return f"hasAny({told}, {where.bind(list(ids), 'Array(String)')})"
