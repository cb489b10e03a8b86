"""`hallmonitor clock`: when a legal deadline falls, how it was counted, and from which source."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from cli.answers import print_table
from cli.known import near
from model.calendar import Calendar
from model.law import Clock, Rule, as_row, clock, load_law
from model.reference import Reference
from model.written_time import day as written_day
from producers.district_folder import Mistaken, open_district

_MEANS = {"act_by": "due by", "keep_through": "keep through", "not_before": "not before"}


_MONTH_FIRST = ZoneInfo("America/New_York")  # 3/4/2026 is March 4, as in the district's tables


class Day(click.ParamType):
    """A date as ISO or a US spreadsheet writes it; of a time of the district's own clock, its date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error that shows the form, also for a time with an offset: there it may be tomorrow."""
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            return self._as_in_tables(str(value), param, ctx)
        if at.tzinfo:
            self.fail(f"{value!r} has an offset: say the day that it was in the district, as 2026-03-02", param, ctx)
        return at.date()

    def _as_in_tables(self, written: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return written_day(written, _MONTH_FIRST).date
        except ValueError:
            self.fail(f"{written!r} is not a date such as 2026-03-02 or 3/2/2026", param, ctx)


@click.command()
@click.argument("rule")
@click.argument("day", metavar="DATE", type=Day(), required=False)
@click.option("--district", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER",
              help="Days on which this district's office is closed do not count, where the rule says so.")  # fmt: skip
@click.option("--as-if-in-force", is_flag=True, help="Count a proposed rule, or one not yet or no longer in force.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")
def command(rule: str, day: date | None, district: Path | None, as_if_in_force: bool, as_json: bool) -> None:
    """Say when RULE falls due if DATE starts it, which days were skipped and why. Not legal advice.

    \b
    hallmonitor clock list                        every rule, its count and source
    hallmonitor clock ca.pra.determine 2026-03-02 ten days after receipt, in California

    Where the law names no day, none is made up: the answer says what the law says instead. Rules and holidays are
    data in policies/law. Exits 0 when the rule is known, with or without a day, and 2 when there is no such rule.
    """
    law = load_law()
    if rule == "list":
        _list(law.rules, as_json)
        return
    if rule not in law.rules:
        raise click.UsageError(f"there is no rule {rule!r}{near(rule, law.rules)}; `hallmonitor clock list` has all")
    if day is None:
        raise click.UsageError(f"say which day starts it ({law.rules[rule].starts}), for example 2026-03-02")
    calendar = calendar_of(district) if district else None
    found = clock(law, rule, day, lambda at: calendar is not None and not calendar.office_open(at),
                  as_if_in_force=as_if_in_force)  # fmt: skip
    click.echo(msgspec.json.encode(as_row(found)).decode() if as_json else _in_words(found))


def calendar_of(folder: Path) -> Calendar:
    """The calendar of a district's folder; a usage error where the folder has mistakes."""
    try:
        opened = open_district(folder)
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken
    reference = Reference()
    for fact in opened.reference.facts:
        reference.apply(fact)
    return Calendar(reference, opened.district.zone)


def _list(rules: dict[str, Rule], as_json: bool) -> None:
    if as_json:
        click.echo(
            msgspec.json.encode([{"rule": name, **rule.model_dump(mode="json")} for name, rule in rules.items()])
        )
        return
    rows = ((name, _counts(rule), rule.title, f"{rule.source} ({rule.status})") for name, rule in sorted(rules.items()))
    print_table(("rule", "counts", "what", "source"), rows, "no rules")


def _counts(rule: Rule) -> str:
    return f"{rule.count} {(rule.unit or '').replace('_', ' ')}" if rule.count else "no day"


def _in_words(found: Clock) -> str:
    rule = found.rule
    due = f"{_MEANS[rule.means]} {_day(found.due)}" if found.due else f"no due date: {found.why}"
    lines = [f"{rule.title}: {due}"]
    if found.due:
        lines.append(f"  counted    {_counts(rule)} from {_day(found.trigger)} ({rule.starts})")
    lines += [f"  skipped    {_day(skip.day)}: {skip.why}" for skip in found.skipped]
    lines += [f"  {key:<10} {value}" for key, value in _besides(found) if value]
    return "\n".join(lines)


def _besides(found: Clock) -> tuple[tuple[str, str | None], ...]:
    rule = found.rule
    return (
        ("rolled", "the last day was no business day" if found.rolled else None),
        ("tell", rule.tell),
        ("note", rule.note),
        ("source", f"{rule.source} ({rule.status}; review by {_day(rule.review_by)})"),
        ("besides", "not legal advice"),
    )


def _day(day: date) -> str:
    return f"{day:%A, %B} {day.day}, {day.year}"
