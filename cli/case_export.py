"""`hallmonitor case export ID --out DIR`: the pack for a hearing, or for a law-enforcement agency."""

from contextlib import closing
from hashlib import sha256
from pathlib import Path

import click

from casework.cases import RIGHT, changed
from casework.exports.folder import refuse_unless_empty, write_folder
from casework.register import Register
from casework.scope import reading
from casework.searches import case_read
from cli.acting import asks_register, decide, named, role_of
from cli.addresses import resolved
from cli.asked import Place
from cli.case_of import case_for
from dashboard.case_pack import FORMS, Asked, Form, case_pack
from model.clock import now
from model.event import format_at
from storage.ledger.ledger import open_ledger


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
    settings, at = resolved(), now()
    place = Place(register.store, case.district).district(case.district)
    chosen: Form = "law_enforcement" if form.startswith("law") else "hearing"
    asked = Asked(case=case, district=place, form=chosen, to=to, made_by=user.name, made_at=format_at(at))
    with closing(open_ledger(settings)) as ledger:
        store = reading(register.store, user)
        pack = case_pack(store, register.store, ledger, settings.hallmonitor_home, asked)
        decide(register, case_read("export", case, at, actor=user.name, role=role_of(user, RIGHT)))
        made = write_folder(out, pack.files, pack.about, pack.readme, ledger.sealer.signer)
    told = {"form": chosen, "handed_to": to, "sha256": sha256(made.content).hexdigest(), "files": len(made.files)}
    decide(register, changed(case, "case.exported", user, now(), **told))
    click.echo(f"{out}: {len(made.files)} files; check them with `hallmonitor verify {out}`", err=True)
