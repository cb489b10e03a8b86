"""`hallmonitor judge`: the whole judgment of a district folder in one process."""

import sys
from pathlib import Path

import click

from cli.judging import console, judge_folder, strict_option
from model.violation import encode_violation


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("district", type=click.Path(exists=True, file_okay=False, path_type=Path))
@strict_option
def command(district: Path, strict: bool) -> None:
    """Judge the folder DISTRICT without any server: violations as NDJSON on stdout, in order of their start.

    Suppressed ones are among them with "status":"suppressed". What was read goes to stderr. Exits 0 whatever it finds.

    \b
    hallmonitor judge maple-falls | jq -r '[.status, .detection, .reason, .headline] | @tsv'
    """
    judgment = judge_folder(district, strict=strict)
    for violation in judgment.violations:
        sys.stdout.buffer.write(encode_violation(violation) + b"\n")
    for name, source in sorted(judgment.sources.items()):
        console.print(
            f"{name}: {source.read:,} read, {source.unrecognised:,} unrecognized, {source.dead_letters:,} refused",
            highlight=False,
        )
