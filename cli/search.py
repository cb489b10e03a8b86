"""`hallmonitor search TEXT`: events by account, person, device, address, MAC or host."""

import sys
from datetime import datetime

import click

from cli import answers
from cli.timeline import print_events
from storage.client import Store
from storage.queries.search import search
from storage.queries.subject import Subject, subject
from storage.queries.timeline import Span, page


@click.command()
@click.argument("text")
@click.option("--names", is_flag=True, help="Only the names that match, with how many events each has.")
@answers.since
@answers.until
@answers.district
@answers.limit
@answers.as_json
@answers.asks_store
def command(
    store: Store,
    text: str,
    names: bool,
    since: datetime | None,
    until: datetime | None,
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find events whose account, person, device, address, MAC or host is TEXT; * stands for any text.

    The newest come first. Exit 1 if nothing matches.
    """
    sought = _sought(text)
    if names:
        sys.exit(0 if _names(store, district, sought, since, until, limit, as_json) else 1)
    found = page(store, district, sought, Span(since=since, until=until), limit)
    print_events(found.events, as_json)
    if found.after:
        click.echo(f"only the newest {limit}; --limit for more, --from and --to for less", err=True)
    sys.exit(0 if found.events else 1)


def _sought(text: str) -> Subject:
    try:
        return subject(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _names(
    store: Store,
    district: str | None,
    sought: Subject,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
) -> int:
    found = search(store, district, sought, since, until, limit)
    if as_json:
        answers.print_lines(found)
    else:
        rows = ((m.kind, m.name, m.events, m.first_at, m.last_at) for m in found)
        answers.print_table(("kind", "name", "events", "first", "last"), rows, "Nothing is stored that matches.")
    return len(found)
