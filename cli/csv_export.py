"""A whole answer as a CSV file with its manifest beside it; a file that is not whole is not there."""

from getpass import getuser
from pathlib import Path
from typing import Protocol

import click

from cli.asked import Place
from cli.known import UsedWrongly
from dashboard.csv_file import Export, Tally
from dashboard.timeline_export import timeline_export
from dashboard.words import counted
from model.clock import now
from storage.client import Store
from storage.queries.subject import Subject
from storage.queries.timeline import Span


class Keep(Protocol):
    """Records that something was asked, before its answer is there; raises what stands in the way."""

    def __call__(self, how: str, /, *, rows: int) -> None: ...


def export(store: Store, place: Place, sought: Subject, span: Span, file: Path, keep: Keep) -> int:
    """Write every event that matches to `file` and what it is to `file`.manifest.json; answers how many they are.

    Raises `Unavailable`, UsedWrongly where `file` is a folder or a device, and OSError where they cannot be written;
    what was begun is taken away again.
    """
    refuse_what_is_no_file(file)
    made = timeline_export(store, place.wanted, place.wall(), sought, span, getuser(), now())
    tally = _write(made, file, keep)
    click.echo(f"{counted(tally.rows, 'event')} in {file}; SHA-256 {tally.sha256} in {manifest_of(file)}", err=True)
    return tally.rows


def refuse_what_is_no_file(file: Path) -> None:
    """Raises UsedWrongly where a folder or a device stands in the place of the file."""
    if file.exists() and not file.is_file():
        raise UsedWrongly(f"{file} is no file that can be replaced; name another one")


def manifest_of(file: Path) -> Path:
    """Where the manifest of an export lies."""
    return file.with_name(f"{file.name}.manifest.json")


def _write(made: Export, file: Path, keep: Keep) -> Tally:
    tally, begun = Tally(), file.with_name(f"{file.name}.part")
    try:
        with begun.open("wb") as body:
            for piece in made.pieces(tally):
                body.write(piece)
        keep("export", rows=tally.rows)
        manifest_of(file).write_bytes(made.manifest(tally, file.name))
        begun.replace(file)
    finally:
        begun.unlink(missing_ok=True)
    return tally
