"""`hallmonitor searches`: who looked for whom, why, and how much they were shown."""

import json
import sys

import click

from casework.fold import Entry
from casework.register import Register
from casework.searches import searches
from casework.shown import shown
from cli import answers
from cli.addresses import resolved
from cli.asked import Place
from model.casework import CaseworkEvent
from storage.client import Store


@click.command()
@click.option("--by", help="Only what this person searched.")
@click.option("--about", help="Only searches for this person (id), account, device, address or text.")
@answers.district
@answers.limit
@answers.as_json
@answers.asks_store
def command(store: Store, by: str | None, about: str | None, district: str | None, limit: int, as_json: bool) -> None:
    """List searches, timelines and exports, the newest first. Exit 1 if there is none.

    With --user NAME, a reviewer sees everybody's searches, and everyone else sees their own.
    """
    with Register(resolved(), store) as register:
        found = searches(register, district=district, by=by, about=about)[:limit]
    if as_json:
        for one in found:
            click.echo(json.dumps(shown(Entry(one, 1))))
    else:
        place = Place(store, None)
        columns = ("when (local)", "district", "who", "role", "purpose", "case", "how", "looked for", "rows")
        answers.print_table(columns, (_line(place, one) for one in found), "Nobody searched for that.")
    sys.exit(0 if found else 1)


def _line(place: Place, one: CaseworkEvent) -> tuple[str | None, ...]:
    at = place.wall(one.district).second(one.at)
    body = one.body
    asked = (body.get("case"), body.get("how"), body.get("query"), str(body.get("rows")))
    return (at, one.district, one.actor, one.role, one.purpose, *asked)
