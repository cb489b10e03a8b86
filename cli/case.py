"""`hallmonitor case`: open a case about violations, add to it, note, attach, share, close, show, list."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from casework import attachments
from casework.cases import (
    RIGHT,
    SUBJECTS,
    Case,
    case_of,
    cases,
    changed,
    opened,
    subjects_of,
)
from casework.register import Register
from casework.scope import reading, why_not_handle, why_not_share
from casework.searches import PurposeRefused, purpose_of
from casework.triage import OUTCOMES
from casework.users import User, user_of
from cli import answers, case_export, recording
from cli.acting import acting, asks_register, decide, named
from cli.addresses import resolved
from cli.asked import Place
from cli.case_of import case_for
from cli.found import violation
from cli.known import UsedWrongly
from dashboard import words
from dashboard.local_time import Wall
from model.clock import now
from storage.client import Store
from storage.queries.timeline import by_id

_violations = click.option("--violation", "violations", multiple=True, metavar="ID", help="A violation; may repeat.")
_case_id = click.argument("case_id", metavar="ID")
Decorated = Callable[..., Any]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Work on a case: everything that people do about one or more violations, with a chain of custody.

    \b
    hallmonitor case open --title "Shared login in the lab" --violation 3f2a --user ana
    hallmonitor case note 2026-0001 --text "Asked the teacher" --user ana
    hallmonitor case attach 2026-0001 photo.jpg --from "Officer Reed" --user ana
    hallmonitor case share 2026-0001 --with pat --user ana
    hallmonitor case export 2026-0001 --out case-2026-0001 --user ana
    hallmonitor case close 2026-0001 --outcome confirmed --user ana
    """


command.add_command(case_export.command)


def _held(body: Decorated) -> Decorated:
    """The options that say what is put into a case."""
    for option in (
        click.option("--event", "events", multiple=True, metavar="ID", help="An event, by its id; may repeat."),
        click.option("--vendor", "vendors", multiple=True, help="A vendor; may repeat."),
        click.option("--device", "devices", multiple=True, help="A device; may repeat."),
        click.option("--account", "accounts", multiple=True, help="An account; may repeat."),
        click.option("--person", "people", multiple=True, metavar="ID", help="A person, by id; may repeat."),
        _violations,
    ):
        body = option(body)
    return body


@command.command("open")
@click.option("--title", required=True, help="What it is about.")
@click.option("--purpose", default="", help="Why: one of the purposes of the district's pack; incident by default.")
@_held
@answers.district
@answers.always_json
@named
@asks_register
def open_(
    register: Register, title: str, purpose: str, district: str | None, actor: str | None, **asked: tuple[str, ...]
) -> None:
    """Open a case. Prints {case_id, district}. Whom its violations are about is added with them."""
    user = acting(register, actor, RIGHT)
    store, place = reading(register.store, user), Place(register.store, district)
    held, homes = _understood(register, user, store, place, asked)
    home = _home(place, homes)
    try:
        why = purpose_of(register.store, home, purpose)
    except PurposeRefused as refused:
        raise UsedWrongly(str(refused)) from refused
    case_id = opened(register, user, home, title, why, held, now())
    click.echo(msgspec.json.encode({"case_id": case_id, "district": home}))


def _understood(
    register: Register, user: User, store: Store, place: Place, asked: dict[str, tuple[str, ...]]
) -> tuple[dict[str, list[str]], set[str]]:
    """What is put into a case, checked against what the user may read; and the districts it is of."""
    found = [violation(store, place, one) for one in asked["violations"]]
    events = by_id(store, place.wanted, list(asked["events"])) if asked["events"] else []
    if missing := [one for one in asked["events"] if one not in {event.event_id for event in events}]:
        raise click.ClickException(f"no event {missing[0]} is stored")
    held = subjects_of(found)
    for name in SUBJECTS:
        ids = [one.event_id for one in events] if name == "events" else list(asked[name])
        told = [*held[name], *(ids if name != "violations" else ())]
        held[name] = [*dict.fromkeys(map(store.meant, told))]  # pseudonyms are who they stand for
    if why := why_not_handle(register.store, user, held):
        raise click.ClickException(why)
    return held, {*(one.district for one in found), *(one.district for one in events)}


def _home(place: Place, homes: set[str]) -> str:
    if len(homes) > 1:
        raise UsedWrongly(f"a case is of one district; these are of {', '.join(sorted(homes))}")
    found = next(iter(homes), None) or place.wanted or place.only
    if not found:
        raise UsedWrongly("several districts are stored: choose one with --district")
    return found


@command.command()
@_case_id
@_held
@answers.district
@named
@asks_register
def add(register: Register, case_id: str, district: str | None, actor: str | None, **asked: tuple[str, ...]) -> None:
    """Add violations, people, accounts, devices, vendors or events to the case ID."""
    user, case = case_for(register, actor, case_id, district, "case.added")
    store, place = reading(register.store, user), Place(register.store, case.district)
    held, homes = _understood(register, user, store, place, asked)
    if not any(held.values()):
        raise UsedWrongly("say what is added: --violation, --person, --account, --device, --vendor or --event")
    _home(place, {*homes, case.district})
    decide(register, changed(case, "case.added", user, now(), **{name: ids for name, ids in held.items() if ids}))
    click.echo(f"{case.case_id}: added", err=True)


@command.command()
@_case_id
@click.argument("words_", metavar="[TEXT]", required=False)
@click.option("--text", help="The note.")
@answers.district
@named
@asks_register
def note(
    register: Register, case_id: str, words_: str | None, text: str | None, district: str | None, actor: str | None
) -> None:
    """Write a note into the case ID."""
    said = (text or words_ or "").strip()
    if not said:
        raise UsedWrongly("say what to note: --text TEXT")
    user, case = case_for(register, actor, case_id, district, "case.noted")
    decide(register, changed(case, "case.noted", user, now(), text=said))
    click.echo(f"{case.case_id}: noted", err=True)


