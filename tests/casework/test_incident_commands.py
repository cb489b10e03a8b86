"""`hallmonitor incident` against real servers: opened by who may, scoped from what is stored, decided and signed."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from casework import users
from casework.exports.checked import Keys, check_folder
from casework.incidents.context import context
from casework.incidents.incident import IncidentRefused, incident_of
from casework.incidents.scope import as_json, scope
from casework.register import Register
from casework.scope import scoping
from casework.users import User
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.event import Event, format_ms
from storage.client import Store
from storage.queries.incidents import Use, Uses
from tests.casework.test_incidents import PHISHED
from tests.support.desk_cases import failing
from tests.support.incident_cases import DISTRICT, Listed, district_facts, incident
from tests.support.storage_cases import events, facts, fresh_store, store_records, with_keys

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.slow


def event_of(one: Use) -> Event:
    """The event behind a use."""
    said = {
        name: getattr(one, name)
        for name in Use.__struct_fields__
        if name not in ("at", "event_id") and getattr(one, name)
    }
    whole: dict[str, Any] = {"product": "google_workspace", "raw": f"raw of {one.event_id}", **said}
    return Event(event_id=one.event_id, occurred_at=format_ms(one.at), **whole)


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    """The district of `incident_cases` as the sink stores it, with the account that was phished."""
    made = fresh_store(stack, f"incidents_{uuid.uuid4().hex[:8]}")
    declared = Fact(table="source", key="edge-vpn", row={"categories": "vpn", "lateness_s": "60"})
    store_records(made, [facts([*district_facts(), declared], 1), events([event_of(one) for one in PHISHED], 2)])
    yield made
    made.close()


@pytest.fixture(scope="module")
def environment(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    settings = stack.settings(
        clickhouse_url=store.url, hallmonitor_home=with_keys(tmp_path_factory.mktemp("incidents"))
    )
    with Register(settings, store) as register:
        for name, role in (("prue.inc", "privacy_officer"), ("ana.inc", "analyst")):
            register.write(users.added(name, [role], PASSWORD, now(), "ada", "administrator"))
    home = {"HALLMONITOR_HOME": str(settings.hallmonitor_home), "HALLMONITOR_PASSWORD": PASSWORD}
    return {**settings.environment(), **home}


@pytest.fixture
def said(environment: dict[str, str]) -> Any:
    def run(*arguments: str, fails: bool = False) -> Result:
        found = CliRunner().invoke(main, ["incident", *arguments], env=environment)
        assert (found.exit_code != 0) == fails, found.output
        return found

    return run


@pytest.fixture
def opened(said: Any) -> str:
    found = said(
        *("open", DISTRICT, "--kind", "account", "--subject", "tbell", "--discovered", "2026-03-06T08:30"),
        *("--by", "Tess Bell", "--text", "Clicked a link", "--user", "prue.inc"),
    )
    told = json.loads(found.stdout)
    assert told.keys() == {"incident_id", "hold_id"}
    return str(told["incident_id"])


def test_the_scope_of_what_is_stored_is_the_scope_of_the_same_list(store: Store) -> None:
    place = context(store, DISTRICT, now())
    stored, listed = (as_json(scope(uses, incident(), place)) for uses in (Uses(store, DISTRICT), Listed(PHISHED)))
    assert stored == listed
    assert stored["exposure"]["earliest_proven"] == "2026-03-05T08:14:00.000Z"


def test_an_incident_places_a_hold_and_is_scoped_and_recorded(
    said: Any, opened: str, environment: dict[str, str]
) -> None:
    told = json.loads(said("scope", opened, "--json").stdout)
    assert told["by_state"] == {"MA": {"low": 0, "high": 1}, "OK": {"low": 1, "high": 1}, "WA": {"low": 0, "high": 1}}
    assert "earliest proven" in said("scope", opened, "--user", "prue.inc").stdout
    holds = CliRunner().invoke(main, ["hold", "list", DISTRICT, "--json"], env=environment)
    assert any(json.loads(line)["accounts"] == ["tbell"] for line in holds.stdout.splitlines())
    looked = CliRunner().invoke(main, ["casework", "--kind", "search.made", "--json"], env=environment)
    made = [json.loads(line)["body"] for line in looked.stdout.splitlines()]
    assert any(one["how"] == "scope" and one["case"] == f"incident {opened}" for one in made)


@pytest.mark.parametrize("command", ["incident", "hold"])
def test_a_list_is_of_all_districts_where_none_is_named(opened: str, environment: dict[str, str], command: str) -> None:
    found = CliRunner().invoke(main, [command, "list", "--json"], env=environment)
    assert (found.exit_code, opened in found.stdout) == (0, True), found.output


@pytest.mark.parametrize("command", ["incident", "hold", "retention", "request"])
def test_a_list_of_a_district_that_is_not_stored_is_refused(environment: dict[str, str], command: str) -> None:
    found = CliRunner().invoke(main, [command, "list", "nowhere"], env=environment)
    assert (found.exit_code, "no district 'nowhere' is stored" in found.stderr) == (2, True), found.output


def test_a_hold_that_ends_before_it_begins_is_refused(environment: dict[str, str]) -> None:
    words = ["--matter", "M", "--kind", "audit", "--reason", "R", "--user", "ana.inc"]
    span = ["--from", "2026-03-05", "--to", "2026-03-04"]
    found = CliRunner().invoke(main, ["hold", "place", DISTRICT, *words, *span], env=environment)
    assert found.exit_code != 0
    assert "ends before it begins" in found.stderr


def test_a_hold_on_a_source_that_nobody_knows_is_refused_with_those_there_are(environment: dict[str, str]) -> None:
    words = ["--matter", "M", "--kind", "audit", "--reason", "R", "--user", "ana.inc", "--source", "nosuch"]
    found = CliRunner().invoke(main, ["hold", "place", DISTRICT, *words], env=environment)
    assert (found.exit_code, "has no source 'nosuch'; there are dc1" in found.stderr) == (2, True), found.stderr


def test_a_hold_may_name_a_source_of_the_district_that_has_sent_nothing_yet(environment: dict[str, str]) -> None:
    words = ["--matter", "M", "--kind", "audit", "--reason", "R", "--user", "ana.inc", "--source", "edge-vpn"]
    found = CliRunner().invoke(main, ["hold", "place", DISTRICT, *words], env=environment)
    assert found.exit_code == 0, found.stderr


def test_an_answer_is_signed_and_settles_a_clock(said: Any, opened: str) -> None:
    before = json.loads(said("clocks", opened, "--json").stdout)
    assert before["rules"][0].keys() >= {"rule", "binds", "why", "who", "due", "starts"}
    assert before["questions"][0].keys() == {"question", "asks"}
    said("decide", opened, "--question", "encrypted", "--answer", "yes", "--reason", "BitLocker", "--user", "prue.inc")
    after = {one["rule"]: one for one in json.loads(said("clocks", opened, "--json").stdout)["rules"]}
    assert (after["wa.breach"]["binds"], after["wa.breach"]["due"]) == (False, None)
    assert "prue.inc" in after["wa.breach"]["why"]
    assert "encrypted: yes (prue.inc: BitLocker)" in said("show", opened).stdout


def test_who_may_not_handle_incidents_is_refused_and_nobody_decides_unsigned(said: Any, opened: str) -> None:
    decided = ("decide", opened, "--question", "encrypted", "--answer", "no", "--reason", "x")
    assert "privacy_officer" in said(*decided, "--user", "ana.inc", fails=True).output
    assert "--user" in said(*decided, fails=True).output
    assert (
        "nobody asks 'encryptd'"
        in said(
            *("decide", opened, "--question", "encryptd", "--answer", "no", "--reason", "x", "--user", "prue.inc"),
            fails=True,
        ).output
    )


def test_a_closed_incident_takes_no_more_decisions(said: Any, opened: str) -> None:
    said("close", opened, "--reason", "No breach", "--user", "prue.inc")
    late = said("state", opened, "--fact", "contact", "--text", "x", "--user", "prue.inc", fails=True)
    assert "was closed" in late.output
    assert json.loads(said("list", DISTRICT, "--all", "--json").stdout.splitlines()[0])["incident_id"]


def test_letters_and_timeline_are_written_signed_and_recorded(
    said: Any, opened: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    out = tmp_path / "letters"
    done = said("letters", opened, "--out", str(out), "--user", "prue.inc")
    assert "draft" in done.stderr
    assert check_folder(out, Keys()).intact
    assert {one.name for one in out.iterdir()} >= {"ma-resident.pdf", "wa-resident.pdf", "manifest.json", "README.txt"}
    assert "not empty" in said("letters", opened, "--out", str(out), "--user", "prue.inc", fails=True).output
    written = CliRunner().invoke(main, ["casework", "--kind", "incident.letters_written", "--json"], env=environment)
    assert json.loads(written.stdout.splitlines()[0])["actor"] == "prue.inc"
    said("timeline", opened, "--pdf", "--out", str(tmp_path / "t.pdf"))
    printed = PdfReader(tmp_path / "t.pdf").pages[0].extract_text()
    assert "Possible from" in printed
    assert "Mar 5, 2026, 2:14:00 AM CST" in printed
    assert "not about a vendor" in said("vendor", opened, fails=True).output


def test_letters_that_cannot_be_recorded_are_not_left_behind(
    said: Any, opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "write", failing("incident.letters_written"))
    said("letters", opened, "--out", str(tmp_path / "letters"), "--user", "prue.inc", fails=True)
    assert list(tmp_path.iterdir()) == []


def test_an_incident_that_is_not_there_is_said_so(said: Any) -> None:
    assert "there is no incident" in said("scope", "nope", fails=True).output
    future = ("--kind", "account", "--subject", "x", "--discovered", "2999-01-01", "--by", "x", "--text", "x")
    assert "future" in said("open", DISTRICT, *future, "--user", "prue.inc", fails=True).output


def test_only_who_handles_incidents_reads_for_a_scope_and_in_their_districts(store: Store) -> None:
    def events_read(user: User) -> int:
        return sum(1 for _ in Uses(scoping(store, user), DISTRICT).of_account("tbell"))

    assert events_read(User(name="p", roles=("privacy_officer",))) == len(PHISHED)
    for closed in (
        User(name="p", roles=("privacy_officer",), districts=("birch-hill",)),
        User(name="p", roles=("privacy_officer",), schools=("hs",)),
        User(name="p", roles=("analyst",)),
    ):
        assert events_read(closed) == 0


def test_nobody_handles_an_incident_about_themselves(store: Store, opened: str) -> None:
    officer = User(name="prue.inc", roles=("privacy_officer",))
    assert incident_of(scoping(store, officer), opened).subject == "tbell"
    for own in (
        User(name="tbell", roles=("privacy_officer",)),
        User(name="p", roles=("privacy_officer",), person="t1"),
    ):
        with pytest.raises(IncidentRefused):
            incident_of(scoping(store, own), opened)
