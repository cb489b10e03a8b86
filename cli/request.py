"""`hallmonitor request`: records requests from intake to the close; open, collect, decide, extend, letter, close."""

import sys
from contextlib import closing
from datetime import date, datetime
from getpass import getuser
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import msgspec

from casework.production.hands import HandsLost, cores
from casework.production.of_request import By, Superseded, produce_request, warnings
from casework.production.produce import NotOneStudent
from casework.production.scan import Leak
from casework.register import Register
from casework.requests import steps
from casework.requests.request import ACTIONS, Decision, Request, Target, days_left, entity_of
from casework.requests.rules import RequestRefused, classes_of, codes
from casework.requests.steps import Actor, Asked
from casework.requests.writing import write_letter
from casework.scope import why_not_answer
from casework.users import User
from cli import answers
from cli.acting import acting, asks_register, in_district, named, role_of, without_conflict
from cli.addresses import resolved
from cli.asked import Place, listed, whom
from cli.clock import Day, calendar_of
from cli.known import near
from cli.request_shown import facts_of, print_all, row_of, told_of
from cli.which import district_id, is_folder
from cli.whole_file import write_whole
from model.clock import now
from model.event import format_at
from model.law import LETTERS, LetterKind, load_law
from storage.ledger.ledger import open_ledger
from storage.queries.responsive import Criteria

RIGHT = "answer requests"


class Requests(click.Group):
    """Commands whose refusals are said in a sentence, with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except RequestRefused as refused:
            raise click.ClickException(str(refused)) from refused


@click.group(cls=Requests, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Answer a request for public records, or a parent's request under FERPA.

    A request has a number, a clock by its law, and a hold, so that nothing it asks for is destroyed.

    \b
    hallmonitor request open maple-falls --law ok.ora --received 2026-03-04 --requester "Pat Doe" \\
        --text "Log-ins of account tbell in March" --account tbell --from 2026-03-01 --to 2026-04-01 --user ruth
    hallmonitor request decide 2026-0001 --column address --action redact --code OK-HOME --user ruth
    hallmonitor request letter 2026-0001 acknowledgement --out letter.pdf --user ruth

    Not legal advice: a person decides what the law requires. docs/records.md explains it.
    """


@command.command("open")
@click.argument("district")
@click.option("--law", "law_id", required=True, help="ca.pra, wa.pra, ma.prr, ok.ora or us.ferpa.")
@click.option("--received", required=True, type=Day(), help="The day it was received, as 2026-03-04.")
@click.option("--requester", required=True, help="Who asks: name and how to reach them. It stands in the letters.")
@click.option("--text", required=True, help="What is asked for, in their words.")
@click.option("--account", "accounts", multiple=True, help="Rows of this account, acting or acted upon; may repeat.")
@click.option("--person", "persons", multiple=True, help="Rows attributed to this person (id or name); may repeat.")
@click.option("--device", "devices", multiple=True, help="Rows of this device; may repeat.")
@click.option("--domain", "domains", multiple=True, help="Rows about this web domain and hosts below it; may repeat.")
@click.option(
    "--classes", multiple=True, help="Only auth_events, vpn_events, proxy_events or device_events; may repeat."
)
@click.option("--from", "since", required=True, type=answers.Instant(), help="From this time on, local.")
@click.option("--to", "until", required=True, type=answers.Instant(), help="Up to, not including, this time, local.")
@answers.always_json
@named
@asks_register
def open_(register: Register, district: str, actor: str | None, since: datetime, until: datetime, **said: Any) -> None:
    """Open a request in DISTRICT (a folder or an id). Prints {request_id, due, clock, hold_id, responsive}.

    It is about the rows of any of the accounts, people, devices and domains that you name; if you name none, about all
    rows of the time. An identifier that only stands in somebody else's raw line is not responsive.
    """
    home = district_id(district)
    user = acting(register, actor, RIGHT)
    in_district(register, user, RIGHT, home)
    place = Place(register.store, home)
    first, last = place.between(since, until)
    persons = [whom(register.store, place, one).text for one in said["persons"]]
    criteria = Criteria(
        accounts=said["accounts"],
        persons=tuple(persons),
        devices=said["devices"],
        domains=said["domains"],
        classes=classes_of(said["classes"]),
        since=format_at(first or since),
        until=format_at(last or until),
    )
    _without_conflict(register, user, criteria, "request:")
    asked = Asked(said["law_id"], said["received"], said["requester"], said["text"], criteria)
    where = steps.place_of(register.store, place.district(home))
    if is_folder(district):
        where = where._replace(closed=_closed_by(district))
    _warn_of_law(asked.law, where.state)
    made = steps.open_request(register, load_law(), where, asked, _actor(user), now())
    told = ("request_id", "due", "clock", "hold_id", "responsive", "produce_by")
    click.echo(msgspec.json.encode({name: getattr(made, name) for name in told}))


