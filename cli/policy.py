"""`hallmonitor policy`: what is wrong with a pack or a district folder, all of it at once."""

import json
import sys
from pathlib import Path

import click

from cli.asked import near
from model.district import FILE
from model.mistake import Mistake
from model.policy import Policy, load_pack, pack_files, shipped_pack, shipped_packs
from producers.district_folder import folder_mistakes, open_district
from producers.reference_csv import Problem


@click.group()
def command() -> None:
    """Policy packs: the district's rules as the program obeys them."""


@command.command()
@click.argument("pack")
@click.option("--json", "as_json", is_flag=True, help="Each mistake as one JSON object on stdout.")
def check(pack: str, as_json: bool) -> None:
    """Name every mistake of PACK: the id of a pack that ships, a pack's folder, or a district folder.

    Exit 0 when there is none, 1 when there are some, 2 when there is no such pack.
    """
    wrong, summary = _checked(pack)
    for one in wrong:
        click.echo(_as_json(one) if as_json else str(one))
    grave = [one for one in wrong if _grave(one)]
    click.echo(f"{pack}: {_count(len(grave), 'mistake')}" if grave else f"{pack}: {summary}", err=True)
    sys.exit(1 if grave else 0)


def _checked(pack: str) -> tuple[list[Mistake | Problem], str]:
    folder = Path(pack)
    if (folder / FILE).is_file():
        mistakes, problems = folder_mistakes(folder)
        wrong: list[Mistake | Problem] = [*mistakes, *problems]
        return wrong, "" if any(map(_grave, wrong)) else _in_words(open_district(folder).policy)
    files = pack_files(folder) if folder.is_dir() else shipped_pack(pack)
    if files is None:
        raise click.UsageError(f"there is no folder {pack!r} and no pack of that id ships{near(pack, shipped_packs())}")
    found = load_pack(files)
    return ([*found], "") if isinstance(found, list) else ([], _in_words(found))


def _grave(one: Mistake | Problem) -> bool:
    return not (isinstance(one, Problem) and one.warning)


def _in_words(policy: Policy) -> str:
    return f"no mistake; {policy.name}, {policy.label}"


def _as_json(one: Mistake | Problem) -> str:
    return json.dumps(one._asdict(), ensure_ascii=False)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
