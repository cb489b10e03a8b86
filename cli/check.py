"""`hallmonitor check`: judge a folder and compare with what it says must be found."""

import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from cli.expectation import Comparison, Mistake, compare, read_expected
from cli.judging import console, judge_folder, strict_option
from model.reference import Unread
from streams.detections.catalog import DETECTIONS


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("district", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The comparison as one JSON object on stdout.")
@strict_option
def command(district: Path, as_json: bool, strict: bool) -> None:
    """Judge the folder DISTRICT and compare with its expected.yaml: found, missed, invented; precision and recall.

    A violation counts as expected when its detection and subject are the same, the expected reason is one of its
    reasons, and its time overlaps `between`. Table rows that could not be read or may be wrong are listed on stderr.
    With --json they stand under `not_known` of each detection that uses the table. Exits 0 when everything was found
    and nothing invented, 1 when anything was missed or invented.
    """
    try:
        expected = read_expected(district / "expected.yaml")
    except Mistake as mistake:
        raise click.UsageError(str(mistake)) from mistake
    judgement = judge_folder(district, strict=strict)
    comparison = compare(expected, judgement.violations)
    if as_json:
        click.echo(json.dumps(_with_unread(comparison.as_dict(), judgement.unread), indent=2))
    else:
        _show(comparison)
    raise SystemExit(0 if comparison.clean else 1)


def _with_unread(told: dict[str, Any], unread: list[Unread]) -> dict[str, Any]:
    """Beside what each detection found: the rows that could not be read of the tables that it asks."""
    asks = {detection.name: detection.asks for detection in DETECTIONS}
    return {
        name: {**one, "not_known": [said for row in unread if row.table in asks.get(name, ()) for said in row.said]}
        for name, one in told.items()
    }


def _show(comparison: Comparison) -> None:
    table = Table("detection", "found", "missed", "invented", "precision", "recall")
    for name, tally in comparison.tallies.items():
        numbers = (str(len(tally.found)), str(len(tally.missed)), str(len(tally.invented)))
        table.add_row(name, *numbers, f"{tally.precision:.3f}", f"{tally.recall:.3f}")
    console.print(table)
    for name, tally in comparison.tallies.items():
        for missed in tally.missed:
            click.echo(f"missed\t{name}\t{missed.describe()}")
        for invented in tally.invented:
            subject = invented.account or invented.person or invented.device_id or invented.vendor or invented.source_id
            click.echo(
                f"invented\t{name}\t{subject}\t{','.join(invented.reasons)}\t{invented.started_at}\t{invented.headline}"
            )
