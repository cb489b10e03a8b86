"""`hallmonitor dead-letters list / retry`: what could not be read, judged or stored, and sending it again."""

import click

from cli import answers
from storage.client import Store
from storage.queries.dead_letters import dead_letters


@click.group()
def command() -> None:
    """What could not be read, judged or stored."""


@command.command("list")
@click.option("--source", help="Only of this source.")
@click.option("--stage", type=click.Choice(("parse", "judge", "store")), help="Only of this stage.")
@answers.district
@answers.limit
@answers.as_json
@answers.asks_store
def list_(store: Store, source: str | None, stage: str | None, district: str | None, limit: int, as_json: bool) -> None:
    """List them, newest first."""
    found = dead_letters(store, district, source, stage, limit)
    if as_json:
        answers.print_lines(found)
        return
    columns = ("id", "source", "stage", "stored", "bytes", "sent again", "reason", "raw begins")
    rows = (
        (d.dead_letter_id[:10], d.source_id, d.stage, d.stored_at[:19], d.size, d.retries, d.reason, d.raw_begins[:60])
        for d in found
    )
    answers.print_table(columns, rows, "No dead letters.")
