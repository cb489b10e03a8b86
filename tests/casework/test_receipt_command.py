"""`hallmonitor receipt` against real servers: the project manager alone reads and signs, and others see who signed."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from casework import users
from casework.register import Register
from cli.main import main
from infra.local.stack import Stack
from model.clock import now
from storage.client import Store
from tests.casework.test_incident_commands import PASSWORD, event_of
from tests.casework.test_incidents import RAN_OVER
from tests.support.incident_cases import DISTRICT, district_facts
from tests.support.storage_cases import events, facts, fresh_store, store_records, with_keys

VENDORS = [{"vendor": "acme", "name": "Acme Networks", "project_manager": "t1", "sponsor": "s1"}]
RECEIPT = RAN_OVER[0].event_id


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    """A district whose vendor's session ran over; Tess Bell is the project manager."""
    made = fresh_store(stack, f"receipts_{uuid.uuid4().hex[:8]}")
    told = district_facts({"vendors": VENDORS})
    store_records(made, [facts(told, 1), events([event_of(one) for one in RAN_OVER], 2)])
    yield made
    made.close()


@pytest.fixture(scope="module")
def environment(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    settings = stack.settings(clickhouse_url=store.url, hallmonitor_home=with_keys(tmp_path_factory.mktemp("receipts")))
    with Register(settings, store) as register:
        for name, role, person in (
            ("tess.rec", "viewer", "t1"),
            ("ana.rec", "viewer", "s1"),
            ("prue.rec", "privacy_officer", ""),
        ):
            register.write(users.added(name, [role], PASSWORD, now(), "ada", "administrator", person=person))
    home = {"HALLMONITOR_HOME": str(settings.hallmonitor_home), "HALLMONITOR_PASSWORD": PASSWORD}
    return {**settings.environment(), **home}


@pytest.fixture(scope="module")
def said(environment: dict[str, str]) -> Any:
    def run(*arguments: str, fails: bool = False) -> Result:
        found = CliRunner().invoke(main, arguments, env=environment)
        assert (found.exit_code != 0) == fails, found.output
        return found

    return run


@pytest.fixture(scope="module")
def digest(said: Any) -> str:
    """Of the receipt, as its project manager read it."""
    told = json.loads(said("receipt", "show", DISTRICT, RECEIPT, "--user", "tess.rec", "--json").stdout)
    assert told["digest"]
    return str(told["digest"])


@pytest.fixture(scope="module")
def signed(said: Any, digest: str) -> str:
    said("receipt", "sign", DISTRICT, RECEIPT, "--digest", digest, "--user", "tess.rec")
    return digest


def test_the_project_manager_reads_the_receipt_and_that_is_recorded(said: Any, digest: str) -> None:
    looked = said("casework", "--kind", "search.made", "--actor", "tess.rec", "--json").stdout.splitlines()
    body = json.loads(looked[0])["body"]
    assert (body["how"], body["query"], body["rows"]) == ("receipt", "acme", 1)


@pytest.mark.parametrize("name", ["ana.rec", "prue.rec"])
def test_nobody_else_reads_or_signs_it_and_the_try_is_recorded(said: Any, digest: str, name: str) -> None:
    """Not the sponsor, and not who handles incidents."""
    shown = said("receipt", "show", DISTRICT, RECEIPT, "--user", name, fails=True)
    assert "project manager of no vendor" in shown.output
    assert "vtech" not in shown.output
    said("receipt", "sign", DISTRICT, RECEIPT, "--digest", digest, "--user", name, fails=True)
    refused = said("casework", "--kind", "command.refused", "--actor", name, "--json").stdout.splitlines()
    assert json.loads(refused[0])["body"]["entity"] == f"receipt:{RECEIPT}"


def test_a_digest_that_was_not_read_signs_nothing(said: Any) -> None:
    done = said("receipt", "sign", DISTRICT, RECEIPT, "--digest", "0" * 64, "--user", "tess.rec", fails=True)
    assert "read it again" in done.output


def test_what_is_signed_is_no_longer_listed_as_to_be_signed(said: Any, signed: str) -> None:
    assert "no receipt for you" in said("receipt", "list", DISTRICT, "--user", "tess.rec", fails=True).output
    (one,) = said("receipt", "list", DISTRICT, "--all", "--user", "tess.rec", "--json").stdout.splitlines()
    assert [each["by"] for each in json.loads(one)["signatures"]] == ["tess.rec"]


def test_the_page_bears_the_signature(said: Any, signed: str, tmp_path: Path) -> None:
    said("receipt", "show", DISTRICT, RECEIPT, "--user", "tess.rec", "--out", str(tmp_path / "receipt.pdf"))
    reader = PdfReader(tmp_path / "receipt.pdf")
    text = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    assert "tess.rec" in text.partition("Signed by the project manager")[2]
    assert "2 of 4 events" in text


def test_the_incident_about_the_vendor_shows_who_signed_and_stays_shut_to_them(said: Any, signed: str) -> None:
    opened = said(
        *("incident", "open", DISTRICT, "--kind", "vendor", "--subject", "acme", "--discovered", "2026-03-06T08:30"),
        *("--by", "Prue", "--text", "Ran over", "--user", "prue.rec"),
    )
    incident = json.loads(opened.stdout)["incident_id"]
    told = json.loads(said("incident", "vendor", incident, "--user", "prue.rec", "--json").stdout)
    (first, *_) = told["sessions"]
    assert [(one["by"], one["digest"]) for one in first["signatures"]] == [("tess.rec", first["digest"])]
    assert "tess.rec" in said("incident", "vendor", incident, "--user", "prue.rec").stdout
    said("incident", "vendor", incident, "--user", "tess.rec", fails=True)


def test_a_district_that_is_not_stored_is_said_so(said: Any) -> None:
    assert "elsewhere" in said("receipt", "list", "elsewhere", "--user", "tess.rec", fails=True).output
