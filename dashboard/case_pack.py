"""The pack of a case: pages, findings, exhibits with raw lines, clauses, proofs, files, chain of custody.

Everything is read as the person who exports may read it; proofs are made from the whole store, of those rows alone.
"""

import base64
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from casework import attachments
from casework.cases import Case
from casework.exports.manifest import PROOFS, About, ledger_place
from casework.handling import handling_of
from dashboard import plain_names
from dashboard.case_document import Contents, Listed, case_document, custody_document
from dashboard.csv_file import Export, Tally
from dashboard.local_time import Wall
from dashboard.vendor_receipts import receipts
from dashboard.violation_document import violation_pdf
from documents.pdf import pdf
from model.event import parse_at
from model.violation import Violation
from model.vocabulary import SENSITIVE
from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.ledger.proof import Proof
from storage.ledger.proving import NotProvable, find, prove_all
from storage.queries.districts import District
from storage.queries.event_rows import NOT_SHOWN, StoredEvent
from storage.queries.names import called_in, named
from storage.queries.timeline import by_id
from storage.queries.violations import revisions

Form = Literal["hearing", "law_enforcement"]
FORMS: tuple[Form, ...] = ("hearing", "law_enforcement")
_COLUMNS = ("exhibit", "event_id", "occurred_at_utc", "occurred_at_local", "source", "product", "action", "account",
            "person", "device", "address", "findings", "file", "sha256")  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported, for whom, by whom, when."""

    case: Case
    district: District
    form: Form
    to: str
    made_by: str
    made_at: str


class Pack(msgspec.Struct, frozen=True):
    """What `write_folder` takes."""

    files: dict[str, bytes]
    about: About
    readme: list[str]


class Exhibits(msgspec.Struct, frozen=True):
    """The events of a case in order of time, and those that are not stored any more."""

    events: list[StoredEvent]
    gone: list[str]
    cited: dict[str, list[str]]  # event id: the findings that cite it


def case_pack(store: Store, whole: Store, ledger: Ledger, home: Path, asked: Asked) -> Pack:
    """The pack. `store`: as the person may read it; `whole`: for proofs. Raises `AttachmentLost`, Unavailable."""
    case, district = asked.case, asked.district.id
    found = [told for one in case.violations if (told := revisions(store, district, one))]
    exhibits = _exhibits(store, case, found)
    proofs, unproven = _proofs(whole, ledger, asked, [one[0] for one in found], exhibits)
    sessions = receipts(store, case, [one[0] for one in found], parse_at(asked.made_at))
    handled = [(one[0], handling_of(store, district, one[0].violation_id).triage) for one in found]
    of = Contents(
        case=case,
        district=asked.district,
        violations=handled,
        names=named(store, district, [*case.people, *case.accounts, *case.devices, *case.vendors]),
        sessions=sessions,
        unproven=unproven,
        made_by=asked.made_by,
        made_at=asked.made_at,
        with_notes=asked.form == "hearing",
    )
    files = {**_findings(store, asked, found, exhibits), **_exhibit_files(asked, exhibits), **proofs}
    files |= _clauses(handled)
    files |= {f"receipts/{_plain(vendor)}.json": _json(told) for vendor, told in sessions.items()}
    files |= {f"attachments/{n:02}-{_plain(one.name)}": attachments.kept(home, one.sha256, one.name)
              for n, one in enumerate(case.attachments, 1)}  # fmt: skip
    files["case.pdf"] = pdf(case_document(of), parse_at(asked.made_at))
    files["custody.pdf"] = pdf(custody_document(of, _listed(files), asked.to), parse_at(asked.made_at))
    return Pack(files, _about(ledger, asked), _readme(asked, unproven))


def _about(ledger: Ledger, asked: Asked) -> About:
    place, case = ledger_place(ledger.book, asked.district.id), asked.case
    query = {"case": case.case_id, "form": asked.form, "handed_to": asked.to or None, "purpose": case.purpose}
    return About(
        kind="case",
        district=asked.district.id,
        query=query,
        decisions=msgspec.to_builtins(case.custody),
        made_by=asked.made_by,
        made_at=asked.made_at,
        ledger_root=place.root,
        ledger_entry=place.entry,
    )


def _exhibits(store: Store, case: Case, found: list[list[Violation]]) -> Exhibits:
    cited: dict[str, list[str]] = {one: [] for one in case.events}
    for told in found:
        for event_id in told[0].event_ids:
            cited.setdefault(event_id, []).append(told[0].violation_id[:10])
    events = by_id(store, case.district, list(cited))
    here = {one.event_id for one in events}
    return Exhibits(events, [one for one in cited if one not in here], cited)


def _findings(store: Store, asked: Asked, found: list[list[Violation]], exhibits: Exhibits) -> dict[str, bytes]:
    events = {one.event_id: one for one in exhibits.events}
    files = {}
    for told in found:
        name = f"findings/finding-{told[0].violation_id[:10]}"
        files[f"{name}.pdf"] = violation_pdf(told, events, called_in(store, told[0]), asked.district, asked.made_at)
        files[f"{name}.json"] = _json(told)
    return files


def _exhibit_files(asked: Asked, exhibits: Exhibits) -> dict[str, bytes]:
    wall, files, rows = Wall(asked.district.timezone), dict[str, bytes](), list[tuple[object, ...]]()
    for number, one in enumerate(exhibits.events, 1):
        name, content = f"exhibits/{number:04}.txt", _raw(one)
        files |= {name: content} if content else {}
        local = wall.second(one.occurred_at) if one.occurred_at else None
        told = (
            one.source_id,
            one.product,
            one.action,
            one.account,
            one.person,
            one.device_id or one.device,
            one.address,
        )
        why = NOT_SHOWN if one.url_category == SENSITIVE else "the raw line is not stored any more"
        where = (name, sha256(content).hexdigest()) if content else (why, None)
        rows.append((number, one.event_id, one.occurred_at, local, *told, _cited(exhibits, one.event_id), *where))
    for event_id in exhibits.gone:
        rows.append((None, event_id, *(None,) * 9, _cited(exhibits, event_id), "not stored any more", None))
    made = Export("exhibits", _COLUMNS, rows, {}, asked.made_by, asked.made_at)
    return {**files, "exhibits/exhibits.csv": b"".join(made.pieces(Tally()))}


def _cited(exhibits: Exhibits, event_id: str) -> str:
    return ", ".join(exhibits.cited[event_id])


def _raw(one: StoredEvent) -> bytes:
    """The record as it was written, byte for byte; nothing where it is not shown or not stored."""
    if not one.raw or one.url_category == SENSITIVE:
        return b""
    return base64.b64decode(one.raw) if one.raw_encoding == "base64" else one.raw.encode("utf-8", "surrogateescape")


def _proofs(
    whole: Store, ledger: Ledger, asked: Asked, found: list[Violation], exhibits: Exhibits
) -> tuple[dict[str, bytes], list[str]]:
    ledger.seal([asked.district.id], parse_at(asked.made_at))
    names = {one.violation_id: f"violation-{one.violation_id[:10]}" for one in found}
    names |= {one.event_id: f"event-{n:04}" for n, one in enumerate(exhibits.events, 1)}
    rows = {row_id: one for row_id in names for one in find(whole, row_id, asked.district.id)[:1]}
    made = prove_all(whole, ledger.book, rows)
    for one in exhibits.events:  # the raw record of a request about protected speech names the topic
        if one.url_category == SENSITIVE and isinstance(proof := made.get(one.event_id), Proof):
            made[one.event_id] = msgspec.structs.replace(proof, raw=None)
    files = {
        f"{PROOFS}{names[row_id]}.json": _json(one) for row_id, one in made.items() if not isinstance(one, NotProvable)
    }
    unproven = [f"{names[row_id]}: {one}" for row_id, one in made.items() if isinstance(one, NotProvable)]
    gone = [f"event {one}, which a finding cites, is not stored any more" for one in exhibits.gone]
    return files, unproven + gone


def _clauses(found: list[tuple[Violation, Any]]) -> dict[str, bytes]:
    told = [{"violation_id": v.violation_id, "policy": v.policy, "school_day": v.evidence.school_day,
             "clauses": v.clauses} for v, _ in found]  # fmt: skip
    return {"clauses.json": _json(told)} if told else {}


def _listed(files: Mapping[str, bytes]) -> list[Listed]:
    return [
        Listed(number=n, name=name, what=_what(name), size=len(files[name]), sha256=sha256(files[name]).hexdigest())
        for n, name in enumerate(sorted(files), 1)
    ]


def _what(name: str) -> str:
    told = {
        "case.pdf": "the case in plain words",
        "clauses.json": "the clauses as they were in force",
        "exhibits/exhibits.csv": "the list of the records",
    }
    folders = {"findings": "a finding", "exhibits": "a record as it was written", "proofs": "proof from the ledger",
               "receipts": "the sessions of a vendor",
               "attachments": "a file that was added to the case"}  # fmt: skip
    return told.get(name) or folders[name.partition("/")[0]]


def _readme(asked: Asked, unproven: list[str]) -> list[str]:
    case = asked.case
    whom = f" for {asked.to}" if asked.to else ""
    return [
        f"Case {case.case_id}: {case.title}. {plain_names.sentence(asked.form)} pack{whom}.",
        "case.pdf tells the case in plain words. custody.pdf lists every file with its SHA-256, says who did what with"
        " the case and when, and has the lines to sign when it is handed over.",
        "findings/ has each finding: a PDF to read, and a JSON file with every revision of it.\n"
        "exhibits/exhibits.csv lists the records; each record stands beside it as the system that logged it wrote it.\n"
        "clauses.json has the clauses with the policy that was in force when it was judged.\n"
        "proofs/ has the ledger's proof of each finding and record. attachments/ has files that people added."
        " receipts/ has the sessions of a vendor.",
        "This is what the software recorded. It is no legal advice.",
        *(["Not proven by the ledger: " + "; ".join(unproven)] if unproven else []),
    ]


def _plain(name: str) -> str:
    """The name of a file as it may stand in any file system."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-100:].lstrip(".") or "file"


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