@command.command()
@_case_id
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "received_from", default="", help="From whom the file was received.")
@answers.district
@answers.always_json
@named
@asks_register
def attach(
    register: Register, case_id: str, file: Path, received_from: str, district: str | None, actor: str | None
) -> None:
    """Add FILE to the case ID. Prints {name, sha256, size}. A copy is kept in the home folder."""
    user, case = case_for(register, actor, case_id, district, "case.attached")
    if file.stat().st_size > attachments.LARGEST:
        raise UsedWrongly(f"{file} is larger than {words.size(attachments.LARGEST)}")
    with attachments.adding(resolved().hallmonitor_home, file.name, file.read_bytes(), received_from) as told:
        decide(register, changed(case, "case.attached", user, now(), **told))
    click.echo(msgspec.json.encode({name: told[name] for name in ("name", "sha256", "size")}))


@command.command()
@_case_id
@click.argument("name", required=False)
@click.option("--with", "with_", metavar="NAME", help="The user who may open the violations of the case.")
@click.option("--end", is_flag=True, help="End the sharing instead.")
@answers.district
@named
@asks_register
def share(
    register: Register,
    case_id: str,
    name: str | None,
    with_: str | None,
    end: bool,
    district: str | None,
    actor: str | None,
) -> None:
    """Let a user open the violations of the case ID, with their records, as long as the case is open."""
    whom = with_ or name
    if not whom:
        raise UsedWrongly("say with whom: --with NAME")
    kind = "case.unshared" if end else "case.shared"
    user, case = case_for(register, actor, case_id, district, kind)
    other = user_of(register, whom)
    if other is None or (other.disabled and not end):
        raise click.ClickException(f"there is no user {whom}; `hallmonitor users list` lists all")
    if not end and (why := why_not_share(register.store, other, case)):
        raise click.ClickException(why)
    decide(register, changed(case, kind, user, now(), **{"with": whom}))
    click.echo(f"{case.case_id}: {'no longer ' if end else ''}shared with {whom}", err=True)


@command.command()
@_case_id
@click.option("--outcome", type=click.Choice(OUTCOMES), help="What came of it.")
@click.option("--comment", default="", help="Kept as a note.")
@answers.district
@named
@asks_register
def close(
    register: Register, case_id: str, outcome: str | None, comment: str, district: str | None, actor: str | None
) -> None:
    """Close the case ID. It stays readable; sharing ends. Its violations keep their own state (`triage`)."""
    user, case = case_for(register, actor, case_id, district, "case.closed")
    decide(register, changed(case, "case.closed", user, now(), outcome=outcome, comment=comment.strip()))
    click.echo(f"{case.case_id} closed", err=True)


@command.command()
@_case_id
@click.option("--reason", required=True, help="Why; kept as a note.")
@answers.district
@named
@asks_register
def reopen(register: Register, case_id: str, reason: str, district: str | None, actor: str | None) -> None:
    """Open the closed case ID again."""
    user, case = case_for(register, actor, case_id, district, "case.reopened")
    decide(register, changed(case, "case.reopened", user, now(), comment=reason))
    click.echo(f"{case.case_id} is open again", err=True)


@command.command()
@_case_id
@answers.district
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@answers.asks_store
def show(store: Store, case_id: str, district: str | None, as_json: bool) -> None:
    """Show the case ID: what it holds, notes, files, and the chain of custody. That you looked is recorded."""
    place = Place(store, district)
    case = case_of(store, case_id, district)
    recording.record_case("case", case)
    if as_json:
        click.echo(msgspec.json.encode(case))
    else:
        _print(case, place.wall(case.district))


def _print(case: Case, wall: Wall) -> None:
    closed = f", closed {wall.moment(case.closed_at)} by {case.closed_by}" if case.closed_at else ""
    click.echo(answers.printable(f"Case {case.case_id}: {case.title}"))
    click.echo(answers.printable(f"{case.status}, opened {wall.moment(case.opened_at)} by {case.opened_by}{closed}"))
    for name in (*SUBJECTS, "shared_with"):
        if held := getattr(case, name):
            click.echo(answers.printable(f"{name.replace('_', ' '):<14}{', '.join(held)}"))
    for one in case.notes:
        click.echo(answers.printable(f"\n{wall.moment(one.at)}, {one.actor}: {one.text}"))
    click.echo()
    files = ((one.name, one.size, one.sha256, one.received_from, one.actor) for one in case.attachments)
    if case.attachments:
        answers.print_table(("file", "bytes", "SHA-256", "received from", "added by"), files, "")
        click.echo()
    steps = ((wall.moment(one.at), one.actor, one.role, one.what, one.sha256) for one in case.custody)
    answers.print_table(("when", "who", "role", "chain of custody", "SHA-256"), steps, "")


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
@answers.district
@answers.as_json
@answers.asks_store
def list_(store: Store, everything: bool, district: str | None, as_json: bool) -> None:
    """List the open cases. Exit 1 if there is none."""
    place = Place(store, district)
    found = [one for one in cases(store, district) if everything or one.status == "open"]
    if as_json:
        answers.print_lines(found)
    else:
        columns = ("case", "title", "opened", "by", "violations", "status")
        rows = (
            (one.case_id, one.title, place.wall(one.district).brief(one.opened_at), one.opened_by,
             len(one.violations), one.status) for one in found
        )  # fmt: skip
        answers.print_table(columns, rows, "No case is open.")
    sys.exit(0 if found else 1)
