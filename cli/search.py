"""`hallmonitor search TEXT`: events by account, person, device, address, MAC or host."""

import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from cli import answers, recording
from cli.asked import Place, whom
from cli.csv_export import Keep, export
from cli.timeline import print_events
from storage.client import Store
from storage.queries.names import named
from storage.queries.search import search
from storage.queries.subject import Subject
from storage.queries.timeline import Span, page


@click.command()
@click.argument("text")
@click.option("--names", is_flag=True, help="Only the names that match, with how many events each has.")
@answers.since
@answers.until
@recording.purpose
@recording.case
@answers.csv_file
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
    purpose: str,
    case: str | None,
    csv_file: Path | None,
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find events whose account, person, device, address, MAC or host is TEXT; * stands for any text.

    A person may be named as the district's tables name them: "Theo Bell", "bell, theo", "th* bell". The newest come
    first. Times are the district's local times unless they carry an offset.

    Exits 0 when something matches, 1 when nothing does, 2 when several people have that name; they are then listed.
    A kind before a colon leaves people's names out: "account:bell*", "device:lt-*".
    """
    place = Place(store, district)
    sought = whom(store, place, text)
    first, last = place.between(since, until)
    span = Span(since=first, until=last)
    keep = partial(recording.record, place=place, sought=sought, span=span, purpose=purpose, case=case)
    if csv_file:
        sys.exit(0 if export(store, place, sought, span, csv_file, keep) else 1)
    if names:
        sys.exit(0 if _names(store, place, sought, span, limit, as_json, keep) else 1)
    found = page(store, district, sought, span, limit)
    keep("search", rows=len(found.events))
    print_events(store, place, found.events, as_json)
    if found.after:
        click.echo(f"only the newest {limit}; --limit for more, --csv FILE for all of them", err=True)
    sys.exit(0 if found.events else 1)


def _names(store: Store, place: Place, sought: Subject, span: Span, limit: int, as_json: bool, keep: Keep) -> int:
    found = search(store, place.wanted, sought, span.since, span.until, limit)
    keep("search", rows=len(found))
    if as_json:
        answers.print_lines(found)
        return len(found)
    called = named(store, place.wanted, [one.name for one in found if one.kind == "person"])
    columns = ("kind", "name", "called", "events", "first (local)", "last (local)")
    rows = (
        (m.kind, m.name, called.get((m.kind, m.name)), m.events, _moment(place, m.first_at), _moment(place, m.last_at))
        for m in found
    )
    answers.print_table(columns, rows, "Nothing is stored that matches.")
    return len(found)


def _moment(place: Place, at: str) -> str:
    return place.wall(place.wanted or "").brief(at)
