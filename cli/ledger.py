"""`hallmonitor ledger`: verify that nothing stored was changed, prove a row, check a proof, show the public key."""

import sys
from contextlib import closing
from pathlib import Path

import click
import msgspec
from kafka.errors import KafkaError

from casework.exports.one_file import NotOurs, check_file
from cli import answers
from cli.addresses import resolved
from cli.asked import Place
from cli.known import UsedWrongly
from cli.verifying import checked_stamps, verified
from cli.which import district_id
from cli.whole_file import write_whole
from model.clock import now
from model.kafka_client import ends
from model.keyring import Ring, names
from model.mark import made_once
from model.settings import Settings
from storage.client import Store
from storage.ledger.chain import Entry, Fault
from storage.ledger.keys import NotAKey, public_pem, read_public, signer
from storage.ledger.ledger import open_ledger
from storage.ledger.proving import Found, NotProvable, find, pointer, prove
from storage.ledger.stamps import NotStamped, authority, folder_of, late, stamp
from storage.ledger.verify import HourReport, as_json
from storage.ledger.verifying import Asked, Outcome

_WORDS = {
    "intact": "as it was stored",
    "lawfully_destroyed": "destroyed under the schedule",
    "altered": "changed since it was stored",
    "missing": "removed, and no certificate says so",
    "extra": "added by somebody else",
}
_NAMED = 20  # rows of an hour that the table for people names


@click.group()
def command() -> None:
    """Check that nothing that is stored was changed since, prove single rows, check what was handed out.

    \b
    hallmonitor ledger verify maple-falls
    hallmonitor ledger prove 3f2a… --out proof.json
    hallmonitor ledger key > key.pem
    hallmonitor ledger check proof.json --key key.pem
    hallmonitor ledger check certificate.json --key key.pem
    hallmonitor ledger marks audit.log --out audit.log.key
    """


@command.command()
@click.argument("district")
@answers.since
@answers.until
@click.option("--quick", is_flag=True, help="Check only the signatures, the chain and the anchor; read no rows.")
@click.option("--json", "is_json", is_flag=True, help="A JSON list: one object for each hour and class.")
@answers.asks_store
def verify(store: Store, district: str, since: object, until: object, quick: bool, is_json: bool) -> None:
    """Compare every stored row of DISTRICT (a folder or an id) with the ledger. First it seals the current hour.

    So are the decisions that belong to no district, such as those about users.

    --from and --to are times of storing. Exit 1 if anything was altered, removed or added, or the chain is not whole.
    """
    settings = resolved()
    name = district_id(district)
    place = Place(store, name)
    first, last = place.between(since, until)  # type: ignore[arg-type]
    asked = Asked(name, f"{first:%Y-%m-%dT%H}" if first else "", f"{last:%Y-%m-%dT%H}" if last else "")
    with closing(open_ledger(settings)) as ledger:
        try:
            outcome = verified(settings, store, ledger, asked, quick)
            _tell_stamps(settings, name, ledger.book.entries(name))
        except NotStamped as error:
            raise click.ClickException(str(error)) from error
    _tell(name, outcome, is_json)
    sys.exit(0 if outcome.good else 1)


def _tell_stamps(settings: Settings, name: str, entries: list[Entry]) -> None:
    """Up to where the chain is time-stamped; nothing where no authority ever did."""
    found = checked_stamps(settings, name, entries)
    good = [one for one in found if one.at and not one.wrong]
    if good:
        upto = f"entry {good[-1].number} of {len(entries)}, at {good[-1].at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"time-stamped up to {upto}", err=True)
    if tardy := late(entries, found):
        since = f"the first is entry {tardy[0].number}"
        click.echo(f"{len(tardy)} entries say they were sealed a day or more before any stamp; {since}", err=True)


def _tell(name: str, outcome: Outcome, is_json: bool) -> None:
    reports = [*(_of_fault(name, one) for one in outcome.faults), *outcome.hours]
    if is_json:
        click.echo(msgspec.json.encode([as_json(one) for one in reports]))
        return
    columns = ("hour (UTC)", "class", "rows", "verdict", "which")
    answers.print_table(columns, map(_line, reports), "Nothing is sealed yet.")
    bad = sum(one.status not in ("intact", "lawfully_destroyed") for one in reports)
    rows = sum(one.sealed for one in reports)
    click.echo(f"{rows:,} rows sealed, {bad} of {len(reports)} hours and classes are not as they were stored", err=True)


def _of_fault(name: str, fault: Fault) -> HourReport:
    return HourReport(district=name, record_class="ledger", hour="", status="altered", says=fault.says)


