"""`hallmonitor policy`: what is wrong with a pack or a district folder, all of it at once."""

import json
import sys
import textwrap
from pathlib import Path

import click

from cli.known import near
from model.district import FILE
from model.mistake import Mistake
from model.policy import Policy, load_pack, misspelled, pack_files, shipped_pack, shipped_packs
from model.policy.coverage import Covered, differences
from model.policy.coverage import coverage as clauses_covered
from model.policy.pack import Files
from producers.district_folder import folder_mistakes, open_district
from producers.reference_csv import Problem


@click.group()
def command() -> None:
    """Check policy packs: the district's rules in the form that this program reads, rules of Sigma among them."""


@command.command()
@click.argument("pack")
@click.option("--json", "as_json", is_flag=True, help="Each mistake as one JSON object on stdout.")
def check(pack: str, as_json: bool) -> None:
    """Name every mistake of PACK: the id of a pack that ships, a pack's folder, or a district folder.

    Exits 0 when there is no mistake, 1 when there is one or more, 2 when there is no such pack.
    """
    wrong, summary = _checked(pack)
    for one in wrong:
        click.echo(_as_json(one) if as_json else str(one))
    grave = [one for one in wrong if _grave(one)]
    click.echo(f"{pack}: {_count(len(grave), 'mistake')}" if grave else f"{pack}: {summary}", err=True)
    sys.exit(1 if grave else 0)


@command.command()
@click.argument("pack", required=False)
@click.option("--json", "as_json", is_flag=True, help="Each clause as one JSON object on stdout.")
def coverage(pack: str | None, as_json: bool) -> None:
    """Show each clause of PACK with what answers it, or why nothing does.

    PACK is the id of a pack that ships, a pack's folder, or a district folder. Without PACK: all packs that ship.
    Exits 0 when every clause is answered or says why not, 1 when one is not, 2 when there is no such pack.
    """
    rows = [(name, one) for name in ([pack] if pack else shipped_packs()) for one in clauses_covered(_policy(name))]
    for name, one in rows:
        if as_json:
            click.echo(json.dumps({"pack": name, **one._asdict()}, ensure_ascii=False))
        else:
            click.echo(f"{one.clause}: {one.section}")
            click.echo(textwrap.indent(textwrap.fill(_answer(one), 112), "    "))
    unanswered = [one for _, one in rows if not one.accounted_for]
    answered = sum(1 for _, one in rows if one.detections or one.answered_by)
    click.echo(f"{_count(len(rows), 'clause')}: {answered} answered, {len(rows) - answered} not.", err=True)
    sys.exit(1 if unanswered else 0)


def _answer(one: Covered) -> str:
    answers = ", ".join([*one.detections, *one.answered_by])
    said = [f"Answered by {answers}."] if answers else []
    said += [one.not_answered] if one.not_answered else []
    return " ".join(said) or "NOTHING ANSWERS IT, and no reason is given."


@command.command()
@click.argument("pack")
def sigma(pack: str) -> None:
    """Write the detections of PACK as Sigma rules, as far as Sigma can say them: YAML on stdout.

    PACK is the id of a pack that ships, a pack's folder, or a district folder. The rules use our own fields (logsource
    product hallmonitor) and the numbers of the pack; each says what it leaves out. The detections that Sigma cannot say
    at all are named on stderr. docs/sigma.md says how rules of Sigma are judged here.
    """
    from model.sigma.export import NOT_SAID, exported

    click.echo(exported(_policy(pack)), nl=False)
    for name, why in NOT_SAID.items():
        click.echo(f"{name} is not among them: {why}.", err=True)


@command.command()
@click.argument("one")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="Each key as one JSON object on stdout.")
def diff(one: str, other: str, as_json: bool) -> None:
    """Show the keys whose values differ between the packs ONE and OTHER.

    Each is the id of a pack that ships, a pack's folder, or a district folder. Names, versions and the words of the
    clauses are left out. Exits 0, or 2 when there is no such pack.
    """
    for found in differences(_policy(one), _policy(other)):
        if as_json:
            click.echo(json.dumps(found._asdict(), ensure_ascii=False))
        else:
            click.echo(f"{found.key}\n    {one}: {_value(found.one)}\n    {other}: {_value(found.other)}")


def _value(value: object) -> str:
    return "(no such key)" if value is None else json.dumps(value, ensure_ascii=False)


def _policy(pack: str) -> Policy:
    """The policy of a pack or district folder; raises UsageError where there is none or it has mistakes."""
    folder = Path(pack)
    if (folder / FILE).is_file():
        return open_district(folder).policy
    found = load_pack(_files(pack))
    if isinstance(found, list):
        raise click.UsageError(f"{pack} has mistakes; `hallmonitor policy check {pack}` names them")
    return found


def _files(pack: str) -> Files:
    folder = Path(pack)
    files = pack_files(folder) if folder.is_dir() else shipped_pack(pack)
    if files is None:
        raise click.UsageError(f"there is no folder {pack!r} and no pack of that id ships{near(pack, shipped_packs())}")
    return files


def _checked(pack: str) -> tuple[list[Mistake | Problem], str]:
    folder = Path(pack)
    if (folder / FILE).is_file():
        mistakes, problems = folder_mistakes(folder)
        wrong: list[Mistake | Problem] = [*mistakes, *problems]
        return wrong, "" if any(map(_grave, wrong)) else _in_words(open_district(folder).policy)
    files = _files(pack)
    found = load_pack(files)
    if isinstance(found, list):
        return [*found], ""
    doubts = misspelled(found, files)
    return [Problem(one.file, one.line, one.key, one.problem, warning=True) for one in doubts], _in_words(found)


def _grave(one: Mistake | Problem) -> bool:
    return not (isinstance(one, Problem) and one.warning)


def _in_words(policy: Policy) -> str:
    return f"no mistake; {policy.name}, {policy.label}"


def _as_json(one: Mistake | Problem) -> str:
    return json.dumps(one._asdict(), ensure_ascii=False)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