@command.command()
@click.argument("request_id")
@answers.as_json
@named
@asks_register
def collect(register: Register, request_id: str, as_json: bool, actor: str | None) -> None:
    """Count the rows that are responsive to REQUEST_ID now, by class and source, and keep the number."""
    found, by = _deciding(register, request_id, actor) if actor else (_found(register, request_id), _system())
    counted = steps.collect(register, found, by, now())
    made = steps.request_of(register.store, request_id)
    if as_json:
        told = {"request_id": request_id, "responsive": made.responsive, "undated": made.undated, "counted": counted}
        click.echo(msgspec.json.encode(told))
        return
    click.echo(f"{request_id}: {made.responsive:,} rows are responsive", err=True)
    if made.undated:
        click.echo(f"{made.undated:,} more have no time that could be read: look at them by hand", err=True)
    columns = ("class", "source", "rows", "first (UTC)", "last (UTC)")
    rows = ((one.record_class, one.source_id, one.rows, one.first_at, one.last_at) for one in counted)
    answers.print_table(columns, rows, "No row is responsive.")


@command.command()
@click.argument("request_id")
@answers.as_json
@named
@asks_register
def show(register: Register, request_id: str, as_json: bool, actor: str | None) -> None:
    """Show REQUEST_ID: what is asked, its clock, its decisions, letters and productions."""
    found = _deciding(register, request_id, actor)[0] if actor else _found(register, request_id)
    today = _today(register, found)
    if as_json:
        click.echo(msgspec.json.encode(told_of(found, today)))
        return
    for name, value in facts_of(found, today):
        click.echo(f"{name:<12} {answers.printable(value)}")


@command.command("list")
@click.argument("district", required=False)
@click.option("--all", "closed", is_flag=True, help="Those that were closed, too.")
@answers.as_json
@asks_register
def list_(register: Register, district: str | None, closed: bool, as_json: bool) -> None:
    """List the requests of DISTRICT, or of all, those due first at the top. Exit 1 if there is none."""
    found = [
        one for one in steps.requests(register.store, listed(register.store, district)) if closed or not one.closed_at
    ]
    left = [(days_left(one, _today(register, one)), one) for one in found]
    left.sort(key=lambda pair: (pair[1].closed_at is not None, pair[0] is None, pair[0] or 0, pair[1].request_id))
    if as_json:
        answers.print_lines(row_of(days, one) for days, one in left)
    else:
        columns = ("request", "days left", "due", "law", "requester", "rows", "status", "district")
        rows = ((one.request_id, "no day" if days is None else days, one.due, one.law, one.requester, one.responsive,
                 one.status, one.district) for days, one in left)  # fmt: skip
        answers.print_table(columns, rows, "No request is open.")
    sys.exit(0 if found else 1)


