"""`hallmonitor violations`: what was found, newest revision of each."""

from datetime import datetime
from typing import Any

import click
import msgspec

from casework.triage import OUTCOMES, STATES
from cli import answers
from cli.asked import Place, whom
from cli.known import Known
from dashboard.words import DETECTIONS, counted, handled
from model.violation import SEVERITIES, Violation
from model.vocabulary import SIGMA
from storage.client import Store
from storage.queries import cited
from storage.queries.triage import Standings, standing_of, standings
from storage.queries.violations import Filter, Listed, Sort, count, newest, queue

STATUSES = ("provisional", "open", "suppressed", "withdrawn")
SORTS: tuple[Sort, ...] = ("newest", "oldest", "gravest", "last_changed")


@click.command()
@click.option(
    "--detection",
    "detections",
    multiple=True,
    type=Known("detection", DETECTIONS, SIGMA),
    help="Only this; may be repeated.",
)
@click.option("--severity", "severities", multiple=True, type=click.Choice(SEVERITIES), help="May be repeated.")
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Default: open and provisional.")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="How it is handled; may be repeated.")
@click.option(
    "--outcome", "outcomes", multiple=True, type=click.Choice(OUTCOMES), help="What came of it; may be repeated."
)
@click.option("--assigned", "assignees", multiple=True, metavar="NAME", help="Who handles it; may be repeated.")
@click.option("--clause", "clauses", multiple=True, metavar="ID", help="Cites this clause; may be repeated.")
@click.option("--school", "schools", multiple=True, help="Of this school, by name or id; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Of every status: suppressed and withdrawn ones too.")
@click.option("--subject", help="A person's name, an account, device or vendor; * stands for any text.")
@click.option("--sort", type=click.Choice(SORTS), default="newest", show_default=True)
@answers.since
@answers.until
@answers.district
@answers.limit
@answers.as_json
@answers.asks_store
def command(
    store: Store,
    detections: tuple[str, ...],
    severities: tuple[str, ...],
    statuses: tuple[str, ...],
    states: tuple[str, ...],
    outcomes: tuple[str, ...],
    assignees: tuple[str, ...],
    clauses: tuple[str, ...],
    schools: tuple[str, ...],
    everything: bool,
    subject: str | None,
    sort: Sort,
    since: datetime | None,
    until: datetime | None,
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List violations. With --json each line is the whole violation, with its evidence.

    Times are local to the district unless they carry an offset.
    """
    place = Place(store, district)
    first, last = place.between(since, until)
    sought = whom(store, place, subject) if subject else None
    wanted = Filter(
        detections=detections,
        severities=severities,
        statuses=() if everything else statuses or ("open", "provisional"),
        states=states,
        outcomes=outcomes,
        assignees=assignees,
        clauses=_clauses(store, district, clauses),
        schools=_schools(store, district, schools),
        subject=sought,
        since=first,
        until=last,
    )
    stands = standings(store, district)
    if as_json:
        answers.print_lines(_line(one, stands) for one in newest(store, district, wanted, sort, limit))
    else:
        _print(place, queue(store, district, wanted, sort, limit), stands)
    _say_how_many(count(store, district, wanted), limit)


def _clauses(store: Store, district: str | None, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The ids as they were asked for; raises `BadParameter` for one that no violation cites."""
    found = cited.clauses(store, district) if asked else []
    known = {one.clause_id: f"{one.clause_id} ({one.section})" for one in found}
    for one in asked:
        if one not in known:
            raise click.BadParameter(f"no violation cites clause {one}; cited are: {_listed(known)}")
    return asked


def _schools(store: Store, district: str | None, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of the schools that were asked for by id or name; raises `BadParameter` for one that is not known."""
    known = cited.schools(store, district) if asked else []
    ids = {text.lower(): one.id for one in known for text in (one.name, one.id)}
    for one in asked:
        if one.lower() not in ids:
            named = {school.id: f"{school.id} ({school.name})" for school in known}
            raise click.BadParameter(f"no school is called {one}; known are: {_listed(named)}")
    return tuple(ids[one.lower()] for one in asked)


def _listed(known: dict[str, str]) -> str:
    return ", ".join(known.values()) or "none"


def _line(one: Violation, stands: Standings) -> dict[str, Any]:
    """The whole violation, and where it stands with the people who handle it: state, outcome, assignee."""
    return {**msgspec.to_builtins(one), **msgspec.structs.asdict(standing_of(one, stands))}


def _print(place: Place, found: list[Listed], stands: Standings) -> None:
    columns = ("id", "began (local)", "severity", "status", "state", "detection", "headline")
    rows = (
        (
            v.violation_id[:10],
            place.wall(v.district).brief(v.started_at),
            v.severity,
            v.status,
            handled(standing_of(v, stands)),
            v.detection,
            v.headline,
        )
        for v in found
    )
    answers.print_table(columns, rows, "No violations match.")


def _say_how_many(number: int, limit: int) -> None:
    if number > limit:
        click.echo(f"{limit:,} of {counted(number, 'violation')}; --limit for more", err=True)
    elif number:
        click.echo(f"{counted(number, 'violation')}; `hallmonitor show ID` shows one with its proof", err=True)
