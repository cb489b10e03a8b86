"""`hallmonitor sources`: which product wrote which log, and whether a pull works, for whoever sets up a district."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cli.known import near
from documents.plain import visible
from model.clock import now_ms
from model.district import SOURCE_ID, District
from model.settings import Settings
from producers.district_folder import Mistaken, open_district
from producers.guess import RECORDS, Guess, confidence, guess
from producers.source import Source, sources_of
from producers.transports.file_bytes import Damaged, chunks

if TYPE_CHECKING:
    from producers.pull.trial import Tried


@click.group()
def command() -> None:
    """Find out which products wrote the logs of a district, and whether its vendors' APIs can be pulled."""


@command.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Each file as one JSON object on stdout.")
def suggest(folder: Path, as_json: bool) -> None:
    """Name the product of each log in FOLDER, by its first 100 records, and the lines for district.yaml.

    Files in a folder of their own are one source; its name is the source's id. Exits 0, or 1 when the product of a file
    is not found.
    """
    rows = [row for path in _files(folder) for row in [_row(folder, path)]]
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else visible(_in_words(row)))
    if not as_json:
        _district_lines(rows)
    raise click.exceptions.Exit(0 if rows and all(row["product"] for row in rows) else 1)


@command.command()
@click.argument("source_ids", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--district",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The district's folder; default the current one.",
)
@click.option("--json", "as_json", is_flag=True, help="Each feed as one JSON object on stdout.")
def test(source_ids: tuple[str, ...], district: Path, as_json: bool) -> None:
    """Ask the vendors of these sources (default: of all that say `pull`) for one day, and say what came of it.

    For each feed it says whether host, TLS, proxy, credentials, permission, clock and pages suffice, and what to do if
    not. `oneroster` is the service of the tables. Nothing is stored. Exits 0 when every feed works, 1 when one does
    not.
    """
    well = True
    for tried in _tried(district, source_ids):
        well = well and tried.well
        click.echo(msgspec.json.encode(tried).decode() if as_json else _tried_in_words(tried))
    raise click.exceptions.Exit(0 if well else 1)


def _tried(folder: Path, source_ids: tuple[str, ...]) -> Iterator["Tried"]:
    from producers.pull.client import http  # here, so that `suggest` does not wait for an HTTP client
    from producers.pull.failure import PullFailed
    from producers.pull.trial import DO, tries_of, tries_of_roster

    district, pulled = _pulled(folder)
    known = [*pulled, *(("oneroster",) if district.oneroster else ())]
    for name in source_ids:
        if name not in known:
            raise click.UsageError(f"no source {name!r} of {folder} can be pulled{near(name, known)}")
    if not known:
        raise click.UsageError(f"no source of {folder} says pull")
    try:
        connection = http()
    except PullFailed as failed:
        raise click.ClickException(f"{failed}. {DO[failed.kind]}") from failed
    with connection as client:
        for name in source_ids or known:
            if name in pulled:
                yield from tries_of(pulled[name], folder, client, now_ms)
            elif district.oneroster:
                yield from tries_of_roster(district.oneroster, folder, client, now_ms)


def _pulled(folder: Path) -> tuple[District, dict[str, Source]]:
    """The district, and its sources that are pulled. The home is only named: nothing is written there."""
    try:
        district = open_district(folder).district
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken
    sources = sources_of(district, folder, Settings().hallmonitor_home)
    return district, {source.id: source for source in sources if source.pull and source.product.pull}


def _tried_in_words(tried: "Tried") -> str:
    where = f"{tried.source} {tried.feed}".strip()
    return f"{where}: {tried.said}" + (f"\n  {tried.do}" if tried.do else "")


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _row(folder: Path, path: Path) -> dict[str, Any]:
    """What is said of one file; `product` is None where none knows it, and `why` says what stood in the way."""
    found, why = _guess(path)
    inside = path.relative_to(folder)
    best = found[0] if found else None
    return {
        "file": str(inside),
        "source": inside.parts[-2] if len(inside.parts) > 1 else inside.name.partition(".")[0],
        "product": best.product if best else None,
        "confidence": confidence(found),
        "known": best.known if best else 0,
        "records": best.records if best else 0,
        "others": [one.product for one in found[1:4]],
        "why": why,
    }


def _guess(path: Path) -> tuple[list[Guess], str | None]:
    if path.is_symlink():
        return [], "is a symbolic link, and links are not read"
    try:
        found = guess(next(chunks(path.resolve()), b""))
    except (Damaged, OSError) as error:
        return [], str(error)
    return found, None if found else f"no product knows any of its first {RECORDS} records"


def _in_words(row: dict[str, Any]) -> str:
    if row["product"] is None:
        return f"{row['file']}: {row['why']}"
    others = f"; next: {', '.join(row['others'])}" if row["others"] else ""
    known = f"knows {row['known']} of the first {row['records']} records"
    return f"{row['file']}: {row['product']} ({row['confidence']} confidence: {known}{others})"


def _district_lines(rows: list[dict[str, Any]]) -> None:
    """The sources as district.yaml wants them; one whose files disagree is said to."""
    products: dict[str, set[str]] = {}
    for row in rows:
        if row["product"]:
            products.setdefault(row["source"], set()).add(row["product"])
    if products:
        click.echo("\nsources:")
    for source, names in products.items():
        doubt = "  # its files are of different products: give each a source" if len(names) > 1 else ""
        if not re.fullmatch(SOURCE_ID, source):
            doubt = "  # rename the folder: an id has letters, digits and `_.-` only"
        said = source if source.isascii() and source[:1].isalpha() else json.dumps(source)
        click.echo(visible(f"  - {{id: {said}, product: {sorted(names)[0]}}}{doubt}"))
