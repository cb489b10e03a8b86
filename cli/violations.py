"""`hallmonitor violations`: what was found, newest revision of each."""

from datetime import datetime

import click

from cli import answers
from model.violation import SEVERITIES
from storage.client import Store
from storage.queries.violations import Filter, Listed, Sort, newest, queue

STATUSES = ("provisional", "open", "suppressed", "withdrawn")
SORTS: tuple[Sort, ...] = ("newest", "oldest", "gravest", "last_changed")


@click.command()
@click.option("--detection", "detections", multiple=True, help="Only this detection; may be repeated.")
@click.option("--severity", "severities", multiple=True, type=click.Choice(SEVERITIES), help="May be repeated.")
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Default: open and provisional.")
@click.option("--all", "everything", is_flag=True, help="Of every status: suppressed and withdrawn ones too.")
@click.option("--subject", help="An account, person, device or vendor; * stands for any text.")
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
    everything: bool,
    subject: str | None,
    sort: Sort,
    since: datetime | None,
    until: datetime | None,
    district: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List violations. With --json each line is the whole violation, with its evidence."""
    wanted = Filter(
        detections=detections,
        severities=severities,
        statuses=() if everything else statuses or ("open", "provisional"),
        subject=subject,
        since=since,
        until=until,
    )
    if as_json:
        answers.print_lines(newest(store, district, wanted, sort, limit))
    else:
        _print(queue(store, district, wanted, sort, limit))


def _print(found: list[Listed]) -> None:
    columns = ("id", "began", "severity", "status", "detection", "headline")
    rows = ((v.violation_id[:10], v.started_at[:16], v.severity, v.status, v.detection, v.headline) for v in found)
    answers.print_table(columns, rows, "No violations match.")
    if found:
        click.echo(f"{len(found)} violations; `hallmonitor show ID` shows one with its proof", err=True)
