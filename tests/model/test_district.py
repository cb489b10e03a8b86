"""district.yaml and the folder around it: what is read, and every mistake at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.batch import Fact
from model.district import District, load_district
from model.mistake import Mistake
from model.policy import Policy, base_policy
from model.reference import Reference
from producers.district_folder import Mistaken, folder_mistakes, open_district, settings_facts

WHOLE = """
id: maple-falls
name: Maple Falls School District
timezone: America/New_York
policy: union-ok
realms: [maplefalls.example, MAPLE]
sources:
  - id: gw1
    product: sshd
    timezone: America/Chicago
    received_at: 2026-03-05T06:00:00-05:00
    lateness: PT5M
  - id: edge-vpn
    product: cisco_asa
    listen: {syslog: "udp://127.0.0.1:5514"}
"""


def district(text: str = WHOLE) -> District:
    found = load_district(text.encode())
    assert isinstance(found, District), found
    return found


def mistakes(text: str) -> list[Mistake]:
    found = load_district(text.encode(), frozenset({"sshd", "cisco_asa"}))
    assert isinstance(found, list)
    return found


def test_a_whole_district_is_read() -> None:
    found = district()
    ssh, vpn = found.sources
    assert (found.id, found.zone.key, found.own_policy) == ("maple-falls", "America/New_York", False)
    assert (found.zone_of(ssh).key, found.zone_of(vpn).key) == ("America/Chicago", "America/New_York")
    assert ssh.lateness == timedelta(minutes=5)
    assert vpn.listen == {"syslog": "udp://127.0.0.1:5514"}
    assert found.received_at(ssh) == datetime(2026, 3, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("right", "written", "said"),
    [
        ("timezone: America/New_York", "timezon: America/New_York", "unknown key; did you mean timezone?"),
        ("product: cisco_asa", "product: cisco-asa", "did you mean cisco_asa?"),
        ("policy: union-ok", "policy: union_ok", "must name a pack that ships, such as union-ok"),
        ("id: maple-falls", "id: Maple Falls", "may hold lowercase letters, digits and hyphens only"),
        ("id: maple-falls", "id: 2026", "must be text; put it in quotes"),
        ("realms: [maplefalls.example, MAPLE]", "realms: maplefalls.example", "must be a list"),
        ('listen: {syslog: "udp://127.0.0.1:5514"}', "listen: udp://127.0.0.1:5514", "must hold keys and values"),
        ("name: Maple Falls", "name: Maple: Falls", "put a text that holds a colon in quotes"),
        ("  - id: edge-vpn", "\t- id: edge-vpn", "indent with spaces, never with a tab"),
    ],
)
def test_a_mistake_says_what_to_write_instead(right: str, written: str, said: str) -> None:
    found = mistakes(WHOLE.replace(right, written))
    assert any(said in one.problem for one in found), found


def test_the_state_whose_law_holds_is_two_letters_and_stands_in_the_log() -> None:
    told = settings_facts(district(WHOLE + "state: OK\n"), base_policy(), [])[0].row
    assert told
    assert told["state"] == "OK"
    assert "state" not in (settings_facts(district(), base_policy(), [])[0].row or {})
    assert [mistake.key for mistake in mistakes(WHOLE + "state: Oklahoma\n")] == ["state"]


def test_a_receipt_without_an_offset_is_local() -> None:
    found = district(WHOLE.replace("06:00:00-05:00", "06:00:00"))
    assert found.received_at(found.sources[0]) == datetime(2026, 3, 5, 11, tzinfo=UTC)


def test_every_mistake_is_named_with_key_and_line() -> None:
    text = (
        WHOLE.replace("maple-falls", "Maple Falls")
        .replace("America/New_York", "America/Mayberry")
        .replace("PT5M", "soon")
        .replace("cisco_asa", "cisco_asap")
        .replace("edge-vpn", "gw1")
    )
    found = mistakes(text + "colour: green\n")
    assert [(one.file, one.line, one.key) for one in found] == [
        ("district.yaml", 2, "id"),
        ("district.yaml", 4, "timezone"),
        ("district.yaml", 12, "sources.0.lateness"),
        ("district.yaml", 13, "sources.1.id"),
        ("district.yaml", 14, "sources.1.product"),
        ("district.yaml", 16, "colour"),
    ]


@pytest.mark.parametrize("zone", ["../../etc/passwd", "", "EST5EDT,M3", "/etc/localtime", "America"])
def test_only_the_iana_list_names_a_zone(zone: str) -> None:
    assert [one.key for one in mistakes(WHOLE.replace("America/New_York", repr(zone)))] == ["timezone"]


@pytest.mark.parametrize("text", ["", "[1]", "id: [", "id: &a x\nname: *a\n"])
def test_what_is_no_mapping_is_one_mistake(text: str) -> None:
    assert len(mistakes(text)) == 1


@pytest.mark.parametrize("policy", ["../union-ok", "/etc", "./elsewhere", "./policy/../x"])
def test_a_policy_is_a_shipped_pack_or_the_folders_own(policy: str) -> None:
    assert [one.key for one in mistakes(WHOLE.replace("union-ok", policy))] == ["policy"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "district.yaml").write_text(WHOLE)
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "accounts.csv").write_text("account,kind,vendor\nvtech,vendor,acme\n")
    (tmp_path / "logs" / "gw1").mkdir(parents=True)
    (tmp_path / "logs" / "gw1" / "auth.log").write_text("x\n")
    return tmp_path


def test_a_folder_is_its_settings_its_facts_and_its_files(folder: Path) -> None:
    found = open_district(folder)
    assert [path.name for path in found.logs["gw1"]] == ["auth.log"]
    assert found.warnings == []
    reference = Reference()
    for fact in found.facts:
        reference.apply(fact)
    account = reference.account("vtech", 0)
    assert account is not None
    assert account.vendor == "acme"


def test_the_log_itself_says_zone_policy_and_sources(folder: Path) -> None:
    facts = {(fact.table, fact.key): fact for fact in open_district(folder).facts}
    row = facts["source", "gw1"].row or {}
    assert (facts["district", "maple-falls"].row or {})["timezone"] == "America/New_York"
    assert (row["categories"], float(row["lateness_s"])) == ("auth", 300.0)
    pack = (facts["policy", "union-ok"].row or {})["pack"]
    assert Policy.model_validate_json(pack) == open_district(folder).policy


def test_settings_come_before_the_first_reference_row(folder: Path) -> None:
    tables = [fact.table for fact in open_district(folder).facts]
    assert tables == ["district", "policy", "source", "source", "accounts", "accounts"]


def test_a_districts_own_pack_is_read_from_its_folder(folder: Path) -> None:
    (folder / "district.yaml").write_text(WHOLE.replace("union-ok", "./policy"))
    (folder / "policy").mkdir()
    (folder / "policy" / "pack.yaml").write_text("id: ours\nname: Ours\nversion: '3'\n")
    assert open_district(folder).policy.id == "ours"


def test_what_is_wrong_in_all_files_is_named_at_once(folder: Path) -> None:
    (folder / "district.yaml").write_text(WHOLE.replace("union-ok", "./policy").replace("PT5M", "soon"))
    (folder / "policy").mkdir()
    (folder / "policy" / "pack.yaml").write_text("id: ours\nname: Ours\nversion: '3'\ncolour: green\n")
    with pytest.raises(Mistaken) as caught:
        open_district(folder)
    assert [(one.file, one.key) for one in caught.value.mistakes] == [
        ("district.yaml", "sources.0.lateness"),
        ("policy/pack.yaml", "colour"),
    ]
    assert "policy/pack.yaml:4: colour" in str(caught.value)


def test_bad_rows_are_reported_and_only_strict_refuses_the_folder(folder: Path) -> None:
    (folder / "reference" / "devices.csv").write_text("device_id,class\nd1,sofa\n")
    assert [problem.line for problem in open_district(folder).reference.errors] == [2]
    assert [problem.line for problem in folder_mistakes(folder)[1]] == [2]
    with pytest.raises(Mistaken, match=r"devices.csv:2: class"):
        open_district(folder, strict=True)


def test_logs_of_no_source_and_a_source_without_logs_are_said(folder: Path) -> None:
    (folder / "logs" / "gw1").rename(folder / "logs" / "other")
    wrong = folder_mistakes(folder)[0]
    assert [(one.file, one.key) for one in wrong] == [("logs/other", ""), ("district.yaml", "sources.0.id")]
    assert [str(one) for one in wrong] == [said for said in open_district(folder).warnings if "realms" not in said]


def test_a_folder_without_district_yaml_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(Mistaken, match=r"district\.yaml"):
        open_district(tmp_path)


def test_a_policy_that_does_not_ship_is_a_mistake(folder: Path) -> None:
    (folder / "district.yaml").write_text(WHOLE.replace("union-ok", "mayberry"))
    with pytest.raises(Mistaken, match="mayberry"):
        open_district(folder)


def test_tables_that_are_not_kept_stay_unknown(folder: Path) -> None:
    facts: list[Fact] = open_district(folder).facts
    assert {fact.table for fact in facts if fact.key == ""} == {"accounts"}


# Realms

UNSAID = WHOLE.replace("realms: [maplefalls.example, MAPLE]\n", "")


def _realms(folder: Path, accounts: str = "account,kind\n", yaml: str = UNSAID) -> dict[str, str]:
    (folder / "district.yaml").write_text(yaml)
    (folder / "reference" / "accounts.csv").write_text(accounts)
    row = next(fact.row for fact in open_district(folder).facts if fact.table == "district")
    return {name: value for name, value in (row or {}).items() if name.startswith("realms")}


def test_the_realms_that_district_yaml_says_are_all_there_are(folder: Path) -> None:
    assert _realms(folder, "account,kind\nOTHER\\x,generic\n", WHOLE) == {"realms": "maple;maplefalls.example"}


def test_realms_that_are_not_said_are_those_of_staff_and_students_and_listed_accounts(folder: Path) -> None:
    (folder / "reference" / "users.csv").write_text(
        "sourcedId,email\np1,tbell@MapleFalls.example\np2,vt@acme.example\np3,mum@home.example\np4,x@gmail.com\n"
    )
    (folder / "reference" / "roles.csv").write_text(
        "sourcedId,userSourcedId,role\nr1,p1,teacher\nr2,p2,ext:vendor\nr3,p3,guardian\nr4,p4,student\n"
    )
    (folder / "reference" / "devices.csv").write_text("device_id,hostname,class\nLAB-7,lab-7.x.example,lab\n")
    accounts = "account,kind\nMAPLE\\svc,service\nvtech@acme.example,vendor\nLAB-7\\admin,generic\n"
    assert _realms(folder, accounts) == {"realms_taken": "maple;maplefalls.example"}


def test_realms_that_were_taken_are_said_to_whoever_checks_judges_or_runs(folder: Path) -> None:
    _realms(folder, "account,kind\nMAPLE\\svc,service\n")
    opened = open_district(folder)
    assert opened.warnings[0].startswith("district.yaml: realms: says no realms; taken from users.csv and accounts.csv")
    (said,) = [one for one in folder_mistakes(folder)[1] if one.column == "realms"]
    assert (said.warning, "maple" in said.problem) == (True, True)


def test_a_later_load_takes_the_realms_of_all_rows_and_not_of_what_changed(folder: Path) -> None:
    _realms(folder, "account,kind\nMAPLE\\svc,service\n")
    before = open_district(folder).reference.shelf
    again = open_district(folder, before=before, loaded_at=1)
    assert (again.facts[0].row or {})["realms_taken"] == "maple"