def _line(one: HourReport) -> tuple[object, ...]:
    named = [f"{row.id} {row.status}" for row in one.rows[:_NAMED]]
    more = [f"and {len(one.rows) - _NAMED} more"] if len(one.rows) > _NAMED else []
    which = ", ".join([*named, *more]) or one.says or (one.certificate and f"certificate {one.certificate}")
    return one.hour, one.record_class, one.sealed, _WORDS[one.status], which


@command.command(name="prove")
@click.argument("row_id", metavar="EVENT_ID|VIOLATION_ID")
@answers.district
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the proof goes.")
@answers.asks_store
def prove_(store: Store, row_id: str, district: str | None, out: Path) -> None:
    """Write a proof that an event or a violation (its newest revision) is stored as it was sealed.

    The file contains the row itself: treat it with the same care. Exits 1 when there is no such row or no proof.
    """
    with closing(open_ledger(resolved())) as ledger:
        found = _one(find(store, row_id, district or ""), row_id)
        if pointer(ledger.book, found) is None:
            ledger.seal([found.district], now())
        try:
            made = prove(store, ledger.book, found)
        except NotProvable as error:
            raise click.ClickException(str(error)) from error
        write_whole(out, msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
        click.echo(f"{out}: {pointer(ledger.book, found)}", err=True)


def _one(found: list[Found], row_id: str) -> Found:
    if not found:
        raise click.ClickException(f"no event or violation {row_id} is stored")
    if len(found) > 1:
        homes = ", ".join(sorted({one.district for one in found}))
        raise UsedWrongly(f"{row_id} stands in several districts ({homes}): choose one with --district")
    return found[0]


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help="The public key, a PEM file: `hallmonitor ledger key`.")  # fmt: skip
def check(file: Path, key: Path) -> None:
    """Check a proof or a certificate of destruction with nothing but FILE and a public key: no store, no network.

    Exit 1 if it does not hold. A certificate that holds says what was destroyed, and who decided it.

    \b
    hallmonitor ledger check proof.json --key key.pem
    hallmonitor ledger check certificate.json --key key.pem
    """
    try:
        found = check_file(file.read_bytes(), read_public(key))
    except NotAKey as error:
        raise click.ClickException(str(error)) from error
    except NotOurs as error:
        raise click.ClickException(f"{file} is {error}") from error
    click.echo(answers.printable(f"holds: {found.says}" if found.holds else f"does not hold: {found.says}"))
    sys.exit(0 if found.holds else 1)


@command.command()
def key() -> None:
    """Print the public key that checks this installation's signatures, as PEM. Give it to the people who check them."""
    click.echo(public_pem(signer(Settings().hallmonitor_home).public), nl=False)


@command.command(name="stamp")
@click.argument("district")
def stamp_(district: str) -> None:
    """Have the newest entry of DISTRICT's chain time-stamped now by LEDGER_TSA (RFC 3161); the sink does so hourly."""
    settings, name = Settings(), district_id(district)
    with closing(open_ledger(settings)) as ledger:
        try:
            asked, entry = authority(settings), ledger.book.last(name)
            if asked is None or entry is None:
                raise NotStamped("LEDGER_TSA is not set" if asked is None else f"nothing of {name} is sealed yet")
            click.echo(stamp(entry, folder_of(settings), asked))
        except (NotStamped, OSError) as error:
            raise click.ClickException(f"not stamped: {error}") from error


@command.command()
@click.argument("topic", type=click.Choice(names()))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the key goes.")
def marks(topic: str, out: Path) -> None:
    """Write the key of the marks of one TOPIC, for a host that must not have the others.

    A host that only reads sources needs audit.log's. Put the file there as HALLMONITOR_HOME/ledger/marks/TOPIC.key.
    """
    if out.exists():
        raise UsedWrongly(f"{out} exists; a key is never overwritten")
    made_once(out, Ring(Settings().hallmonitor_home).key(topic))
    click.echo(f"{out}: whoever has this file can send records into {topic} that count as ours", err=True)


@command.command("new-marks")
@click.option("--yes", is_flag=True, help="All processes are stopped; do not ask.")
def new_marks(yes: bool) -> None:
    """Make new keys for the marks, as when a host that had one was broken into.

    Stop every process of this installation first, but not Kafka. What stands in Kafka now counts by the old keys, what
    comes later by the new ones. Hosts that were given keys need new files (`hallmonitor ledger marks`).
    """
    yes or click.confirm("Are all processes of this installation stopped?", abort=True)
    settings = resolved()
    try:
        Ring(settings.hallmonitor_home).renew(lambda: ends(settings))
    except KafkaError as error:
        raise click.ClickException(
            f"nothing was changed: Kafka did not say how far its topics reach ({error!r})"
        ) from error
    click.echo("New keys are made. Start the processes again.", err=True)
