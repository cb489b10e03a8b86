"""`hallmonitor simulate`: writes a district that never was, with what must be found in it."""

import json
import sys
import time
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.known import near
from simulator.options import DEFAULT_DAYS, DEFAULT_START, Options, OptionsInvalid, usual_schools, week_of_dst
from simulator.scenarios import all_scenarios
from simulator.simulation import Report, simulate

_WORDS = Console(stderr=True)
_THIN = (
    "With so few web requests, what is planted in the first week is most of the proxy's records: `check` finds that the"
    " second week has fewer_records. Ask for more --requests where that is not wanted."
)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(name="simulate", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--seed", type=int, required=True, help="Any whole number. The same seed and options give the same files."
)
@click.option(
    "--people",
    type=click.IntRange(100, 100_000),
    default=150,
    show_default=True,
    help="Staff and students together; about 13 % are staff.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    default=DEFAULT_DAYS,
    show_default=True,
    help="Calendar days, weekends included. The second Monday is a school holiday. Under 9 days some "
    "scenarios have no room and are left out.",
)
@click.option("--start", type=_DAY, help=f"First day.  [default: {DEFAULT_START}, or the Monday before --dst]")
@click.option(
    "--schools",
    type=click.IntRange(2, 200),
    help="Number of schools, high and elementary by turns.  [default: people / 600]",
)
@click.option("--timezone", default="America/Chicago", show_default=True, help="IANA zone of the district.")
@click.option("--name", default="Maple Falls", show_default=True, help="Name of the district.")
@click.option("--snow-day", type=_DAY, help="A day on which everything is closed; the calendar says so that morning.")
@click.option(
    "--late-snow-day", type=_DAY, help="A day on which everything is closed; the calendar says so a day later."
)
@click.option(
    "--dst",
    type=click.Choice(["spring", "fall"]),
    help="Simulate the week in which clocks change, with maintenance in that night.",
)
@click.option(
    "--year", type=click.IntRange(2008, 2099), default=DEFAULT_START.year, show_default=True, help="The year for --dst."
)
@click.option(
    "--requests",
    type=click.IntRange(1, 500),
    default=10,
    show_default=True,
    help="Web requests per person and lesson: how busy the logs are. With fewer than 5 for 100 people, what is planted"
    " is most of them, and `check` finds that the proxy has `fewer_records` in the second week.",
)
@click.option("--gzip", "compressed", is_flag=True, help="Compress all days but the last, as log rotation does.")
@click.option("--only", multiple=True, metavar="SCENARIO", help="Plant only this scenario; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as one JSON object on stdout.")
def command(
    folder: Path,
    seed: int,
    people: int,
    days: int,
    start: datetime | None,
    schools: int | None,
    timezone: str,
    name: str,
    snow_day: datetime | None,
    late_snow_day: datetime | None,
    dst: str | None,
    year: int,
    requests: int,
    compressed: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a simulated school district into DIR: district.yaml, reference/*.csv, logs/<source>/* in the
    vendors' own formats, and expected.yaml with exactly what must be found.

    Between weeks of ordinary noise it plants violations of every reason, what an exemption suppresses, and
    look-alikes that must not be found. DIR must be new or empty.

    \b
    hallmonitor simulate maple-falls --seed 7
    hallmonitor simulate winter --seed 7 --snow-day 2026-02-04 --late-snow-day 2026-02-06
    hallmonitor simulate night --seed 7 --dst fall
    hallmonitor simulate big --seed 7 --people 100000 --days 30
    """
    _refuse_if_used(folder)
    try:
        _refuse_unknown(only)
        first = start.date() if start else week_of_dst(dst, year, timezone) if dst else DEFAULT_START
        options = Options(
            seed,
            people,
            schools or usual_schools(people),
            first,
            days,
            timezone,
            name,
            _date(snow_day),
            _date(late_snow_day),
            requests,
            compressed,
            only,
        )
        report, seconds = _watched(folder, options)
    except OptionsInvalid as invalid:
        raise click.UsageError(str(invalid)) from invalid
    _tell(folder, report, seconds, as_json)
    if options.is_thin:
        _WORDS.print(_THIN, style="dim")


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _refuse_if_used(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty; name a new folder, or empty this one yourself")


def _refuse_unknown(only: tuple[str, ...]) -> None:
    unknown = sorted(set(only) - set(all_scenarios()))
    if unknown:
        known = list(all_scenarios())
        raise OptionsInvalid(
            f"--only {unknown[0]}: there is no such scenario{near(unknown[0], known)}. There are {len(known)};"
            " each is a file in simulator/scenarios, by its name without .py"
        )


def _watched(folder: Path, options: Options) -> tuple[Report, float]:
    started = time.perf_counter()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[records]:,} records"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_WORDS, transient=True) as bar:
        task = bar.add_task("simulating", total=options.days, records=0)

        def progress(day: date, records: int) -> None:
            bar.update(task, advance=1, description=f"{day}", records=records)

        report = simulate(folder, options, progress)
    return report, time.perf_counter() - started


def _tell(folder: Path, report: Report, seconds: float, as_json: bool) -> None:
    table = Table("source", "records")
    for source, records in report.records.items():
        table.add_row(source, f"{records:,}")
    total = report.records.total()
    _WORDS.print(table)
    _WORDS.print(
        f"{total:,} records in {seconds:.1f} s ({total / seconds:,.0f}/s) in {folder}: {len(report.planted)} "
        f"scenarios, {report.violations} violations and {report.suppressed} suppressed ones expected"
    )
    for name, reason in report.left_out.items():
        _WORDS.print(f"left out: {name} ({reason})", style="dim")
    if as_json:
        json.dump(
            {
                "folder": str(folder),
                "records": dict(report.records),
                "planted": report.planted,
                "left_out": report.left_out,
                "violations": report.violations,
                "suppressed": report.suppressed,
            },
            sys.stdout,
        )
        sys.stdout.write("\n")
