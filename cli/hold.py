"""`hallmonitor hold`: keep what a matter needs from being destroyed; place, list, release."""

import sys
import uuid
from datetime import datetime
from typing import Any

import click
import msgspec

from casework.fold import version
from casework.holdings import held_rows
from casework.holds import entity_of, hold_of, holds
from casework.register import Register, decision
from cli import answers
from cli.acting import acting, asks_register, decide, in_district, named, role_of
from cli.asked import Place, listed
from cli.which import district_id
from model.clock import now
from model.event import format_at
from model.hold import KINDS, Hold
from storage.queries.sources import sources
from storage.queries.told import told

_RIGHT = "place holds"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Keep records from being destroyed while a matter needs them, whatever the retention schedule says.

    A matter is a records request, a lawsuit, an incident or an audit. Several matters can hold the same records; they
    are free when all of them have released them.
    """


@command.command()
@click.argument("district")
@click.option(
    "--matter",
    required=True,
    help="The number of the request or the name of the case. It stands in certificates, for ever: name no person.",
)
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What the matter is.")
@click.option("--reason", required=True, help="Why the records must be kept.")
@click.option("--account", "accounts", multiple=True, help="Rows of this account; may repeat.")
@click.option("--person", "persons", multiple=True, help="Rows of this person (id); may repeat.")
@click.option("--device", "devices", multiple=True, help="Rows of this device; may repeat.")
@click.option("--domain", "domains", multiple=True, help="Rows about this web domain and hosts below it; may repeat.")
@click.option("--vendor", "vendors", multiple=True, help="Rows of this vendor's accounts; may repeat.")
@click.option("--source", "sources", multiple=True, help="Only rows of this source; may repeat.")
@answers.since
@answers.until
@answers.always_json
@named
@asks_register
def place(
    register: Register, district: str, since: datetime | None, until: datetime | None, actor: str | None, **said: Any
) -> None:
    """Place a hold in DISTRICT (a folder or an id). Prints {hold_id, rows}.

    It holds the rows about any of the accounts, people, devices, domains and vendors that you name. If you name none,
    it holds all rows of the time. It works at once, and also for rows that are stored later.
    """
    home = district_id(district)
    user = acting(register, actor, _RIGHT)
    in_district(register, user, _RIGHT, home)
    first, last = Place(register.store, home).between(since, until)
    if first and last and first >= last:
        raise click.UsageError("the time to hold ends before it begins (--from, --to): this would hold nothing")
    _check_sources(register, home, said["sources"])
    hold = Hold(
        hold_id=uuid.uuid4().hex[:12],
        district=home,
        since=format_at(first) if first else None,
        until=format_at(last) if last else None,
        **said,
    )
    told: dict[str, Any] = {"actor": user.name, "role": role_of(user, _RIGHT), "district": home, "body": hold.said()}
    decide(register, decision(entity_of(hold.hold_id), "hold.placed", now(), **told))
    answer = {"hold_id": hold.hold_id, "rows": held_rows(register.store, home, hold)}
    click.echo(msgspec.json.encode(answer))


def _check_sources(register: Register, home: str, named: tuple[str, ...]) -> None:
    """A source that nobody knows would hold nothing; one of district.yaml may not have sent anything yet."""
    declared = {one.key for one in told(register.store, home, ["source"])} if named else set()
    if declared.issuperset(named):
        return
    known = declared | {one.source_id for one in sources(register.store, home, now())}
    if wrong := [one for one in named if one not in known]:
        raise click.UsageError(f"{home} has no source {wrong[0]!r}; there are {', '.join(sorted(known)) or 'none'}")


@command.command("list")
@click.argument("district", required=False)
@click.option("--all", "released", is_flag=True, help="Those that were released, too.")
@answers.as_json
@asks_register
def list_(register: Register, district: str | None, released: bool, as_json: bool) -> None:
    """List the holds of DISTRICT, or of all. Exit 1 if there is none."""
    found = [one for one in holds(register.store, listed(register.store, district)) if one.stands or released]
    if as_json:
        answers.print_lines(found)
    else:
        columns = ("hold", "matter", "kind", "holds", "placed by", "placed", "released", "district")
        answers.print_table(columns, map(_line, found), "No hold stands.")
    sys.exit(0 if found else 1)


def _line(one: Hold) -> tuple[object, ...]:
    subjects = (
        ", ".join([*one.accounts, *one.persons, *one.devices, *one.domains, *one.vendors, *one.sources]) or "everything"
    )
    span = " ".join(word for word in (one.since and f"from {one.since}", one.until and f"to {one.until}") if word)
    holds_what = f"{subjects} {span}".strip()
    return one.hold_id, one.matter, one.kind, holds_what, one.placed_by, one.placed_at, one.released_at, one.district


@command.command()
@click.argument("hold_id")
@click.option("--reason", required=True, help="Why it no longer holds.")
@named
@asks_register
def release(register: Register, hold_id: str, reason: str, actor: str | None) -> None:
    """Release the hold HOLD_ID. Rows that another matter holds are still kept."""
    user = acting(register, actor, _RIGHT, entity_of(hold_id))
    found = hold_of(register.store, hold_id)
    if found is None or not found.stands:
        raise click.ClickException(f"no hold {hold_id} stands; `hallmonitor hold list DISTRICT --all`")
    in_district(register, user, _RIGHT, found.district)
    seen = version(register.of(found.district, entity_of(hold_id)))
    told: dict[str, Any] = {"actor": user.name, "role": role_of(user, _RIGHT), "district": found.district}
    body = {"reason": reason}
    event = decision(entity_of(hold_id), "hold.released", now(), expected_version=seen, body=body, **told)
    decide(register, event)
    click.echo(f"{hold_id} released", err=True)
