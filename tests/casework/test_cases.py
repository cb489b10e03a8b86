"""Triage and cases with the real engine: every command as every role, nobody their own, the second of two told so."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from casework.cases import Case, case_of, cases, next_number, state
from casework.fold import Entry, history
from casework.register import Register, decision
from casework.roles import ROLES
from casework.scope import Conflict, reading
from casework.triage import Change, Triage, TriageRefused, changed
from casework.triage import state as triage_state
from casework.users import User, added, user_of
from cli.judging_as import is_about
from cli.main import main
from infra.local.stack import Stack
from model import topics
from model.clock import now
from model.settings import Settings
from model.violation import Exhibit, encode_violation
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.triage import standings
from storage.queries.violations import Filter, queue
from tests.support.desk_cases import ELSEWHERE, GWEN, HOME, failing, line, two_districts
from tests.support.storage_cases import store_records, violation, with_keys

AT = datetime(2026, 3, 4, 14, tzinfo=UTC)
PASSWORD = "correct horse battery"


# Pure


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (Triage(), Change(assignee="ben"), ("assigned", None, "ben")),
        (Triage(), Change(state="assigned"), ("assigned", None, "ana")),
        (Triage(), Change(outcome="benign"), ("closed", "benign", None)),
        (Triage(), Change(comment="x"), ("new", None, None)),
        (Triage(state="assigned", assignee="ben"), Change(state="waiting"), ("waiting", None, "ben")),
        (Triage(state="closed", outcome="benign"), Change(state="new"), ("new", None, None)),
        (Triage(state="closed", outcome="benign"), Change(comment="x"), ("closed", "benign", None)),
        (Triage(state="closed", outcome="benign"), Change(state="assigned"), ("assigned", None, "ana")),
        (Triage(state="closed", outcome="benign"), Change(outcome="confirmed"), ("closed", "confirmed", None)),
    ],
)
def test_a_decision_says_the_whole_standing(before: Triage, change: Change, after: tuple[str, str, str]) -> None:
    body = changed(before, change, "ana")
    assert (body["state"], body["outcome"], body["assignee"]) == after


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change(), "nothing would change"),
        (Change(state="closed"), "closing takes an outcome"),
        (Change(state="waiting", outcome="benign"), "closed violation"),
        (Change(comment="x" * 10_001), "at most 10,000"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(change: Change, why: str) -> None:
    with pytest.raises(TriageRefused, match=why):
        changed(Triage(), change, "ana")


def test_numbers_of_cases_go_on_within_a_year() -> None:
    assert next_number([], 0, 2026) == "2026-0001"
    assert next_number(["2025-0090", "2026-0001", "2026-0009"], 0, 2026) == "2026-0010"
    assert next_number(["2026-9999"], 0, 2026) == "2026-10000"


def test_as_many_numbers_are_skipped_once_as_decisions_were_lost() -> None:
    assert next_number(["2026-0001", "2026-0002"], 3, 2026) == "2026-0006"
    assert next_number(["2026-0001", "2026-0002", "2026-0006"], 3, 2026) == "2026-0007"


def test_a_case_is_what_its_decisions_that_hold_made_of_it() -> None:
    def told(kind: str, seen: int, **body: Any) -> Any:
        return decision("case:2026-0001", kind, AT, actor="ana", role="analyst", district=HOME, purpose="incident",
                        expected_version=seen, body=body)  # fmt: skip

    case = state(
        history(
            [
                told("case.opened", 0, title="T", violations=["v1"], people=["p17"]),
                told("case.noted", 1, text="first"),
                told("case.noted", 1, text="too late"),
                told("case.added", 2, violations=["v1", "v2"]),
                told("case.shared", 3, **{"with": "pat"}),
                told("case.attached", 4, name="a.txt", sha256="ab", size=1, received_from="Officer Reed"),
                told("case.closed", 5, outcome="confirmed", comment="done"),
            ]
        )
    )
    assert case
    assert (case.violations, case.people, case.shared_with, case.status) == (["v1", "v2"], ["p17"], ["pat"], "closed")
    assert [one.text for one in case.notes] == ["first", "done"]
    assert [one.what for one in case.custody][:2] == [
        "opened the case with violations v1; people p17", "added a note"]  # fmt: skip
    assert [one.sha256 for one in case.custody if one.sha256] == ["ab"]
    assert case.version == 6


def test_a_finding_that_was_judged_anew_is_not_shown_to_whom_an_exhibit_names() -> None:
    told = violation("new", account="somebody")
    exhibit = Exhibit(event_id="e1", occurred_at="2026-03-04T14:00:00.000Z", source_id="dc1", shows="x", person=GWEN)
    evidence = msgspec.structs.replace(told.evidence, exhibits=[exhibit])
    gwen, own = User(name="gwen", roles=("analyst",)), Conflict(people=(GWEN,))
    assert is_about(msgspec.structs.replace(told, evidence=evidence), own, gwen)
    assert not is_about(told, own, gwen)


# Servers


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = two_districts(stack, f"cases_{uuid.uuid4().hex[:8]}", decided=False)
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = with_keys(tmp_path_factory.mktemp("cases"))
    return stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)


PEOPLE: dict[str, dict[str, Any]] = {
    **{role[:3]: {"roles": (role,), "districts": [HOME]} for role in ROLES},
    "gwen": {"roles": ("analyst",), "districts": [HOME], "person": GWEN},
    "boss": {"roles": ("analyst",), "districts": [HOME], "supervises": ["p18"]},
    "one": {"roles": ("analyst",), "districts": [HOME], "schools": ["o1"]},
    "dan": {"roles": ("analyst",), "districts": [HOME]},
    "val": {"roles": ("viewer",), "districts": [HOME]},  # with whom one test alone shares
    "gwenview": {"roles": ("viewer",), "districts": [HOME], "person": GWEN},
    "far": {"roles": ("viewer",), "districts": ["birch-hill"]},
    "away": {"roles": ROLES, "districts": ["birch-hill"]},
}


@pytest.fixture(scope="module")
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as register:
        for name, more in PEOPLE.items():
            if user_of(register, name) is None:
                told = {key: value for key, value in more.items() if key != "roles"}
                register.write(added(name, more["roles"], PASSWORD, now(), "ada", "administrator", **told))
        yield register


@pytest.fixture
def ask(settings: Settings, register: Register):  # type: ignore[no-untyped-def]
    """Run a command as somebody."""

    def asked(name: str | None, *arguments: str) -> Result:
        environment = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home),
                       "HALLMONITOR_PASSWORD": PASSWORD}  # fmt: skip
        return CliRunner().invoke(main, [*arguments, *(("--user", name) if name else ())], env=environment)

    return asked


def opened_case(ask: Any, *more: str, by: str = "ana") -> str:
    done = ask(by, "case", "open", "--title", "Shared login", "--district", HOME, *more)
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["case_id"])


def test_a_violation_is_triaged_shown_and_filtered(ask: Any, store: Store) -> None:
    assert ask("ana", "triage", "v1-here", "--assign", "dan", "--comment", "Please look").exit_code == 0
    done = ask("dan", "triage", "v1-here", "--state", "closed", "--outcome", "false_positive", "--json")
    assert json.loads(done.stdout)["state"] == "closed"
    line = json.loads(ask(None, "show", "v1-here", "--json").stdout)
    assert (line["state"], line["outcome"], line["assignee"]) == ("closed", "false_positive", "dan")
    assert [one["text"] for one in line["comments"]] == ["Please look"]
    assert "closed: false positive" in ask(None, "show", "v1-here").stdout

    def listed(*more: str) -> set[str]:
        said = ask("ana", "violations", "--json", "--district", HOME, *more).stdout.splitlines()
        return {json.loads(one)["violation_id"] for one in said}

    assert listed("--state", "closed") == {"v1-here"}
    assert listed("--outcome", "false_positive") == {"v1-here"}
    assert listed("--assigned", "dan") == {"v1-here"}
    assert "v1-here" not in listed("--state", "new")
    assert {"v3-here", "v6-here"} <= listed("--state", "new")
    assert listed("--state", "new", "--state", "closed", "--state", "waiting") == listed()
    assert "closed: false positive" in ask("ana", "violations", "--district", HOME).stdout
    assert standings(store, HOME)[HOME, "v1-here"].outcome == "false_positive"


def test_who_claims_to_have_seen_more_than_there_is_changes_nothing_in_the_queue_either(ask: Any, store: Store) -> None:
    late = ask("ana", "triage", "v6-here", "--outcome", "benign", "--version", "99")
    assert (late.exit_code, "not done" in late.output) == (1, True)
    assert (HOME, "v6-here") not in standings(store, HOME)


@pytest.mark.slow
def test_nobody_acts_in_a_district_that_is_not_theirs_and_the_try_is_recorded(ask: Any, register: Register) -> None:
    plan = {"as_of": "2027-03-05", "classes": [], "sample": {}}
    told: dict[str, Any] = {"actor": "rec", "role": "records_officer", "district": HOME}
    register.write(decision("retention:plan-of-here", "retention.planned", now(), body=plan, **told))
    body = {"hold_id": "hold-of-here", "matter": "x", "kind": "audit", "reason": "x"}
    register.write(decision("hold:hold-of-here", "hold.placed", now(), body=body, **told))
    for words in (
        ("hold", "place", HOME, "--matter", "x", "--kind", "audit", "--reason", "x"),
        ("hold", "release", "hold-of-here", "--reason", "x"),
        ("retention", "plan", HOME),
        ("retention", "approve", "plan-of-here"),
        ("retention", "run", "plan-of-here"),
        ("retention", "check", HOME),
        ("incident", "open", HOME, "--kind", "account", "--subject", "tbell", "--discovered", "2026-03-06T08:30",
         "--by", "x", "--text", "x"),
        ("unmask", "ask", HOME, "p17", "--reason", "I want to know"),
        ("unmask", "agree", HOME, "p17"),
        ("unmask", "list", HOME),
    ):  # fmt: skip
        done = ask("away", *words)
        assert (done.exit_code, f"not for {HOME}" in done.output) == (1, True), (words, done.output)
    refused = matching(register.store, kinds=("command.refused",), actor="away")
    assert {one.body["entity"] for one in refused} == {f"district:{HOME}"}
    assert len(refused) == 10


@pytest.mark.slow
def test_an_export_that_cannot_be_noted_in_the_chain_of_custody_leaves_nothing(
    ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened_case(ask, "--violation", "v1-here")
    monkeypatch.setattr(Register, "write", failing("case.exported"))
    assert ask("ana", "case", "export", case, "--out", str(tmp_path / "out")).exit_code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_who_saw_less_than_there_was_is_told_and_changes_nothing(ask: Any, register: Register) -> None:
    assert ask("ana", "triage", "v2-here", "--state", "waiting").exit_code == 0
    late = ask("dan", "triage", "v2-here", "--outcome", "benign", "--version", "0")
    assert (late.exit_code, "ana was first" in late.output) == (1, True)
    entries = register.of(HOME, "violation:v2-here")
    assert triage_state(entries).state == "waiting"
    assert [one.holds for one in entries if one.event.kind == "violation.triaged"][-2:] == [True, False]
    assert standings(register.store, HOME)[HOME, "v2-here"].state == "waiting"


@pytest.mark.slow
@pytest.mark.parametrize("violation_id", ["v3-here", "v4-here", "v5-here", "v6-here"])
def test_nobody_handles_what_is_about_them_or_their_vendor(ask: Any, register: Register, violation_id: str) -> None:
    done = ask("gwen", "triage", violation_id, "--state", "waiting")
    assert (done.exit_code, "no violation" in done.output) == (1, True)
    assert ask("ana", "triage", violation_id, "--assign", "gwen").exit_code == 1
    assert ask("gwen", "case", "open", "--title", "x", "--violation", violation_id).exit_code == 1
    assert ask("gwen", "show", violation_id).exit_code == 1
    assert ask("gwen", "case", "open", "--title", "x", "--person", GWEN, "--district", HOME).exit_code == 1


@pytest.mark.slow
def test_what_was_found_about_a_searcher_reviewers_alone_handle(ask: Any, store: Store) -> None:
    found = violation("m1-here", detection="investigator_misuse", account="dan", person=None, event_ids=[])
    store_records(store, [line(topics.VIOLATIONS.name, HOME, [encode_violation(found)], 900)])
    for name in ("ana", "dan", "adm", "pri"):
        assert ask(name, "triage", "m1-here", "--outcome", "benign").exit_code == 1
    assert ask("rev", "triage", "v1-here", "--outcome", "benign").exit_code == 1
    assert "takes the role reviewer" in ask("rev", "triage", "m1-here", "--assign", "ana").output
    done = ask("rev", "triage", "m1-here", "--outcome", "confirmed", "--comment", "No case", "--json")
    assert json.loads(done.stdout)["outcome"] == "confirmed"
    assert json.loads(ask("rev", "show", "m1-here", "--json").stdout)["outcome"] == "confirmed"
    assert ask("ana", "casework", "--entity", "violation:m1-here", "--json").stdout == ""
    assert "m1-here" not in ask("ana", "violations", "--json", "--district", HOME).stdout


@pytest.mark.slow
def test_a_supervisor_handles_no_case_of_who_they_supervise(ask: Any) -> None:
    assert ask("boss", "triage", "v2-here", "--state", "waiting").exit_code == 1
    case = opened_case(ask, "--violation", "v2-here")
    assert ask("boss", "case", "show", case).exit_code == 1
    assert case not in ask("boss", "case", "list", "--json").stdout
    assert ask("boss", "case", "note", case, "--text", "x").exit_code == 1
    assert ask("boss", "casework", "--entity", f"case:{case}", "--json").stdout == ""


@pytest.mark.slow
def test_a_case_that_somebody_opened_is_shut_to_them_when_it_turns_out_to_be_about_them(ask: Any) -> None:
    case = opened_case(ask, by="gwen")
    assert ask("gwen", "case", "show", case).exit_code == 0
    assert ask("ana", "case", "add", case, "--violation", "v3-here").exit_code == 0
    assert ask("gwen", "case", "show", case).exit_code == 1
    assert ask("gwen", "case", "add", case, "--person", "p17").exit_code == 1


@pytest.mark.slow
def test_an_analyst_of_one_school_works_on_cases_of_its_people_alone(ask: Any) -> None:
    theirs, mixed = opened_case(ask, "--violation", "v1-here"), opened_case(ask, "--violation", "v1-here")
    assert ask("ana", "case", "add", mixed, "--violation", "v2-here").exit_code == 0
    shown = ask("one", "case", "show", theirs)
    assert shown.exit_code == 0, shown.output
    assert ask("one", "case", "show", mixed).exit_code == 1
    assert ask("one", "triage", "v2-here", "--state", "waiting").exit_code == 1
    assert "v2-here" not in ask("one", "casework", "--json").stdout


@pytest.mark.slow
def test_a_case_from_opening_to_closing(ask: Any, tmp_path: Path, register: Register) -> None:
    case = opened_case(ask, "--violation", "v1-here", "--event", "e1-here", "--purpose", "administrative_search")
    assert ask("ana", "case", "note", case, "--text", "Asked the teacher").exit_code == 0
    assert ask("ana", "case", "note", case, "In words").exit_code == 0
    assert ask("dan", "case", "add", case, "--account", "tbell", "--device", "d1").exit_code == 0
    (tmp_path / "photo.jpg").write_bytes(b"a photo")
    done = ask("ana", "case", "attach", case, str(tmp_path / "photo.jpg"), "--from", "Officer Reed")
    digest = json.loads(done.stdout)["sha256"]
    assert (register._settings.hallmonitor_home / "attachments" / digest).read_bytes() == b"a photo"
    assert ask("ana", "case", "close", case, "--outcome", "confirmed", "--comment", "Told the parents").exit_code == 0
    assert "is closed" in ask("ana", "case", "note", case, "--text", "more").output
    said = json.loads(ask("dan", "case", "show", case, "--json").stdout)
    assert (said["status"], said["outcome"]) == ("closed", "confirmed")
    assert [one[:8] for one in said["people"]] == ["student-"]  # an analyst reads a pseudonym of p17
    assert said["violations"] == ["v1-here"]
    assert [one[:8] for one in said["accounts"]] == ["student-"]
    assert (said["devices"], said["events"]) == (["d1"], ["e1-here"])
    assert [one["text"] for one in said["notes"]] == ["Asked the teacher", "In words", "Told the parents"]
    assert said["attachments"][0]["sha256"] == digest
    assert [one["actor"] for one in said["custody"]] == ["ana", "ana", "ana", "dan", "ana", "ana"]
    text = ask("dan", "case", "show", case).stdout
    assert "Officer Reed" in text
    assert "chain of custody" in text
    assert case not in ask("ana", "case", "list", "--json").stdout
    assert case in ask("ana", "case", "list", "--all", "--json").stdout
    assert ask("ana", "case", "reopen", case, "--reason", "A witness").exit_code == 0
    looked = matching(register.store, kinds=("search.made",), actor="dan", limit=1)[0]
    assert (looked.body["case"], looked.body["how"], looked.purpose) == (case, "case", "administrative_search")


@pytest.mark.slow
def test_a_viewer_opens_a_violation_only_while_its_case_is_shared_with_them(ask: Any, register: Register) -> None:
    case = opened_case(ask, "--violation", "v1-here")
    assert ask("val", "show", "v1-here").exit_code == 1
    assert ask("ana", "case", "share", case, "--with", "val").exit_code == 0
    shown = ask("val", "show", "v1-here")
    assert shown.exit_code == 0, shown.output
    assert "None of its events is stored" not in shown.output
    assert {one.violation_id for one in queue(_as(register, "val"), None, Filter())} == {"v1-here"}
    for command in (("search", "tb*"), ("timeline", "tbell")):
        assert "e2-here" not in ask("val", *command, "--json").stdout
    assert ask("val", "show", "v2-here").exit_code == 1
    assert ask("val", "case", "show", case).exit_code == 1
    assert ask("val", "triage", "v1-here", "--state", "waiting").exit_code == 1
    assert ask("ana", "case", "close", case).exit_code == 0
    assert ask("val", "show", "v1-here").exit_code == 1
    assert ask("ana", "case", "reopen", case, "--reason", "x").exit_code == 0
    assert ask("val", "show", "v1-here").exit_code == 0
    assert ask("ana", "case", "share", case, "--with", "val", "--end").exit_code == 0
    assert ask("val", "show", "v1-here").exit_code == 1


@pytest.mark.slow
def test_a_case_is_not_shared_with_who_is_in_it_or_has_no_part_in_the_district(ask: Any) -> None:
    case = opened_case(ask, "--violation", "v3-here")
    assert "does not handle" in ask("ana", "case", "share", case, "--with", "gwenview").output
    assert "has no part" in ask("ana", "case", "share", case, "--with", "far").output
    assert "no user" in ask("ana", "case", "share", case, "--with", "nobody").output


@pytest.mark.slow
def test_a_share_that_turns_out_to_be_about_them_shows_them_nothing(ask: Any) -> None:
    case = opened_case(ask, "--violation", "v1-here")
    assert ask("ana", "case", "share", case, "--with", "gwenview").exit_code == 0
    assert ask("ana", "case", "add", case, "--violation", "v6-here").exit_code == 0
    assert ask("gwenview", "show", "v6-here").exit_code == 1
    assert ask("gwenview", "show", "v1-here").exit_code == 0


def _as(register: Register, name: str) -> Store:
    user = user_of(register, name)
    assert user
    return reading(register.store, user)


@pytest.mark.slow
def test_two_who_open_a_case_at_once_get_two_numbers(ask: Any, store: Store) -> None:
    first, second = opened_case(ask), opened_case(ask)
    assert first != second
    assert {first, second} <= {one.case_id for one in cases(store, HOME)}


DECIDING = (
    ("triage", "v1-here", "--state", "waiting"),
    ("case", "open", "--title", "x", "--district", HOME),
    ("case", "add", "{case}", "--person", "p17"),
    ("case", "note", "{case}", "--text", "x"),
    ("case", "attach", "{case}", __file__),
    ("case", "share", "{case}", "--with", "vie"),
    ("case", "close", "{case}"),
    ("case", "reopen", "{case}", "--reason", "x"),
)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_command_as_every_role(ask: Any, register: Register, role: str) -> None:
    case = opened_case(ask, "--violation", "v1-here")
    for words in DECIDING:
        done = ask(role[:3], *(word.format(case=case) for word in words))
        assert done.exit_code == (0 if role == "analyst" else 1), (words, done.output)
        if role != "analyst":
            assert "takes the role analyst" in done.output
    refused = matching(register.store, kinds=("command.refused",), actor=role[:3], limit=50)
    assert len(refused) >= (0 if role == "analyst" else len(DECIDING))
    for words in (("case", "show", case), ("case", "list", "--all", "--json")):
        assert (ask(role[:3], *words).exit_code == 0) == (role == "analyst")


@pytest.mark.slow
def test_a_case_or_violation_of_another_district_is_not_there(ask: Any) -> None:
    assert ask("ana", "triage", f"v1-{ELSEWHERE}", "--state", "waiting").exit_code == 1
    assert ask("ana", "case", "open", "--title", "x", "--violation", f"v1-{ELSEWHERE}").exit_code == 1
    both = ask(None, "case", "open", "--title", "x", "--violation", "v1-here")
    assert both.exit_code == 2  # who decides must be said


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("triage", "nothing", "--state", "new"),
        ("triage", "v1-here"),
        ("triage", "v3-here", "--state", "closed"),  # nobody has told how it ended
        ("triage", "v1-here", "--assign", "nobody"),
        ("triage", "v1-here", "--assign", "vie"),
        ("case", "show", "2026-9999"),
        ("case", "show", "zz"),
        ("case", "open", "--title", " ", "--district", HOME),
        ("case", "open", "--title", "x", "--event", "nothing", "--district", HOME),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(ask: Any, words: tuple[str, ...]) -> None:
    done = ask("ana", *words)
    assert done.exit_code in (1, 2)
    assert done.output.startswith(("Error: ", "Usage: "))
    assert "Traceback" not in done.output


def _entries(register: Register, case: Case) -> list[Entry]:
    return register.of(HOME, f"case:{case.case_id}")


@pytest.mark.slow
def test_a_case_of_a_number_that_two_districts_have_wants_the_district(ask: Any, register: Register) -> None:
    case = opened_case(ask)
    event = decision(f"case:{case}", "case.opened", now(), actor="x", role="analyst", district="birch-hill",
                     purpose="incident", body={"title": "Theirs"})  # fmt: skip
    register.write(event)
    assert ask(None, "case", "show", case).exit_code == 1
    assert case_of(register.store, case, HOME).title == "Shared login"
    assert ask("ana", "case", "show", case).exit_code == 0
