"""The part of the demo that is the records desk: each piece is there, and says that it was verified."""

import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from casework.register import Register
from cli.demo_desk import Work, work_the_desk
from documents.reading import pdf_text
from infra.local.stack import Stack
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.districts import districts
from tests.support.desk_cases import HOME, two_districts
from tests.support.storage_cases import with_keys


@pytest.fixture
def store(stack: Stack) -> Iterator[Store]:
    store = two_districts(stack, f"demo_{uuid.uuid4().hex[:8]}", decided=False)
    yield store
    store.close()


@pytest.mark.slow
def test_a_request_a_purge_and_an_incident_are_worked_and_their_files_verified(
    stack: Stack, store: Store, tmp_path: Path
) -> None:
    settings = stack.settings(clickhouse_url=store.url, hallmonitor_home=with_keys(tmp_path))
    district = next(one for one in districts(store) if one.id == HOME)
    with Register(settings, store) as register:
        work = Work(register, settings, district, "tbell", date(2026, 3, 4), tmp_path / "desk")
        made = work_the_desk(work, lambda _: None, lambda _: {})
    names = ["acknowledgement.pdf", "production", "certificate.pdf", "certificate.json", "incident.pdf", "letters"]
    assert [one.path.name for one in made] == names
    assert all(one.path.exists() for one in made)
    checked = {one.path.name: one.checked for one in made}
    for name in ("production", "letters"):
        assert "verified offline" in checked[name]
    assert "the ledger is intact" in checked["certificate.pdf"]
    certificate = msgspec.json.decode((tmp_path / "desk" / "certificate.json").read_bytes())
    assert certificate["people"] == {"planned": "ruth", "approved": "adam", "run": "ruth"}
    assert certificate["matters_checked"]
    assert "Certificate of destruction" in "".join(pdf_text((tmp_path / "desk" / "certificate.pdf").read_bytes()))
    kinds = {one.kind for one in matching(store, district=HOME)}
    assert {"request.produced", "retention.run", "incident.letters_written"} <= kinds
