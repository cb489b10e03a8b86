"""`hallmonitor status`: where the servers are, whether they answer, and what each room has to say of itself.

A room adds its section (lag, rates, sources, dead letters) as one more line in SECTIONS.
"""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from cli.accounts import accounts, clocks
from cli.lag import lag
from infra.local.readiness import servers
from model.settings import Settings
from producers.listen import counted
from producers.pull.kept import pulls
from producers.source import PULLED, SYSLOG
from storage.ledger.book import NAME, Book
from storage.ledger.keys import FOLDER

Section = Callable[[Settings, dict[str, Any]], Any]


def unreadable(settings: Settings, _: dict[str, Any]) -> int:
    """Decisions that lie in Kafka in boxes whose keys were lost with the home's ledger.db."""
    if not (settings.hallmonitor_home / FOLDER / NAME).exists():
        return 0
    with closing(Book(settings.hallmonitor_home)) as book:
        return book.boxes_without_key()


# Name in the JSON and heading of the table → what fills it. It gets the settings, and the first section's answer;
# it is asked only while both servers answer. A section whose value is a list of flat dicts is printed as a table.
SECTIONS: dict[str, Section] = {
    "lag": lag,
    "sources": accounts,
    "clocks": clocks,
    "pulls": lambda settings, _: pulls(settings.hallmonitor_home / PULLED),
    "unreadable_decisions": unreadable,
    "listeners": lambda settings, _: counted(settings.hallmonitor_home / SYSLOG),
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> None:
    """Say where Kafka and ClickHouse are and whether they answer, how far judging and storing are behind, and what
    became of all that was read, by source. Exits 0 when both servers answer, 1 when one does not."""
    settings = Settings()
    facts = servers(settings.hallmonitor_home, settings.kafka_bootstrap, settings.clickhouse_url)
    if facts["ready"]:
        facts |= {name: section(settings, facts) for name, section in SECTIONS.items()}
    if as_json:
        click.echo(json.dumps(facts, indent=1))
    else:
        _print(facts)
    sys.exit(0 if facts["ready"] else 1)


def _print(facts: dict[str, Any]) -> None:
    console = Console(highlight=False)
    for name, value in facts.items():
        if isinstance(value, list) and value:
            _print_rows(console, name, [{_heading(key): _plain(one) for key, one in row.items()} for row in value])
        elif not isinstance(value, list):
            console.print(f"{_heading(name):<18} {_plain(value)}")


def _print_rows(console: Console, name: str, rows: list[dict[str, str]]) -> None:
    """As a table where the screen is wide enough, else each row as a sentence: no word is ever cut off."""
    table = Table(*rows[0], title=name, title_justify="left")
    for row in rows:
        table.add_row(*row.values())
    if console.measure(table, options=console.options.update(max_width=10_000)).maximum <= console.width:
        console.print(table)
        return
    for row in rows:
        console.print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in row.items()), markup=False)


def _heading(key: str) -> str:
    """A key of the JSON, whose spelling stays as it is, as Americans write it."""
    return key.replace("_", " ").replace("recognised", "recognized")


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    return str(value)
