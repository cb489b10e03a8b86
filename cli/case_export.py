"""`hallmonitor case export ID --out DIR`: the pack for a hearing, or for a law-enforcement agency."""

from pathlib import Path

import click

from casework.exports.folder import refuse_unless_empty
from casework.register import Register
from casework.scope import reading
from cli.acting import asks_register, named
from cli.asked import Place
from cli.case_of import case_for
from dashboard.case_export import asked_for, export_case
from dashboard.case_pack import FORMS, Form
from model.clock import now


@click.command("export")
@click.argument("case_id", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new or empty folder.")
@click.option("--form", type=click.Choice([*FORMS, "law-enforcement"]), default=FORMS[0], show_default=True,
              help="For whom: law_enforcement leaves notes out.")  # fmt: skip
@click.option("--to", default="", help="To whom it is handed; stands on the chain of custody.")
@click.option("--district", default=None, help="The case's district, where several have a case of this number.")
@named
@asks_register
def command(
    register: Register, case_id: str, out: Path, form: str, to: str, district: str | None, actor: str | None
) -> None:
    """Write the case ID into the folder --out: pages in plain words, findings, exhibits with raw lines, the clauses
    as in force then, ledger proofs, files, the chain of custody, and a signed manifest.

    \b
    hallmonitor case export 2026-0001 --out case-2026-0001 --user ana
    hallmonitor verify case-2026-0001
    """
    refuse_unless_empty(out)
    user, case = case_for(register, actor, case_id, district, "case.exported")
    at, place = now(), Place(register.store, case.district).district(case.district)
    chosen: Form = "law_enforcement" if form.startswith("law") else "hearing"
    asked = asked_for(case, place, chosen, to, user, at)
    made = export_case(register, user, reading(register.store, user).veiled(None), asked, out, at)
    click.echo(f"{out}: {len(made.files)} files; check them with `hallmonitor verify {out}`", err=True)
