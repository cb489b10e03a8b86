"""The pack of a case with a real store and ledger: read as an opposing lawyer would, and checked offline."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from casework.attachments import AttachmentLost, keep
from casework.cases import Attachment, Case, Note, Step
from casework.exports.checked import Keys, check_folder
from casework.exports.folder import write_folder
from dashboard.case_pack import Asked, Form, Pack, case_pack
from dashboard.vendor_receipts import receipts
from infra.local.stack import Stack
from model.batch import Fact
from model.event import parse_at
from model.policy import base_policy
from model.violation import Clause, Exhibit
from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.ledger.proving import pointed
from storage.queries.districts import District
from storage.queries.violations import revisions
from tests.support.ledger_cases import home_ledger, store_marked
from tests.support.storage_cases import DISTRICT, event, events, facts, fresh_store, violation, violations

AT = "2026-03-09T15:00:00.000Z"
HOSTILE = "<script>alert(1)</script> #panic() \x1b[31m\u202e"


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_case_pack")
    yield store
    store.close()


@pytest.fixture
def ledger(tmp_path: Path, store: Store) -> Iterator[Ledger]:
    for table in ("events", "violations", "dead_letters", "reference", "casework"):
        store.command(f"TRUNCATE TABLE {table}")
    made = home_ledger(tmp_path / "home")
    told = violation("v1" * 16, event_ids=["e1", "e2", "gone"], headline=f"tbell {HOSTILE}", clauses=[
        Clause(clause_id="1600/a", section="Policy 1600", quote="One account, one person.")])  # fmt: skip
    exhibits = [Exhibit(event_id="e1", occurred_at="2026-03-04T14:00:00.000Z", source_id="dc1", shows="a logon")]
    told = msgspec.structs.replace(told, evidence=msgspec.structs.replace(told.evidence, exhibits=exhibits))
    first = event("e1", account="tbell", person="p17", raw=HOSTILE)
    found = [first, event("e2", "14:20:00", raw="AAH/", raw_encoding="base64")]
    district = Fact(table="district", key=DISTRICT, row={"name": "Maple Falls", "timezone": "America/New_York"})
    tess = Fact(table="users", key="p17", row={"sourcedId": "p17", "givenName": "Tess", "familyName": "Bell"})
    store_marked(made, store, [facts([district, tess], 1), events(found, 2), violations([told], 3)])
    yield made
    made.close()


def case(home: Path, **more: Any) -> Case:
    digest = keep(home, b"a photo")
    step = Step(at=AT, actor="ana", role="analyst", what="opened the case", sha256=None)
    fields: dict[str, Any] = {
        "case_id": "2026-0001", "district": DISTRICT, "title": "Shared login", "purpose": "incident",
        "opened_by": "ana", "opened_at": AT, "violations": ["v1" * 16], "people": ["p17"],
        "notes": [Note(AT, "ana", "a note of ours")],
        "attachments": [Attachment(name="../photo 1.jpg", sha256=digest, size=7, at=AT, actor="ana",
                                   received_from="Officer Reed")], "custody": [step],
    }  # fmt: skip
    return Case(**(fields | more))


def packed(store: Store, ledger: Ledger, home: Path, form: Form = "hearing", to: str = "", **more: Any) -> Pack:
    district = District(DISTRICT, "Maple Falls", "America/New_York")
    asked = Asked(case=case(home, **more), district=district, form=form, to=to, made_by="ana", made_at=AT)
    return case_pack(store, store, ledger, home, asked)


def text_of(body: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def test_a_hearing_pack_holds_all_of_the_case_and_is_intact_offline(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    pack = packed(store, ledger, tmp_path / "home")
    made = write_folder(tmp_path / "out", pack.files, pack.about, pack.readme, ledger.sealer.signer)
    assert set(pack.files) == {
        "case.pdf", "custody.pdf", "clauses.json", "findings/finding-v1v1v1v1v1.pdf",
        "findings/finding-v1v1v1v1v1.json",
        "exhibits/exhibits.csv", "exhibits/0001.txt", "exhibits/0002.txt", "attachments/01-_photo_1.jpg",
        "proofs/violation-v1v1v1v1v1.json", "proofs/event-0001.json", "proofs/event-0002.json"}  # fmt: skip
    found = check_folder(tmp_path / "out", Keys(given=ledger.sealer.signer.public))
    assert (found.intact, found.says) == (True, [])
    assert made.ledger_root
    assert made.query["case"] == "2026-0001"


def test_the_exhibits_are_the_records_byte_for_byte_and_say_which_is_gone(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    files = packed(store, ledger, tmp_path / "home").files
    assert files["exhibits/0001.txt"].decode() == HOSTILE
    assert files["exhibits/0002.txt"] == b"\x00\x01\xff"
    rows = list(csv.DictReader(io.StringIO(files["exhibits/exhibits.csv"].decode("utf-8-sig"))))
    assert [(one["event_id"], one["file"]) for one in rows] == [
        ("e1", "exhibits/0001.txt"), ("e2", "exhibits/0002.txt"), ("gone", "not stored any more")]  # fmt: skip
    assert rows[0]["occurred_at_local"] == "Mar 4, 2026, 9:00:00 AM EST"
    assert {one["findings"] for one in rows} == {"v1v1v1v1v1"}


def test_the_pages_say_in_words_what_was_found_under_which_clause_and_what_is_not_proven(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    files = packed(store, ledger, tmp_path / "home").files
    said = text_of(files["case.pdf"])
    for words in ("Shared login", "Tess Bell (p17)", "One account, one person.", "a note of ours", "opened the case",
                  "gone, which a finding cites, is not stored any more", "union-ok"):  # fmt: skip
        assert words in said, words
    assert "\u202e" not in said
    custody = text_of(files["custody.pdf"])
    for words in ("Chain of custody", "Released by", "attachments/01-_photo_1.jpg", "a record as it was written"):
        assert words in custody, words
    clauses = json.loads(files["clauses.json"])
    assert clauses[0]["clauses"][0]["quote"] == "One account, one person."


def test_a_pack_for_law_enforcement_names_the_agency_and_holds_no_notes(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    files = packed(store, ledger, tmp_path / "home", "law_enforcement", to="Maple Falls Police").files
    assert "Maple Falls Police" in text_of(files["custody.pdf"])
    assert "a note of ours" not in text_of(files["case.pdf"])


def test_a_row_that_was_changed_in_the_store_is_not_proven(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    ledger.seal([DISTRICT], parse_at(AT))
    store.command("ALTER TABLE events UPDATE account = 'other' WHERE event_id = 'e1' SETTINGS mutations_sync = 2")
    pack = packed(store, ledger, tmp_path / "home")
    assert "proofs/event-0001.json" not in pack.files
    assert any("Not proven by the ledger: event-0001: rows of its hour" in one for one in pack.readme)


def test_a_violation_names_its_place_in_the_ledger_once_it_is_sealed(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    newest = revisions(store, DISTRICT, "v1" * 16)[0]
    assert pointed(store, tmp_path / "none", newest).evidence.digest_pointer is None
    assert pointed(store, tmp_path / "home", newest).evidence.digest_pointer is None
    ledger.seal([DISTRICT], parse_at(AT))
    told = pointed(store, tmp_path / "home", newest).evidence.digest_pointer
    assert told
    assert told.startswith(f"ledger:{DISTRICT}/violations/2024-11-18T")
    assert told.endswith(":0")
    assert not (tmp_path / "none").exists()


def test_a_file_that_was_changed_in_the_home_is_refused(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    kept = tmp_path / "home" / "attachments"
    told = case(tmp_path / "home")
    (kept / told.attachments[0].sha256).write_bytes(b"another photo")
    with pytest.raises(AttachmentLost, match="was changed"):
        case_pack(store, store, ledger, tmp_path / "home",
                  Asked(case=told, district=District(DISTRICT, "x", "UTC"), form="hearing", to="", made_by="ana",
                        made_at=AT))  # fmt: skip


def test_a_case_about_a_vendor_holds_the_receipts_of_its_sessions(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    pack_of = Fact(table="policy", key="union-ok", row={"pack": base_policy().model_dump_json()})
    row = {"name": "Maple Falls", "timezone": "America/New_York", "policy": "union-ok"}
    told = [
        Fact(table="district", key=DISTRICT, row=row),
        pack_of,
        Fact(table="vendors", key="acme", row={"vendor": "acme", "name": "Acme Networks"}),
        Fact(table="accounts", key="vtech", row={"account": "vtech", "vendor": "acme", "kind": "vendor"}),
    ]
    used = {"account": "vtech", "person": None, "category": "vpn", "address": "203.0.113.9"}
    found = [
        event("e7", "14:30:00", action="tunnel.opened", **used),
        event("e8", "15:30:00", action="tunnel.closed", **used),
    ]
    store_marked(ledger, store, [facts(told, 11), events(found, 12)])
    files = packed(store, ledger, tmp_path / "home", vendors=["acme"]).files
    (session,) = json.loads(files["receipts/acme.json"])["sessions"]
    assert (session["account"], session["opening"], session["close"]) == ("vtech", "recorded", "recorded")
    assert (session["approvals"], session["uncovered"]) == ([], 2)
    assert "The vendor's sessions" in text_of(files["case.pdf"]).replace("’", "'")
    assert "receipts/acme.json" in text_of(files["custody.pdf"])
    about = violation("v2", vendor="acme", started_at="2026-04-04T14:00:00.000Z", ended_at="2026-04-04T15:00:00.000Z")
    elsewhere = receipts(store, case(tmp_path / "home", vendors=["acme"]), [about], parse_at(AT))
    assert elsewhere["acme"]["sessions"] == []  # a month from the finding
