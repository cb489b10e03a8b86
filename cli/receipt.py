"""`hallmonitor receipt`: what a vendor's session did, shown to the vendor's project manager, who signs it."""

import sys
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from casework.receipts import NotSigned, entity_of, looked, receipts_of, said, signing
from casework.register import Register
from casework.scope import themselves
from casework.searches import tell
from casework.users import User
from cli import answers
from cli.acting import acting, asks_register, decide, in_district, named, without_conflict
from cli.asked import Place
from cli.known import UsedWrongly
from cli.which import district_id
from cli.whole_file import write_whole
from dashboard.receipt_document import facts, receipt_pdf
from model.clock import now

_RIGHT = "sign receipts"
_receipt_id = click.argument("receipt_id", metavar="ID")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Read and sign the receipts of a vendor's sessions, as the vendor's project manager.

    A receipt says who was connected, under which approval, what was reached, how many bytes, which sources were silent
    meanwhile, and how it ended. It is signed by who was the project manager in vendors.csv when the session ended,
    whatever their role here.

    \b
    hallmonitor receipt list maple-falls --user pat
    hallmonitor receipt show maple-falls 3f2a… --user pat --out receipt.pdf
    hallmonitor receipt sign maple-falls 3f2a… --digest 9c1e… --user pat
    """


@command.command("list")
@click.argument("district")
@click.option("--all", "everything", is_flag=True, help="Those that you have signed as they stand, too.")
@answers.as_json
@named
@asks_register
def list_(register: Register, district: str, everything: bool, as_json: bool, actor: str | None) -> None:
    """List the receipts of DISTRICT that you have not signed, newest first. Exit 1 if there is none.

    That you looked is recorded.
    """
    desk = _desk(register, district, actor)
    found = [one for one in desk.receipts if everything or not _signed_by(one, desk.user.name)]
    _tell(register, desk, found)
    if as_json:
        answers.print_lines(found)
    else:
        wall = Place(register.store, desk.district).wall(desk.district)
        columns = ("receipt", "vendor", "account", "from", "to", "approvals", "events", "not covered", "signed by")
        rows = ((one["receipt_id"], one["vendor"], one["account"], wall.second(one["started_at"]),
                 wall.second(one["ended_at"]), ", ".join(one["approvals"]) or "none", one["events"], one["uncovered"],
                 said(one)) for one in found)  # fmt: skip
        answers.print_table(columns, rows, "There is no receipt for you to sign.")
    sys.exit(0 if found else 1)


@command.command()
@click.argument("district")
@_receipt_id
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a PDF of one page.")
@named
@asks_register
def show(
    register: Register, district: str, receipt_id: str, as_json: bool, out: Path | None, actor: str | None
) -> None:
    """Show the receipt ID of DISTRICT, with its digest and signatures. That you looked is recorded."""
    desk = _desk(register, district, actor)
    one = _wanted(register, desk, receipt_id)
    _tell(register, desk, [one])
    place = Place(register.store, desk.district)
    wall = place.wall(desk.district)
    if out:
        write_whole(out, receipt_pdf(one, place.district(desk.district).name, wall, now()))
    if as_json:
        click.echo(msgspec.json.encode(one))
    elif not out:
        pairs = [("Receipt", one["receipt_id"]), ("Vendor", one["vendor"]), *facts(one, wall)]
        pairs += [("Reached", f"{each['system']}: {each['events']} events") for each in one["systems"]]
        pairs += [("Signed by", said(one))]
        for name, words in pairs:
            click.echo(answers.printable(f"{name:<16}{words}"))


@command.command()
@click.argument("district")
@_receipt_id
@click.option("--digest", required=True, help="The digest of the receipt that you read, as `receipt show` says it.")
@named
@asks_register
def sign(register: Register, district: str, receipt_id: str, digest: str, actor: str | None) -> None:
    """Sign the receipt ID of DISTRICT as you read it. Refused where it has changed since then."""
    desk = _desk(register, district, actor)
    one = _wanted(register, desk, receipt_id)
    try:
        event = signing(one, desk.district, desk.user.name, digest, now())
    except NotSigned as refused:
        raise click.ClickException(str(refused)) from refused
    decide(register, event)
    click.echo(f"receipt {receipt_id} is signed", err=True)


class _Desk(NamedTuple):
    """Who acts, where, and the receipts that are theirs."""

    user: User
    district: str
    receipts: list[dict[str, Any]]


def _desk(register: Register, district: str, actor: str | None) -> _Desk:
    home = district_id(district)
    user = acting(register, actor, None, f"district:{home}")
    in_district(register, user, _RIGHT, home)
    try:
        return _Desk(user, home, receipts_of(register.store, home, themselves(register.store, user), now()))
    except LookupError as error:
        raise UsedWrongly(str(error)) from error


def _tell(register: Register, desk: _Desk, found: list[dict[str, Any]]) -> None:
    """Keep that they looked, before anything is shown."""
    for search in looked(found, desk.district, desk.user.name, now()):
        tell(register, search)


def _wanted(register: Register, desk: _Desk, receipt_id: str) -> dict[str, Any]:
    """The receipt, which is theirs; who asks for another one is refused, and told no more."""
    found = next((one for one in desk.receipts if one["receipt_id"] == receipt_id), None)
    why = f"{desk.user.name} was the project manager of no vendor with a receipt {receipt_id}"
    without_conflict(register, desk.user, _RIGHT, entity_of(receipt_id), None if found else why)
    assert found is not None
    return found


def _signed_by(receipt: dict[str, Any], name: str) -> bool:
    return any(one["by"] == name and one["digest"] == receipt["digest"] for one in receipt["signatures"])
