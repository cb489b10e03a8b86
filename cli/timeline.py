"""`hallmonitor timeline SUBJECT`: everything about a person, account, device, address or host, over all sources."""

import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from cli import answers, recording
from cli.asked import Place, whom
from cli.csv_export import export
from dashboard.plain_names import action
from dashboard.words import counted
from model.vocabulary import SENSITIVE
from storage.client import Store
from storage.queries.event_rows import StoredEvent
from storage.queries.names import named
from storage.queries.subject import Subject
from storage.queries.timeline import Span, page
from storage.queries.violations import Filter, count, queue

MOST_VIOLATIONS = 50  # that are listed beside a timeline


@click.command()
@click.argument("text", metavar="SUBJECT")
@answers.since
@answers.until
@click.option("--source", "source_ids", multiple=True, help="Only this source; may be repeated.")
@click.option("--category", "categories", multiple=True, type=click.Choice(("auth", "vpn", "proxy", "device")))
@click.option("--newest-first", is_flag=True, help="Default: in the order it happened.")
@click.option("--after", help="Go on after a page: what the page before said on stderr.")
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
    since: datetime | None,
    until: datetime | None,
    source_ids: tuple[str, ...],
    categories: tuple[str, ...],
    newest_first: bool,
    after: str | None,
    purpose: str,
    case: str | None,
    csv_file: Path | None,
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show everything about SUBJECT: a person's name, an account, device, address, MAC or host.

    Put a kind before it to look for that kind only: person:p17, account:tbell, device:…, address:…, mac:…, host:…. A *
    stands for any text. An account with a realm (tbell@gmail.com) means the account of that realm only. Times are the
    district's local times unless they carry an offset. Violations that name SUBJECT or use it as evidence are listed
    on stderr.

    Exits 0 when something is stored about it, 1 when nothing is, 2 when several people have that name; they are then
    listed.

    \b
    hallmonitor timeline "Theo Bell" --from 2026-03-04 --to 2026-03-05
    hallmonitor timeline device:LAB-07 --csv lab-07.csv
    """
    place = Place(store, district)
    sought = whom(store, place, text)
    first, last = place.between(since, until)
    span = Span(since=first, until=last, source_ids=source_ids, categories=categories)
    keep = partial(recording.record, place=place, sought=sought, span=span, purpose=purpose, case=case)
    if csv_file:
        sys.exit(0 if export(store, place, sought, span, csv_file, keep) else 1)
    try:
        found = page(store, district, sought, span, limit, after, "newest" if newest_first else "oldest")
    except ValueError as error:
        raise click.UsageError(f"--after {after!r} is not what a page said") from error
    keep("timeline", rows=len(found.events))
    print_events(store, place, found.events, as_json)
    print_violations(store, place, sought, span)
    if found.after:
        click.echo(f"there is more: --after '{found.after}'", err=True)
    sys.exit(0 if found.events else 1)


def print_events(store: Store, place: Place, events: list[StoredEvent], as_json: bool) -> None:
    """Events as NDJSON, or as a table with local times and people's names."""
    if as_json:
        answers.print_lines(events)
        return
    people = named(store, place.wanted, {name for one in events for name in (one.person, one.site) if name})
    seen = ("local time", "logged by", "what happened", "outcome", "account", "person", "device", "address")
    rows = (_row(event, place, people) for event in events)
    answers.print_table((*seen, "school", "what"), rows, "Nothing is stored that matches.")


def print_violations(store: Store, place: Place, sought: Subject, span: Span) -> None:
    """On stderr: the violations about the subject, and those in whose evidence it stands."""
    wanted = Filter(evidence_of=sought, over=(span.since, span.until))
    found = queue(store, place.wanted, wanted, "oldest", MOST_VIOLATIONS)
    if not found:
        return
    click.echo(
        f"\n{counted(count(store, place.wanted, wanted), 'violation')} about it or with it as evidence:", err=True
    )
    for one in found:
        when = place.wall(one.district).brief(one.started_at)
        click.echo(answers.printable(f"  {one.violation_id[:10]}  {when}  {one.status}  {one.headline}"), err=True)


def _sensitive(event: StoredEvent) -> str | None:
    return SENSITIVE if event.url_category == SENSITIVE else None


def _row(event: StoredEvent, place: Place, people: dict[tuple[str, str], str]) -> tuple[str | None, ...]:
    what = event.domain or event.destination or _sensitive(event) or event.reason or event.vendor_action
    device = event.device_id or event.device or event.mac
    outcome = event.verdict or event.outcome
    at = place.wall(event.district).second(event.occurred_at) if event.occurred_at else None
    called = people.get(("person", event.person or ""))
    person = f"{called} ({event.person})" if called else event.person
    seen = (at, event.source_id, action(event.action), outcome)
    school = people.get(("site", event.site or ""), event.site)
    return (*seen, place.account(event), person, device, event.address, school, what)
