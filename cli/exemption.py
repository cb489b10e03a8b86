"""`hallmonitor exemption`: what an exemption would have hidden, before anybody gives it."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

import click

from cli import answers
from cli.asked import Place
from cli.judging_as import seen, whole_store
from cli.known import Known, UsedWrongly
from cli.stored_log import Asked, stored_log
from dashboard.words import DETECTIONS, counted
from model.batch import Fact
from model.compared import Change, compared
from model.policy import Policy, base_policy, read_stored
from model.violation import Violation
from model.vocabulary import SIGMA
from storage.client import Store
from storage.queries.history import newest_event, reference
from streams.detections.catalog import DETECTIONS as JUDGED
from streams.engine.whole import judge_whole

PREVIEW = "this exemption"


class Preview(NamedTuple):
    """What would be hidden, and every finding about the subject of the detections that still watch."""

    hidden: list[Change]
    still: list[Violation]
    watching: list[str]


@click.group()
def command() -> None:
    """Exemptions: look at one before it is given. An exemption is a row of exemptions.csv."""


@command.command()
@click.argument("district")
@click.option("--detection", required=True, type=Known("detection", DETECTIONS, SIGMA), help="What it exempts from.")
@click.option("--account", default="", help="The account that would be exempt.")
@click.option("--person", default="", help="The person (id) who would be exempt.")
@click.option(
    "--device",
    "device_id",
    default="",
    help="The device that would be exempt. A finding must match each of the three that you give.",
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366), help="How far to look back.")
@answers.as_json
@answers.asks_store
def preview(
    read: Store, district: str, detection: str, account: str, person: str, device_id: str, days: int, as_json: bool
) -> None:
    """Show the findings of the last days that such an exemption would have hidden, and what still watches.

    The stored history is judged twice, without and with the exemption; nothing is changed. DISTRICT is its id. The
    last days are counted back from the newest stored event.

    \b
    hallmonitor exemption preview maple-falls --detection shared_account --account tbell
    """
    if not (account or person or device_id):
        raise UsedWrongly("say whom it exempts: --account, --person or --device")
    place = Place(read, district)
    store = whole_store("read violations", district)
    row = {"exemption_id": PREVIEW, "detection": detection, "account": read.meant(account)}
    row |= {"person": read.meant(person), "device_id": device_id}
    found = _preview(store, _asked(store, district, days), row)
    if as_json:
        answers.print_lines(found.hidden)
    else:
        _tell(place, district, found, days)


def _asked(store: Store, district: str, days: int) -> Asked:
    last = newest_event(store, district)
    if last is None:
        raise UsedWrongly(f"no event of {district!r} is stored")
    return Asked(district, last - timedelta(days=days), last + timedelta(seconds=1))


def _preview(store: Store, asked: Asked, row: dict[str, str]) -> Preview:
    policy = _policy(store, asked.district)
    signed = {**row, "approver": "", "approver_role": policy.exemptions.roles[0], "reason": "preview"}
    began = round(asked.since.timestamp() * 1000) if asked.since else None
    fact = Fact(table="exemptions", key=PREVIEW, row=signed, valid_from=began)
    without = judge_whole(lambda: stored_log(store, asked)).violations
    given = Asked(asked.district, asked.since, asked.until, besides=(fact,))
    with_it = judge_whole(lambda: stored_log(store, given)).violations
    mine = [one for one in without if asked.holds(one.started_at)]
    changes = compared(seen(mine), seen(one for one in with_it if asked.holds(one.started_at)))
    hidden = [one for one in changes if one.now and PREVIEW in str(one.now.get("suppressed_by"))]
    names = [*(one.name for one in JUDGED), *(SIGMA + name for name in sorted(policy.sigma))]
    watching = [name for name in names if name != row["detection"] and policy.detection(name).enabled]
    still = [one for one in mine if one.detection in watching and one.status != "suppressed" and _about(one, row)]
    return Preview(hidden, still, watching)


def _about(violation: Violation, row: dict[str, str]) -> bool:
    named = [(row[name], getattr(violation, name)) for name in ("account", "person", "device_id") if row[name]]
    return any(wanted == has for wanted, has in named)


def _policy(store: Store, district: str) -> Policy:
    packs = [fact.row["pack"] for fact in reference(store, district) if fact.table == "policy" and fact.row]
    return read_stored(packs[-1], base_policy()) if packs else base_policy()


def _tell(place: Place, district: str, found: Preview, days: int) -> None:
    columns = ("id", "began (local)", "detection", "headline")
    wall = place.wall(district)
    rows = ((one.violation_id[:10], wall.brief(one.started_at), one.detection, one.headline) for one in found.hidden)
    answers.print_table(columns, rows, "It would have hidden nothing.")
    click.echo(f"{counted(len(found.hidden), 'finding')} of the last {days} days would have been hidden.", err=True)
    counts = Counter(one.detection for one in found.still)
    said = ", ".join(f"{name} ({counts[name]} found)" for name in found.watching)
    click.echo(f"Still watching: {said or 'nothing'}.", err=True)
