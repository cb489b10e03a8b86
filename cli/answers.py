"""How answers of the store are asked for and printed: common options, NDJSON for pipes, tables for people."""

import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.addresses import open_store, resolved
from storage.client import QueryFailed, Store, Unavailable

Decorated = Callable[..., Any]
WHOLE, READ, USER = (
    "hallmonitor.store",
    "hallmonitor.read",
    "hallmonitor.user",
)  # what `asks_store` leaves in the command's context


class Instant(click.ParamType):
    """An ISO 8601 time; without an offset it is a time on the district's wall, which `Place.between` makes of it."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Text to a datetime, naive where it has no offset; a usage error on anything else."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-03-04 or 2026-03-04T14:00:00-05:00", param, ctx)


district = click.option("--district", default=None, help="Only this district. Default: all that are stored.")
as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per line on stdout, for other programs."
)
always_json = click.option(
    "--json", is_flag=True, expose_value=False, help="Changes nothing: what it prints is JSON without it, too."
)
limit = click.option(
    "--limit", default=200, show_default=True, type=click.IntRange(1, 9_999), help="Show at most this many."
)
since = click.option(
    "--from", "since", type=Instant(), help="From this time on: 2026-03-04T14:00, local to the district."
)
until = click.option("--to", "until", type=Instant(), help="Before this time; also local to the district.")


csv_file = click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Everything that matches, however much, as a CSV file; beside it FILE.manifest.json with the criteria, rows,"
    " SHA-256, who and when. --limit does not cut it.",
)


def asks_store(body: Decorated) -> Decorated:
    """Give a command the open store as its first argument, and turn the store's trouble into a plain error.

    With `--user` it is the store as that user may read it; without, the whole one: who may open the home folder can
    read all of it anyway, and goes by the name that the operating system has for them.
    """

    @functools.wraps(body)
    def command(*arguments: Any, read_by: str | None = None, **options: Any) -> Any:
        with closing(open_store()) as store:
            try:
                return body(_as_read_by(store, read_by), *arguments, **options)
            except (Unavailable, QueryFailed) as error:
                raise click.ClickException(str(error)) from error

    return _reads_as(command)


_reads_as = click.option(
    "--user", "read_by", help="Show what this user may read. Asks for the password, or takes HALLMONITOR_PASSWORD."
)


def _as_read_by(store: Store, actor: str | None) -> Store:
    context = click.get_current_context()
    context.meta[WHOLE] = context.meta[READ] = store
    if not actor:
        return store
    from casework.register import Register  # here, so that a question without a user does not wait for Kafka's client
    from casework.scope import reading
    from cli.acting import acting

    with Register(resolved(), store) as register:
        user = context.meta[USER] = acting(register, actor, None)
        read = context.meta[READ] = reading(store, user, resolved().hallmonitor_home)
        return read


def print_lines(rows: Iterable[Any]) -> None:
    """Structs as NDJSON."""
    for row in rows:
        click.echo(msgspec.json.encode(row))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], nothing: str) -> None:
    """A table on stdout; when there are no rows, `nothing` on stderr. Text from logs is never read as markup."""
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    if not table.rows:
        click.echo(nothing, err=True)
        return
    width = None if sys.stdout.isatty() else 200
    Console(width=width, highlight=False).print(table)


def printable(text: str) -> str:
    """Without control characters: what a log holds must not drive a terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)
