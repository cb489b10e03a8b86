"""`hallmonitor dead-letters list / retry`: what could not be read, judged or stored, and sending it again."""

import sys
from getpass import getuser
from pathlib import Path

import click
from kafka.errors import KafkaError

from casework.users import User
from cli import answers
from cli.addresses import resolved
from cli.asked import Place
from cli.judging_as import whole_store
from cli.retry import Again, read_again, send_again
from model.clock import now
from model.dead_letter import STAGES, STRANGERS, DeadLetter
from producers.district_folder import Mistaken, open_district
from producers.source import sources_of
from storage.client import Store
from storage.queries.dead_letters import dead_letter, dead_letters, mark_retried


@click.group()
def command() -> None:
    """What could not be read, judged or stored."""


@command.command("list")
@click.option("--source", help="Only of this source.")
@click.option("--stage", type=click.Choice(STAGES), help="Only of this stage.")
@answers.district
@answers.limit
@answers.as_json
@answers.asks_store
def list_(store: Store, source: str | None, stage: str | None, district: str | None, limit: int, as_json: bool) -> None:
    """List them, newest first."""
    place = Place(store, district)
    found = dead_letters(store, district, source, stage, limit)
    if as_json:
        answers.print_lines(found)
        return
    columns = ("id", "source", "stage", "stored (local)", "bytes", "sent again", "reason", "raw begins")
    rows = (
        (
            d.dead_letter_id[:10],
            d.source_id,
            d.stage,
            place.wall(d.district).brief(d.stored_at),
            d.size,
            d.retries,
            d.reason,
            d.raw_begins[:60],
        )
        for d in found
    )
    answers.print_table(columns, rows, "No dead letters.")


@command.command("retry")
@click.argument("district_folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DISTRICT")
@click.argument("ids", nargs=-1)
@click.option("--again", is_flag=True, help="Also those that were sent again before.")
@answers.limit
@answers.asks_store
def retry(store: Store, district_folder: Path, ids: tuple[str, ...], again: bool, limit: int) -> None:
    """Read dead letters of the folder DISTRICT again, and send those that can be read now to its log.

    Without IDS it tries all of them. Dead letters of stage parse go through today's parser. Those of stage judge or
    store are sent as the events they were. Those of stage mark, which a stranger sent, are never sent. Exits 0 when all
    were sent, 1 when any was refused again. With --user it takes an administrator.
    """
    try:
        district = open_district(district_folder).district
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken
    whole, by = _sending_as(store, district.id)
    sources = {source.id: source for source in sources_of(district, district_folder)}
    letters = [one for one in _chosen(whole, district.id, ids, again, limit) if one.district == district.id]
    read = [read_again(letter, sources, now()) for letter in letters]
    good = [one for one in read if one.refused is None]
    for one in read:
        if one.refused is not None:
            click.echo(answers.printable(f"{one.letter.dead_letter_id} is refused still: {one.refused}"), err=True)
    sent = _send(district.id, good)
    mark_retried(whole, [one.letter for one in good], now(), by)
    click.echo(f"{len(good)} of {len(read)} dead letters sent again, as {sent} events", err=True)
    sys.exit(0 if len(good) == len(read) else 1)


def _sending_as(read: Store, district: str) -> tuple[Store, str]:
    """The store that is read whole, as the records are to be sent as they came, and who sends them."""
    user: User | None = click.get_current_context().meta.get(answers.USER)
    return whole_store("retry dead letters", district) if user else read, user.name if user else getuser()


def _chosen(store: Store, district: str, ids: tuple[str, ...], again: bool, limit: int) -> list[DeadLetter]:
    listed = dead_letters(store, district, limit=limit)
    wanted = ids or tuple(one.dead_letter_id for one in listed)
    done = set() if again else {one.dead_letter_id for one in listed if one.retries}
    if not ids:
        done |= {one.dead_letter_id for one in listed if one.stage == STRANGERS}
    found = [dead_letter(store, one) for one in wanted]
    for name, letter in zip(wanted, found, strict=True):
        if letter is None:
            raise click.UsageError(f"no dead letter {name}; `hallmonitor dead-letters list` lists them")
    return [letter for letter in found if letter and letter.dead_letter_id not in done]


def _send(district: str, good: list[Again]) -> int:
    try:
        return send_again(resolved(), district, good) if good else 0
    except (LookupError, KafkaError) as error:
        raise click.ClickException(f"not sent: {error}") from error
