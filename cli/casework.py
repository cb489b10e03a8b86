"""`hallmonitor casework`: what people decided, what was refused, who searched, who failed to log in."""

import sys

import click

from casework.fold import Entry, histories
from casework.register import Register
from casework.shown import shown
from cli import answers
from cli.addresses import resolved
from cli.asked import Place
from storage.client import Store
from storage.queries.casework import matching, of_entities


@click.command()
@click.option("--kind", "kinds", multiple=True, help="Only this kind (hold.placed, user.login_failed); may repeat.")
@click.option("--actor", help="Only what this person did.")
@click.option("--entity", help="Only this entity, as case:2026-0014.")
@answers.district
@answers.limit
@answers.as_json
@answers.asks_store
def command(
    store: Store,
    kinds: tuple[str, ...],
    actor: str | None,
    entity: str | None,
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List what people decided, the newest first: decisions, refusals, failed logins, searches.

    A decision that was written against an older version of its entity is kept and shown as rejected, with who was
    first. Exit 1 if nothing matches.
    """
    with Register(resolved(), store):
        found = matching(store, district=district, kinds=kinds, actor=actor, entity=entity, limit=limit)
        entries = in_place(store, [(one.district, one.entity, one.event_id) for one in found])
    if as_json:
        answers.print_lines(shown(entry) for entry in entries)
    else:
        place = Place(store, None)
        columns = ("when (local)", "district", "entity", "kind", "who", "role", "purpose", "outcome")
        answers.print_table(columns, (_line(place, entry) for entry in entries), "Nothing is recorded that matches.")
    sys.exit(0 if entries else 1)


def in_place(store: Store, wanted: list[tuple[str, str, str]]) -> list[Entry]:
    """Each of these decisions (district, entity, event id) as the fold of its entity sees it, in the order given."""
    entities = list(dict.fromkeys((home, entity) for home, entity, _ in wanted))
    folded = histories(of_entities(store, entities))
    by_id = {entry.event.event_id: entry for entries in folded.values() for entry in entries}
    return [by_id[one] for one in dict.fromkeys(event_id for _, _, event_id in wanted) if one in by_id]


def _line(place: Place, entry: Entry) -> tuple[str | None, ...]:
    event = entry.event
    at = place.wall(event.district).second(event.at)
    return (at, event.district, event.entity, event.kind, event.actor, event.role, event.purpose, _outcome(entry))


def _outcome(entry: Entry) -> str:
    if entry.holds:
        return ""
    return f"rejected: {entry.first.actor} was first ({entry.first.kind})" if entry.first else "rejected"