@command.command()
@click.argument("request_id", required=False)
@click.option("--reason", help="One of the law's reasons, by its short word.")
@click.option("--reasons", is_flag=True, help="List the reasons that the law allows.")
@click.option("--until", type=Day(), help="The day it is extended to. Default: the last day that the law gives.")
@click.option("--note", default="", help="The facts behind the reason; they stand in the letter.")
@click.option("--law", "law_id", help="With --reasons: of this law.")
@answers.as_json
@named
@asks_register
def extend(
    register: Register, request_id: str | None, reason: str | None, reasons: bool, until: date | None, **said: Any
) -> None:
    """Take more time for REQUEST_ID, as its law allows it and no more."""
    law = load_law()
    if reasons:
        print_all(
            ({"law": name, "reason": word, "says": says, "needs": one.extension.needs}
             for name in _laws(register, request_id, said["law_id"]) if (one := law.requests[name]).extension
             for word, says in one.extension.reasons.items()),
            said["as_json"], "This law knows no extension.",
        )  # fmt: skip
        return
    if not reason:
        raise click.UsageError("say why: --reason; `request extend --reasons` lists the law's")
    found, by = _deciding(register, request_id, said["actor"])
    made = steps.extend(register, law, found, reason, until, said["note"], by, now())
    click.echo(msgspec.json.encode({"request_id": made.request_id, "due": made.due, "was_due": found.due}))
    if found.due and found.due < _today(register, found):
        click.echo(f"the first day, {found.due}, is past: most laws want the notice before it", err=True)


@command.command()
@click.argument("request_id", required=False)
@click.option("--row", help="The id of an event that is responsive.")
@click.option("--column", help="A field of events, such as address.")
@click.option("--person", help="A person's id.")
@click.option("--category", help="auth, vpn, proxy or device.")
@click.option("--action", type=click.Choice(ACTIONS), help="What is done with it.")
@click.option("--code", help="Which exemption holds it back; `--codes` lists them.")
@click.option("--note", default="", help="How the exemption applies, or why it is released.")
@click.option("--codes", "list_codes", is_flag=True, help="List the codes of the law's exemptions.")
@click.option("--law", "law_id", help="With --codes: of this law.")
@answers.as_json
@named
@asks_register
def decide(register: Register, request_id: str | None, list_codes: bool, **said: Any) -> None:
    """Release, redact or withhold a row, column, person or category of REQUEST_ID.

    A later decision about the same thing replaces an earlier one. What nobody decided is treated by the defaults in
    docs/records.md. Redacting a row or person strikes cells out; withholding it keeps the whole row back.
    """
    law = load_law()
    if list_codes:
        print_all(
            ({"law": name, "code": code, "title": one.title, "covers": one.covers, "explains": one.explains,
              "source": one.source, "status": one.status}
             for name in _laws(register, request_id, said["law_id"])
             for code, one in codes(law, name, now().date()).items()),
            said["as_json"], "There is no such law.",
        )  # fmt: skip
        return
    targets: tuple[Target, ...] = ("row", "column", "person", "category")
    chosen = [(one, said[one]) for one in targets if said[one]]
    if len(chosen) != 1 or not said["action"]:
        raise click.UsageError("say one of --row, --column, --person, --category, and --action release|redact|withhold")
    found, by = _deciding(register, request_id, said["actor"])
    made = Decision(
        target=chosen[0][0], value=chosen[0][1], action=said["action"], code=said["code"], note=said["note"]
    )
    after = steps.decide(register, law, found, made, by, now())
    click.echo(msgspec.json.encode({"request_id": after.request_id, "decision": after.decisions[-1]}))


@command.command()
@click.argument("request_id")
@click.argument("kind", type=click.Choice(LETTERS))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the PDF is written.")
@click.option("--available", type=Day(), help="The estimated day of the records. Default: the due day, if not past.")
@click.option("--responsible", multiple=True, help="Name and title of who is responsible; may repeat. Default: you.")
@answers.always_json
@named
@asks_register
def letter(register: Register, request_id: str, kind: LetterKind, out: Path, actor: str | None, **said: Any) -> None:
    """Write a letter of REQUEST_ID as a PDF: acknowledgement, determination, extension, denial, production.

    It holds what the request's law wants in it, and its citation. Read and sign it; the program sends nothing.
    """
    found, user = _answering(register, request_id, actor)
    made = write_letter(
        register, load_law(), found, kind, user, _actor(user), now(), said["available"], said["responsible"]
    )
    write_whole(out, made)
    click.echo(
        msgspec.json.encode(
            {"request_id": request_id, "kind": kind, "file": str(out), "sha256": sha256(made).hexdigest()}
        )
    )


