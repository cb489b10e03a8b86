"""`hallmonitor incident`: open, scope, decide, clocks, letters, timeline; what was exposed, and who must be told."""

import sys
from datetime import date, datetime
from getpass import getuser
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from casework.incidents import clocks as law_clocks
from casework.incidents import desk
from casework.incidents import scope as scoped
from casework.incidents.clocks import RuleState
from casework.incidents.desk import Look
from casework.incidents.incident import (
    KINDS,
    RIGHT,
    STATEMENTS,
    Incident,
    IncidentRefused,
    Signed,
    entity_of,
    incident_of,
    incidents,
    opened,
)
from casework.incidents.scope import Scope
from casework.incidents.sending import said, send
from casework.receipts import said as signed_by
from casework.receipts import with_signatures
from casework.register import Register
from casework.scope import scoping
from casework.searches import tell
from cli import answers
from cli.acting import acting, asks_register, decide, in_district, named, role_of
from cli.addresses import resolved
from cli.asked import Place, listed
from cli.clock import Day
from cli.known import UsedWrongly
from cli.which import district_id
from cli.whole_file import write_whole
from dashboard.local_time import Wall, weekday
from model.clock import now
from model.event import format_ms
from storage.queries.incidents import Uses

_AT = answers.Instant()
_BINDS = {True: "binds", False: "does not bind", None: "open"}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Work on an incident: an account taken over, a vendor, a lost device, a stolen store of records.

    It says from when to when something was exposed, as proven and as possible, which systems and whose records were
    within reach, which breach law binds, by when, and writes the letters. Questions that no log answers are answered
    by a person, who signs. Not legal advice.

    \b
    hallmonitor incident open maple-falls --kind account --subject tbell \\
        --discovered 2026-03-06T08:30 --by "Tess Bell" --text "Clicked a link" --user prue
    hallmonitor incident scope 3f2a…
    hallmonitor incident decide 3f2a… --question encrypted --answer no --reason "No encryption" --user prue
    hallmonitor incident clocks 3f2a…
    """


@command.command("open")
@click.argument("district")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What the incident is about.")
@click.option("--subject", required=True, help="The account, vendor, device or store (a system or host).")
@click.option("--discovered", required=True, type=_AT, help="When it was discovered; it starts the clocks.")
@click.option("--by", "discovered_by", required=True, help="Who discovered it.")
@click.option("--text", required=True, help="What is known, in your words.")
@answers.always_json
@named
@asks_register
def open_(
    register: Register, district: str, kind: str, subject: str, discovered: datetime, discovered_by: str, text: str,
    actor: str | None,
) -> None:  # fmt: skip
    """Open an incident in DISTRICT (a folder or an id) and place a hold. Prints {incident_id, hold_id}.

    --discovered without an offset is the district's local time. The hold keeps the rows of the subject; for a store,
    which no row names as a whole, it keeps all rows of the district.
    """
    home = district_id(district)
    user = acting(register, actor, RIGHT)
    in_district(register, user, RIGHT, home)
    at = Place(register.store, home).instant(discovered) or discovered
    told = {"district": home, "kind": kind, "subject": subject, "discovered_by": discovered_by, "text": text}
    hold, incident = _refused(lambda: opened(told, at, Signed(user.name, role_of(user, RIGHT), now())))
    decide(register, hold)
    decide(register, incident)
    found = incident_of(register.store, incident.entity.partition(":")[2])
    click.echo(msgspec.json.encode({"incident_id": found.incident_id, "hold_id": found.hold_id}))


@command.command("list")
@click.argument("district", required=False)
@click.option("--all", "closed", is_flag=True, help="Those that were closed, too.")
@answers.as_json
@asks_register
def list_(register: Register, district: str | None, closed: bool, as_json: bool) -> None:
    """List the incidents of DISTRICT, or of all. Exit 1 if there is none."""
    found = [one for one in incidents(register.store, listed(register.store, district)) if one.is_open or closed]
    if as_json:
        answers.print_lines(found)
    else:
        place = Place(register.store, None)
        columns = ("incident", "about", "discovered", "by", "opened by", "closed", "district")
        answers.print_table(columns, (_line(one, place.wall(one.district)) for one in found), "No incident is open.")
    sys.exit(0 if found else 1)


def _line(one: Incident, wall: Wall) -> tuple[object, ...]:
    closed = wall.brief(one.closed_at) if one.closed_at else None
    about = f"{one.kind} {one.subject}"
    found = wall.brief(one.discovered_at)
    return one.incident_id, about, found, one.discovered_by, one.opened_by, closed, one.district


@command.command()
@click.argument("incident_id")
@answers.as_json
@asks_register
def show(register: Register, incident_id: str, as_json: bool) -> None:
    """Show the incident INCIDENT_ID: its discovery, what was decided and stated, by whom."""
    found = _refused(lambda: incident_of(register.store, incident_id))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    wall = Place(register.store, found.district).wall(found.district)
    for line in _shown(found, wall):
        click.echo(answers.printable(line))


def _shown(found: Incident, wall: Wall) -> list[str]:
    lines = [
        f"Incident {found.incident_id} of {found.district}: {found.kind} {found.subject}",
        f"  discovered {wall.moment(found.discovered_at)} by {found.discovered_by}",
        f"  opened     {wall.moment(found.opened_at)} by {found.opened_by}; hold {found.hold_id}",
        f"  says       {found.text}",
    ]
    for one in found.answers.values():
        on = f" on {one.on}" if one.on else ""
        lines.append(f"  decided    {one.question}: {'yes' if one.answer else 'no'}{on} ({one.by}: {one.reason})")
    lines += [f"  stated     {one.name}: {one.text} ({one.by})" for one in found.statements.values()]
    if found.closed_at:
        lines.append(f"  closed     {wall.moment(found.closed_at)} by {found.closed_by}: {found.closed_because}")
    return lines


@command.command()
@click.argument("incident_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@named
@asks_register
def scope(register: Register, incident_id: str, as_json: bool, actor: str | None) -> None:
    """Say from when to when the subject of INCIDENT_ID was exposed, what it reached, and whose records were there.

    Proven is what events of the subject itself show. Possible reaches to the neighboring proofs of innocence (the last
    legitimate use, a new password, the end of a lease) and across times in which a source was silent. What nobody can
    know from the logs is listed. It is recorded that you looked.
    """
    one = _looked(register, incident_id, actor, "scope").look
    if as_json:
        click.echo(msgspec.json.encode(scoped.as_json(one.scope)))
        return
    wall = Place(register.store, one.incident.district).wall(one.incident.district)
    for line in _scope_lines(one.scope, wall):
        click.echo(answers.printable(line))


def _scope_lines(found: Scope, wall: Wall) -> list[str]:
    lines = ["Exposure"]
    moments = {one: getattr(found.exposure, one) for one in
               ("earliest_possible", "earliest_proven", "latest_proven", "latest_possible")}  # fmt: skip
    for one in found.exposure.because:
        at = moments[one.bound]
        when = wall.second(format_ms(at)) if at is not None else "not proven"
        lines += [f"  {one.bound.replace('_', ' '):<18} {when}", f"  {'':<18} {one.says}"]
    lines += [f"  gap                {one.source_id}: {wall.second(format_ms(one.since))} to"
              f" {wall.second(format_ms(one.until))}" for one in found.exposure.gaps]  # fmt: skip
    lines.append("Systems touched" if found.touched else "No system of the district is known to have been touched")
    lines += [f"  {one.system}: {one.events} events, records of {one.records.low} to {one.records.high}"
              for one in found.touched]  # fmt: skip
    lines.append("People by state (at least, at most)" if found.by_state else "Nobody's records could be counted")
    lines += [f"  {state}: {one.low} to {one.high}" for state, one in found.by_state.items()]
    lines += ["Not known", *(f"  {one}" for one in found.not_known)]
    if found.addresses:
        lines.append("Addresses outside that count as the subject's (decide address:ADDRESS yes if one is the owner's)")
    return lines + [f"  {one.address}: {one.events} events from {wall.second(format_ms(one.first))}"
                    for one in found.addresses]  # fmt: skip


@command.command("decide")
@click.argument("incident_id")
@click.option("--question", required=True, help="The question, as `incident clocks` names it.")
@click.option("--answer", required=True, type=click.Choice(("yes", "no")), help="Your answer.")
@click.option("--reason", required=True, help="On what it rests.")
@click.option("--on", type=Day(), help="The day on which it took place, for a question that asks for one.")
@named
@asks_register
def decide_(
    register: Register, incident_id: str, question: str, answer: str, reason: str, on: date | None, actor: str | None
) -> None:
    """Answer a question about INCIDENT_ID that no log answers; you sign it. A later answer replaces it."""
    incident, by = _signed(register, incident_id, actor)
    today = by.at.astimezone(Place(register.store, incident.district).wall(incident.district).zone).date()
    decide(register, _refused(lambda: desk.answered(incident, question, answer == "yes", reason, on, by, today)))
    click.echo(f"{question}: {answer}", err=True)


@command.command()
@click.argument("incident_id")
@click.option("--fact", "name", required=True, type=click.Choice(tuple(STATEMENTS)), help="Which fact.")
@click.option("--text", required=True, help="The words that letters will use.")
@named
@asks_register
def state(register: Register, incident_id: str, name: str, text: str, actor: str | None) -> None:
    """State a fact for the letters of INCIDENT_ID that no log holds, such as who answers questions; you sign it."""
    incident, by = _signed(register, incident_id, actor)
    decide(register, _refused(lambda: desk.stated(incident, name, text, by)))
    click.echo(f"{name} is stated", err=True)


@command.command()
@click.argument("incident_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@named
@asks_register
def clocks(register: Register, incident_id: str, as_json: bool, actor: str | None) -> None:
    """Say for each rule that could bind INCIDENT_ID whether it does and why, who must be told, and by when.

    A rule binds, does not bind, or is open until the questions are answered that it names. A rule that names no day
    has no due date. Not legal advice.
    """
    one = _looked(register, incident_id, actor, "clocks").look
    if as_json:
        click.echo(msgspec.json.encode(law_clocks.as_json(one.incident, one.clocks)))
        return
    answers.print_table(("rule", "", "due", "tell", "why"), map(_rule_line, one.clocks.rules), "No rule could bind.")
    for asked in one.clocks.questions:
        click.echo(answers.printable(f"{asked.question}: {asked.asks}"), err=True)


def _rule_line(one: RuleState) -> tuple[str | None, ...]:
    return one.rule, _BINDS[one.binds], weekday(one.due) if one.due else None, one.who, one.why


@command.command()
@click.argument("incident_id")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="An empty folder.")
@named
@asks_register
def letters(register: Register, incident_id: str, out: Path, actor: str | None) -> None:
    """Write the letters about INCIDENT_ID into a signed folder: one PDF for each audience and state.

    A rule that binds gives a letter; one that is still open gives a draft, which says so. What nobody has stated
    (`incident state`) is a box to be filled in. `hallmonitor verify DIR` checks the folder. Not legal advice.
    """
    one = _looked(register, incident_id, actor, "letters")
    by = one.by or Signed(getuser(), "system", one.look.as_of)
    made = _refused(lambda: send(register, resolved().hallmonitor_home, one.look, by, out))
    for letter in made:
        click.echo(f"{letter.name}.pdf: {said(letter)}", err=True)


@command.command()
@click.argument("incident_id")
@click.option("--pdf", "as_pdf", is_flag=True, help="As pages to print; it is what there is.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where it is written.")
@named
@asks_register
def timeline(register: Register, incident_id: str, as_pdf: bool, out: Path, actor: str | None) -> None:
    """Write the timeline of INCIDENT_ID as a PDF: bounds and gaps on one axis, records, people, clocks, decisions."""
    from dashboard.incident_document import incident_pdf  # here, so that other commands do not wait for the drawing

    one = _looked(register, incident_id, actor, "timeline")
    write_whole(out, incident_pdf(one.look, one.look.as_of))


@command.command()
@click.argument("incident_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@named
@asks_register
def vendor(register: Register, incident_id: str, as_json: bool, actor: str | None) -> None:
    """List all that the vendor of INCIDENT_ID touched, session by session: approvals, systems, bytes, silences.

    INCIDENT_ID is an incident of kind vendor. Each session says how many of its events no approval covers,
    and whether the project manager has signed its receipt (`hallmonitor receipt`).
    """
    one = _looked(register, incident_id, actor, "vendor").look
    if one.incident.kind != "vendor":
        raise click.ClickException(
            f"incident {incident_id} is about {one.incident.subject} ({one.incident.kind}), not about a vendor"
        )
    uses = Uses(one.store, one.incident.district)
    sessions = scoped.vendor_sessions(uses, one.place, one.incident.subject)
    found = with_signatures(register.store, one.incident.district, sessions)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    wall = Place(register.store, one.incident.district).wall(one.incident.district)
    columns = (
        "from",
        "to",
        "account",
        "address",
        "approvals",
        "events",
        "not covered",
        "systems",
        "silences",
        "signed by",
    )
    rows = (_session_line(session, wall) for session in found["sessions"])
    answers.print_table(columns, rows, f"No use by {found['vendor']} is stored.")


def _session_line(one: dict[str, Any], wall: Wall) -> tuple[object, ...]:
    systems = ", ".join(f"{system['system']} ({system['events']})" for system in one["systems"])
    ended = wall.second(one["ended_at"]) + ("" if one["close"] == "recorded" else " (no close is recorded)")
    approvals = ", ".join(one["approvals"]) or "none"
    return (wall.second(one["started_at"]), ended, one["account"], one["address"], approvals, one["events"],
            one["uncovered"], systems, len(one["gaps"]), signed_by(one))  # fmt: skip


@command.command()
@click.argument("incident_id")
@click.option("--reason", required=True, help="How it ended.")
@named
@asks_register
def close(register: Register, incident_id: str, reason: str, actor: str | None) -> None:
    """Close INCIDENT_ID. Its hold stands until somebody releases it with `hallmonitor hold release`."""
    incident, by = _signed(register, incident_id, actor)
    decide(register, _refused(lambda: desk.closed(incident, reason, by)))
    click.echo(f"{incident_id} closed; hold {incident.hold_id} still stands", err=True)


def _signed(register: Register, incident_id: str, actor: str | None) -> tuple[Incident, Signed]:
    """The incident, and who decides about it."""
    user = acting(register, actor, RIGHT, entity_of(incident_id))
    found = _refused(lambda: incident_of(scoping(register.store, user), incident_id))
    return found, Signed(user.name, role_of(user, RIGHT), now())


class _Seen(NamedTuple):
    """A look, and who looks; None where nobody logged in."""

    look: Look
    by: Signed | None


def _looked(register: Register, incident_id: str, actor: str | None, how: str) -> _Seen:
    """A look at an incident, recorded before anything of it is shown."""
    user = acting(register, actor, RIGHT, entity_of(incident_id)) if actor else None
    store = scoping(register.store, user) if user else register.store
    one: Look = _refused(lambda: desk.look(store, incident_id, now()))
    name, role = (user.name, role_of(user, RIGHT)) if user else (getuser(), "system")
    tell(register, desk.looked(one, how, name, role))
    return _Seen(one, Signed(name, role, one.as_of) if user else None)


def _refused(ask: Any) -> Any:
    try:
        return ask()
    except IncidentRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except LookupError as error:
        raise UsedWrongly(str(error)) from error
