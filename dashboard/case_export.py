"""Exports a case: records who takes it away, writes the signed folder, and notes it in the chain of custody."""

import tempfile
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from casework.cases import RIGHT, Case, case_of, changed
from casework.exports.folder import taken_back, write_folder
from casework.exports.manifest import Manifest
from casework.register import Register
from casework.roles import role_for
from casework.searches import case_read, keep
from casework.users import User
from dashboard.case_pack import Asked, Form, case_pack
from dashboard.production_export import zipped
from model.event import format_at
from model.settings import Settings
from storage.client import Store
from storage.ledger.ledger import open_ledger
from storage.queries.districts import District


def export_case(register: Register, user: User, store: Store, asked: Asked, out: Path, at: datetime) -> Manifest:
    """Write the folder. Raises NotRecorded, ExportRefused, AttachmentLost.

    `store` is as `user` may read it, without pseudonyms: a hearing has to know whom it is about, the case is the
    reason, and the export is recorded with everybody in it.
    """
    settings, case = Settings(), asked.case
    with closing(open_ledger(settings)) as ledger:
        pack = case_pack(store, register.store, ledger, settings.hallmonitor_home, asked)
        keep(register, case_read("export", case, at, actor=user.name, role=role_for(user.roles, RIGHT)))
        made = write_folder(out, pack.files, pack.about, pack.readme, ledger.sealer.signer)
    told = {"form": asked.form, "handed_to": asked.to, "sha256": sha256(made.content).hexdigest()}
    with taken_back(out):
        register.write(changed(case, "case.exported", user, at, **told, files=len(made.files)))
    return made


def asked_for(case: Case, district: District, form: Form, to: str, user: User, at: datetime) -> Asked:
    """What is exported, for whom, by whom, when."""
    return Asked(case=case, district=district, form=form, to=to, made_by=user.name, made_at=format_at(at))


def case_zip(register: Register, user: User, store: Store, district: District, case_id: str, at: datetime) -> bytes:
    """The folder for a hearing as a ZIP archive. Raises CaseRefused beside the others."""
    store = store.veiled(None)
    case = case_of(store, case_id, district.id)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / f"case-{case.case_id}"
        export_case(register, user, store, asked_for(case, district, "hearing", "", user, at), out, at)
        return zipped(out)
