"""`hallmonitor report`: a subject's coverage, uniform enforcement, a term's roll-over, devices that many people use."""

from datetime import date, datetime, time

import click
import msgspec

from casework.reports import coverage as covered
from casework.reports import inventory as stock
from casework.reports.rollover import TABLES, Board, Tables, board
from casework.reports.uniformity import UniformityReport
from casework.reports.uniformity import uniformity as uniform
from cli import answers, recording
from cli.asked import Place, whom
from cli.clock import Day
from cli.known import UsedWrongly
from dashboard.local_time import Wall
from dashboard.plain_names import plain, sentence
from dashboard.words import DETECTIONS
from model.clock import now
from storage.client import Store
from storage.queries.names import named
from storage.queries.outcomes import handled
from storage.queries.sat_at import sat_at
from storage.queries.sources import gaps, sources, spells
from storage.queries.spoken import spoken
from storage.queries.timeline import Span
from storage.queries.told import passwords, told

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Report on the whole: what was recorded, whether outcomes are uniform, what a term's end asks for, and which
    devices many people use though the tables call them one person's.

    \b
    hallmonitor report coverage account:tbell --from 2026-03-04 --to 2026-03-05
    hallmonitor report uniformity --from 2026-01-01
    hallmonitor report rollover --as-of 2026-06-12
    hallmonitor report inventory --from 2026-03-01
    """


@command.command()
@click.argument("subject", metavar="PERSON|DEVICE|ACCOUNT")
@answers.since
@answers.until
@recording.purpose
@recording.case
@answers.district
@_json
@answers.asks_store
def coverage(
    store: Store,
    subject: str,
    since: datetime | None,
    until: datetime | None,
    purpose: str,
    case: str | None,
    district: str | None,
    as_json: bool,
) -> None:
    """Say which sources should have told of somebody or something over a time, and whether they did.

    Without --from and --to it is the last seven days that are stored.
    """
    place = Place(store, district)
    home = _home(place)
    sought = whom(store, place, subject)
    first, last = _span(store, home, *place.between(since, until))
    seen = spoken(store, home, sought, first, last)
    rows = sum(one.about for one in seen)
    recording.record("coverage", place, sought, Span(since=first, until=last), rows, purpose, case)
    asked = covered.Asked(sought.called or sought.text, sought.kind, home, first, last)
    long = {one.source_id: gaps(store, home, one.source_id, covered.QUIET, first, last) for one in seen}
    known = covered.Known(seen, sources(store, home, now()), spells(store, home, None, last), long)
    made = covered.coverage(asked, known)
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        _print_coverage(made, place.wall(home))


def _home(place: Place) -> str:
    home = place.wanted or place.only
    if not home:
        raise UsedWrongly("several districts are stored: choose one with --district")
    return home


def _span(store: Store, home: str, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """The time that was asked about; the last seven days that are stored where nothing was said."""
    last = until or covered.newest(sources(store, home, now())) or now()
    first = since or last - covered.WEEK
    if first >= last:
        raise UsedWrongly("--from must be before --to")
    return first, last


def _print_coverage(made: covered.CoverageReport, wall: Wall) -> None:
    columns = ("source", "kinds", "should tell", "records of it", "all records", "coverage", "gaps (local)")
    rows = (
        (
            one.source_id,
            ", ".join(one.categories),
            "yes" if one.should else "no",
            one.events_of_subject,
            one.events,
            plain(one.status),
            "; ".join(_gap(gap, wall) for gap in one.gaps[:6]),
        )
        for one in made.sources
    )
    answers.print_table(columns, rows, "No source has told anything.")
    for said in made.says:
        click.echo(answers.printable(said), err=True)


def _gap(gap: covered.Gap, wall: Wall) -> str:
    return f"{gap.kind} {wall.brief(gap.since)} – {wall.brief(gap.until)}"


@command.command()
@answers.since
@answers.until
@answers.district
@_json
@answers.asks_store
def uniformity(
    store: Store, since: datetime | None, until: datetime | None, district: str | None, as_json: bool
) -> None:
    """Compare what came of violations of the same detection and severity, by school and by role.

    A difference is named where both groups have at least five closed violations and the shares of `confirmed` differ by
    20 points or more. It counts; it does not say why.
    """
    place = Place(store, district)
    found = handled(store, district, *place.between(since, until))
    schools = named(store, district, {one.school for one in found if one.school})
    made = uniform(found, {name: called for (kind, name), called in schools.items() if kind == "site"})
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        _print_groups(made)
        for one in made.differences:
            click.echo(answers.printable(f"different by {one.by}: {plain(one.detection)}, {one.says}"), err=True)


def _print_groups(made: UniformityReport) -> None:
    columns = ("detection", "severity", "by", "group", "violations", "closed", "confirmed share")
    rows = (
        (
            DETECTIONS.get(one.detection, one.detection),
            one.severity,
            one.by,
            one.name,
            one.violations,
            one.closed,
            "too few" if one.confirmed_share is None else f"{one.confirmed_share:.0%}",
        )
        for one in made.groups
    )
    answers.print_table(columns, rows, "No violation stands in this time.")


@command.command()
@click.option("--as-of", "as_of", type=Day(), help="The day. Default: today in the district's zone.")
@answers.district
@_json
@answers.asks_store
def rollover(store: Store, as_of: date | None, district: str | None, as_json: bool) -> None:
    """List what the end of a term asks for: vendor accounts to close, passwords, acknowledgments, student contracts,
    devices to give back, unblocked sites whose time is over.
    """
    place = Place(store, district)
    home = _home(place)
    wall = place.wall(home)
    at = wall.instant(as_of, time(0)) if as_of else now()
    made = board(home, Tables(told(store, home, TABLES), passwords(store, home, at), at))
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        _print_board(store, made, wall)


def _print_board(store: Store, made: Board, wall: Wall) -> None:
    items = [(name, one) for name, found in made.sections.items() for one in found]
    names = named(store, made.district, {word for _, one in items for word in (one.id, one.of)})
    called = {name: told for (_, name), told in names.items()}
    click.echo(f"As of {wall.moment(made.as_of)}; term: {made.term or 'not known'}", err=True)
    columns = ("section", "what", "whose", "when", "why")
    rows = (
        (
            sentence(name),
            called.get(one.id, one.id),
            called.get(one.of, one.of),
            one.at and wall.brief(one.at),
            one.says,
        )
        for name, one in items
    )
    answers.print_table(columns, rows, "Nothing is due.")
    for name, tables in made.not_known.items():
        click.echo(f"not known: {plain(name)}: there is no table {', '.join(tables)}", err=True)


@command.command()
@answers.since
@answers.until
@answers.district
@_json
@answers.asks_store
def inventory(
    store: Store, since: datetime | None, until: datetime | None, district: str | None, as_json: bool
) -> None:
    """List devices that devices.csv calls one person's and that many people used within a week.

    On such a device `device_used_by_another` and `staff_account_on_student_device` find nothing: the class or the
    assignment is probably wrong. Correct devices.csv or assignments.csv, or take the device back. How many people and
    days it takes is `shared_users` and `shared_days` of the pack.
    """
    place = Place(store, district)
    home = _home(place)
    zone = place.wall(home).zone.key
    tables = Tables(told(store, home, stock.TABLES), {}, until or now())
    made = stock.inventory(home, tables, sat_at(store, home, zone, *place.between(since, until)))
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        _print_inventory(store, made)


def _print_inventory(store: Store, made: stock.Inventory) -> None:
    names = named(store, made.district, {person for one in made.devices for person in one.assigned_to})
    called = {name: said for (_, name), said in names.items()}
    columns = ("device", "class", "assigned to", "people", "from", "to")
    rows = (
        (one.device_id, one.device_class, ", ".join(called.get(who, who) for who in one.assigned_to), one.people,
         one.first, one.last)
        for one in made.devices
    )  # fmt: skip
    nobody = f"No device was used by {made.shared_users} people within {made.shared_days} days."
    answers.print_table(columns, rows, nobody)
    for name in made.not_known:
        click.echo(f"not known: there is no table {name}", err=True)
