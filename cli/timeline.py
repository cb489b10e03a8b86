"""`hallmonitor timeline SUBJECT`: everything about a person, account, device, address or host, over all sources."""

import sys
from datetime import datetime

import click

from cli import answers
from storage.client import Store
from storage.queries.event_rows import StoredEvent
from storage.queries.subject import subject
from storage.queries.timeline import Span, page


@click.command()
@click.argument("text", metavar="SUBJECT")
@answers.since
@answers.until
@click.option("--source", "source_ids", multiple=True, help="Only this source; may be repeated.")
@click.option("--category", "categories", multiple=True, type=click.Choice(("auth", "vpn", "proxy", "device")))
@click.option("--newest-first", is_flag=True, help="Default: in the order it happened.")
@click.option("--after", help="Go on after a page: what the page before said on stderr.")
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
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Everything about SUBJECT: a name, or person:NAME, account:NAME, device:…, address:…, mac:…, host:….

    A * stands for any text. Exit 1 if nothing is stored about it.
    """
    span = Span(since=since, until=until, source_ids=source_ids, categories=categories)
    try:
        found = page(store, district, subject(text), span, limit, after, "newest" if newest_first else "oldest")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    print_events(found.events, as_json)
    if found.after:
        click.echo(f"there is more: --after '{found.after}'", err=True)
    sys.exit(0 if found.events else 1)


def print_events(events: list[StoredEvent], as_json: bool) -> None:
    """Events as NDJSON or as a table."""
    if as_json:
        answers.print_lines(events)
        return
    columns = ("time", "source", "action", "outcome", "account", "person", "device", "address", "site", "what")
    answers.print_table(columns, (_row(event) for event in events), "Nothing is stored that matches.")


def _row(event: StoredEvent) -> tuple[str | None, ...]:
    what = event.domain or event.destination or event.reason or event.vendor_action
    device = event.device_id or event.device or event.mac
    outcome = event.verdict or event.outcome
    seen = (event.occurred_at, event.source_id, event.action, outcome)
    return (*seen, event.account, event.person, device, event.address, event.site, what)
