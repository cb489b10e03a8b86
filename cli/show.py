"""`hallmonitor show ID`: one violation with its proof, its revisions, and the raw lines of its events."""

import sys

import click

from cli import answers
from model.violation import Violation
from storage.client import Store
from storage.queries.event_rows import StoredEvent
from storage.queries.violations import evidence, revisions


@click.command()
@click.argument("violation_id")
@answers.district
@click.option("--revisions", "history", is_flag=True, help="Every revision, not only the newest.")
@answers.as_json
@answers.asks_store
def command(store: Store, violation_id: str, district: str | None, history: bool, as_json: bool) -> None:
    """Show the violation VIOLATION_ID (its first characters are enough). Exit 1 if there is none."""
    found = revisions(store, district, violation_id)
    if not found:
        click.echo(f"no violation {violation_id}; `hallmonitor violations --all` lists all", err=True)
        sys.exit(1)
    if as_json:
        answers.print_lines(found if history else found[:1])
        return
    for one in found if history else found[:1]:
        _print(one)
    _print_events(evidence(store, found[0]))


def _print(violation: Violation) -> None:
    subject = violation.person or violation.account or violation.device_id or violation.vendor
    facts = [
        (violation.headline, ""),
        (f"{violation.severity}, {violation.status}, confidence {violation.confidence}", ""),
        ("subject", subject),
        ("from", f"{violation.started_at} to {violation.ended_at}"),
        ("detection", f"{violation.detection}: {', '.join(violation.reasons)}"),
        ("policy", f"{violation.policy} ({violation.basis})"),
        ("revision", f"{violation.revision} of {violation.violation_id}"),
        ("changed", ", ".join(violation.evidence.changed) or None),
        ("suppressed by", violation.suppressed_by),
        ("ratified by", violation.ratified_by),
        ("superseded by", violation.superseded_by),
    ]
    for name, value in facts:
        if value is not None:
            click.echo(answers.printable(f"{name:<14}{value}" if value else name))
    click.echo("\n" + answers.printable(violation.explanation) + "\n")
    for clause in violation.clauses:
        click.echo(answers.printable(f"{clause.section} ({clause.clause_id}): “{clause.quote}”"))
    for innocent in violation.evidence.innocent_explanations:
        click.echo(
            answers.printable(f"{'holds' if innocent.holds else 'not'}: {innocent.explanation}: {innocent.answer}")
        )


def _print_events(events: list[StoredEvent]) -> None:
    click.echo()
    columns = ("time", "source", "action", "account", "device", "address", "raw")
    rows = (
        (e.occurred_at, e.source_id, e.action, e.account, e.device_id or e.device, e.address, e.raw) for e in events
    )
    answers.print_table(columns, rows, "None of its events is stored any longer.")