@command.command()
@click.argument("request_id")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="An empty or new folder.")
@answers.always_json
@named
@asks_register
def produce(register: Register, request_id: str, out: Path, actor: str | None) -> None:
    """Write what REQUEST_ID releases into a signed folder: rows, withholding index, reconciliation, letter, manifest.

    The same decisions and data give the same bytes. A second look goes through every file for identifiers of anybody
    who should not be in it; if it finds one, nothing is written.
    """
    found, who = _deciding(register, request_id, actor)
    settings = resolved()
    with closing(open_ledger(settings)) as ledger:
        try:
            by = By(who.name, who.role, now())
            made = produce_request(register, ledger, settings, found, out, by, _progress, cores())
        except (Leak, NotOneStudent, Superseded, HandsLost) as refused:
            raise click.ClickException(str(refused)) from refused
    for said in warnings(found, made):
        click.echo(said, err=True)
    click.echo(msgspec.json.encode({"request_id": request_id, "folder": str(out), **msgspec.to_builtins(made.counts)}))


def _progress(step: str) -> None:
    click.echo(f"{step} …", err=True)


@command.command()
@click.argument("request_id")
@click.option("--reason", default="answered", show_default=True, help="How it ended.")
@named
@asks_register
def close(register: Register, request_id: str, reason: str, actor: str | None) -> None:
    """Close REQUEST_ID and release its hold. Rows that another matter holds are still kept."""
    found, by = _deciding(register, request_id, actor)
    steps.close(register, found, reason, by, now())
    click.echo(f"{request_id} closed; its hold {found.hold_id} is released", err=True)


def _answering(register: Register, request_id: str | None, name: str | None) -> tuple[Request, User]:
    """The request, and who answers it: signed in, with the right, in its district, and not asked about themselves.

    The right comes first: nobody else learns which requests there are, and each try is recorded.
    """
    if not request_id:
        raise click.UsageError("say which request: its number, as `request list` shows it")
    user = acting(register, name, RIGHT, entity_of(request_id))
    found = _found(register, request_id)
    in_district(register, user, RIGHT, found.district)
    _without_conflict(register, user, found.criteria, entity_of(request_id))
    return found, user


def _deciding(register: Register, request_id: str | None, name: str | None) -> tuple[Request, Actor]:
    found, user = _answering(register, request_id, name)
    return found, _actor(user)


def _found(register: Register, request_id: str) -> Request:
    return steps.request_of(register.store, request_id)


def _without_conflict(register: Register, user: User, criteria: Criteria, entity: str) -> None:
    without_conflict(register, user, RIGHT, entity, why_not_answer(register.store, user, criteria))


def _actor(user: User) -> Actor:
    return Actor(user.name, role_of(user, RIGHT))


def _system() -> Actor:
    return Actor(getuser(), "system")


def _laws(register: Register, request_id: str | None, law_id: str | None) -> list[str]:
    """The law of the request, or the one named, or all."""
    known = load_law().requests
    if request_id:
        return [steps.request_of(register.store, request_id).law]
    if law_id and law_id not in known:
        raise click.UsageError(f"there is no law {law_id!r}{near(law_id, known)}; there are {', '.join(known)}")
    return [law_id] if law_id else list(known)


def _today(register: Register, request: Request) -> str:
    wall = Place(register.store, None).wall(request.district)
    return now().astimezone(wall.zone).date().isoformat()


def _closed_by(folder: str) -> Any:
    calendar = calendar_of(Path(folder))
    return lambda day: not calendar.office_open(day)


def _warn_of_law(law_id: str, state: str | None) -> None:
    known = load_law().requests.get(law_id)
    if known and known.state and state and known.state != state:
        click.echo(f"{law_id} is the law of {known.state}, and the district is in {state}: is that meant?", err=True)
