"""Policy packs: what ships holds, and what is wrong is all named at once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from cli.policy import command
from model.mistake import Mistake
from model.policy import SHIPPED, Policy, load_pack, shipped_pack
from model.strict_yaml import Unreadable, read_yaml

HEAD = "id: mine\nname: Mine\nversion: '1'\n"


def shipped(name: str) -> Policy:
    files = shipped_pack(name)
    assert files
    found = load_pack(files)
    assert isinstance(found, Policy), found
    return found


def pack(text: str) -> Policy:
    found = load_pack({"pack.yaml": (HEAD + text).encode()})
    assert isinstance(found, Policy), found
    return found


def mistakes(*texts: str) -> list[Mistake]:
    files = {f"pack{n or ''}.yaml": text.encode() for n, text in enumerate(texts)}
    found = load_pack(files)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "name", sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "pack.yaml").is_file())
)
def test_every_pack_that_ships_has_no_mistake_and_its_folders_name(name: str) -> None:
    assert shipped(name).id == name


def test_a_pack_says_only_what_differs() -> None:
    mine, base = pack("hours: {closes: '16:00'}\n"), shipped("base")
    assert mine.hours.closes.hour == 16
    assert (mine.hours.opens, mine.detections, mine.extends) == (base.hours.opens, base.detections, "base")


def test_a_list_replaces_the_bases_list() -> None:
    mine = pack("approvals: {loan: {roles: [teacher]}}\n")
    assert mine.approvals["loan"].roles == ("teacher",)
    assert mine.approvals["locate"] == shipped("base").approvals["locate"]


def test_all_mistakes_are_named_at_once_with_file_key_and_line() -> None:
    found = mistakes(
        HEAD + "hours: {opens: '18:00'}\ncolour: green\n",
        "detections:\n  shared_account:\n    enabled: false\n    parameters: {overlap_minutes: soon}\n"
        "  filter_circumvention:\n    severity: {attempted: terrible}\n    clauses: [nowhere/1]\n",
        "approvals:\n  loan: {roles: [wizard]}\nretention: {raw: {keep: forever, from: stored, basis: local}}\n",
    )
    assert {(one.file, one.line, one.key) for one in found} == {
        ("pack.yaml", 4, "hours"),
        ("pack.yaml", 5, "colour"),
        ("pack1.yaml", 2, "detections.shared_account.off_reason"),
        ("pack1.yaml", 4, "detections.shared_account.parameters.overlap_minutes"),
        ("pack1.yaml", 6, "detections.filter_circumvention.severity.attempted"),
        ("pack1.yaml", 7, "detections.filter_circumvention.clauses"),
        ("pack2.yaml", 2, "approvals.loan.roles"),
        ("pack2.yaml", 3, "retention.raw.keep"),
    }


def test_a_detection_is_turned_off_with_a_reason_or_not_at_all() -> None:
    rule = pack("detections: {shared_account: {enabled: false, off_reason: pilot}}\n").detection("shared_account")
    assert (rule.enabled, rule.off_reason) == (False, "pilot")
    found = mistakes(HEAD + "detections: {shared_account: {enabled: false}}\n")
    assert [one.key for one in found] == ["detections.shared_account.off_reason"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("a: 1\na: 2\n", "twice"),
        ("a: [1\n", "expected"),
        ("1: a\n", "not text"),
        ("a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        ("a: " + "[" * 40 + "]" * 40, "nested deeper"),
        ("- 1\n", "no mapping"),
    ],
)
def test_what_is_not_plain_yaml_is_a_mistake_with_a_file(text: str, says: str) -> None:
    found = mistakes(text)
    assert len(found) == 1
    assert found[0].file == "pack.yaml"
    assert says in found[0].problem


def test_a_key_in_two_files_is_a_mistake() -> None:
    found = mistakes(HEAD + "retention: {raw: {keep: P1Y}}\n", "retention: {violations: {keep: P1Y}}\n")
    assert [(one.file, one.key) for one in found] == [("pack1.yaml", "retention")]


def test_a_file_of_a_packs_detections_folder_holds_one_detection_by_its_name() -> None:
    files = {
        "mine/pack.yaml": HEAD.encode(),
        "mine/detections/shared_account.yaml": b"parameters: {overlap_minutes: 7}\n",
        "mine/detections/filter_circumvention.yaml": b"enabled: false\noff_reason: pilot\n",
    }
    policy = load_pack(files)
    assert isinstance(policy, Policy), policy
    assert policy.detections.shared_account.parameters.overlap_minutes == 7
    assert policy.detection("filter_circumvention").off_reason == "pilot"
    wrong = load_pack({**files, "mine/detections/shared_account.yaml": b"\nparameters: {overlap_minutes: soon}\n"})
    assert isinstance(wrong, list)
    place = ("mine/detections/shared_account.yaml", 2, "detections.shared_account.parameters.overlap_minutes")
    assert [(one.file, one.line, one.key) for one in wrong] == [place]


def test_a_detection_told_in_its_file_and_in_the_pack_is_told_twice() -> None:
    said = HEAD + "detections: {shared_account: {parameters: {overlap_minutes: 7}}}\n"
    files = {"mine/pack.yaml": said.encode(), "mine/detections/shared_account.yaml": b"enabled: true\n"}
    found = load_pack(files)
    assert isinstance(found, list)
    assert [(one.file, one.key) for one in found] == [("mine/pack.yaml", "detections")]


@pytest.mark.parametrize("base", ["nobody", "../base", "mine"])
def test_a_pack_extends_one_that_exists_and_not_itself(base: str) -> None:
    def packs(name: str) -> dict[str, bytes] | None:
        return {"pack.yaml": f"{HEAD}extends: mine\n".encode()} if name == "mine" else None

    found = load_pack({"pack.yaml": f"{HEAD}extends: {base}\n".encode()}, packs)
    assert isinstance(found, list)
    assert [one.key for one in found] == ["extends"]


def test_hours_are_the_wall_clock_and_no_number() -> None:
    assert str(pack("hours: {opens: 07:30, closes: 17:00}\n").hours.closes) == "17:00:00"
    assert [one.key for one in mistakes(HEAD + "hours: {opens: 7}\n")] == ["hours.opens"]


def test_a_policy_travels_as_json_and_is_the_same() -> None:
    policy = shipped("union-ok")
    again = Policy.model_validate_json(policy.model_dump_json())
    assert again == policy
    assert again.digest() == policy.hash


def test_the_hash_changes_with_a_word_and_with_nothing_else() -> None:
    one, same, other = pack("source: a\n"), pack("# a comment\nsource:   a\n"), pack("source: b\n")
    assert one.hash == same.hash
    assert one.hash != other.hash


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        shipped("base").hours.opens = None  # type: ignore[assignment]


def test_a_finding_quotes_the_clauses_of_its_reasons_and_says_whose_they_are() -> None:
    rule = shipped("union-ok").detection("unapproved_vendor_session")
    assert rule.clauses_for(["wrong_approver", "overrun"]) == ("1600/third-party-access/a", "1600/third-party-access/b")
    assert (rule.basis, rule.basis_for(["after_hours"])) == ("clause", "base")
    assert shipped("union-ok").detection("shared_account").basis == "base"


def test_union_quotes_its_vendor_clause_word_for_word() -> None:
    clause = shipped("union-ok").clauses["1600/third-party-access/b"]
    assert (
        "Third-party vendor access that will last longer than one day must be approved by the IT Department."
        in clause.quote
    )
    assert (clause.section, str(clause.revised_on)) == ("Policy 1600, Third-Party Access, B", "2023-12-11")


def test_the_executive_director_of_technology_is_either_of_two_words_and_counts_twice() -> None:
    rule = shipped("union-ok").approvals["vendor_access"]
    both = {"ext:director_of_technology", "ext:executive_director"}
    assert both <= set(rule.roles) & set(rule.it_roles)
    assert "ext:it" not in rule.roles


@pytest.mark.parametrize(
    ("device_class", "minutes"),
    [("staff", 60), ("chromebook", 30), ("vpn", 30), ("lab", 15), (None, 60), ("network", 60)],
)
def test_use_ends_after_the_idle_time_of_its_device(device_class: str | None, minutes: int) -> None:
    assert shipped("base").idle_ms(device_class) == minutes * 60_000


def test_what_everybody_knows_holds_for_subdomains_and_no_further() -> None:
    policy = shipped("base")
    hosts = ("nordvpn.com", "de12.NordVPN.com.", "notnordvpn.com", "dns.google", "google")
    assert [policy.well_known(host) for host in hosts] == ["vpn", "vpn", None, "encrypted_dns", None]


def test_no_well_known_name_stands_in_two_categories() -> None:
    names = [name for names in shipped("base").well_known_domains.values() for name in names]
    assert len(names) == len(set(names))


def test_a_text_too_large_is_refused() -> None:
    with pytest.raises(Unreadable, match="larger"):
        read_yaml(b"a: " + b"x" * (1 << 20))


def test_the_command_names_every_mistake_and_exits_one(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(HEAD + "colour: green\nsize: large\n")
    result = CliRunner().invoke(command, ["check", str(tmp_path), "--json"])
    assert result.exit_code == 1
    assert [json.loads(line)["key"] for line in result.stdout.splitlines()] == ["colour", "size"]


@pytest.mark.parametrize(("name", "code"), [("union-ok", 0), ("no-such-pack", 2)])
def test_the_command_knows_what_ships(name: str, code: int) -> None:
    assert CliRunner().invoke(command, ["check", name]).exit_code == code


def test_check_names_all_that_is_wrong_with_a_district_folder(tmp_path: Path) -> None:
    (tmp_path / "logs" / "edge_vpm").mkdir(parents=True)
    (tmp_path / "reference").mkdir()
    head = "id: maple-falls\nname: M\ntimezone: America/Chicago\npolicy: union-ok\nrealms: [maple.example]\n"
    (tmp_path / "district.yaml").write_text(head + "sources:\n  - {id: edge-vpn, product: cisco_asa}\n")
    rows = "A1,vendor_acces,approved,acme,principal\n"
    (tmp_path / "reference" / "approvals.csv").write_text("approval_id,kind,state,vendor,approverrole\n" + rows)
    told = CliRunner().invoke(command, ["check", str(tmp_path)])
    assert told.exit_code == 1
    logs, source, column, row = told.stdout.splitlines()
    assert logs.startswith("logs/edge_vpm: ")
    assert logs.endswith("Did you mean edge-vpn?")
    assert source.startswith("district.yaml: sources.0.id: no files in logs/edge-vpn")
    assert column == "reference/approvals.csv:1: approverrole: did you mean approver_role?"
    assert row.startswith('reference/approvals.csv:2: kind: "vendor_acces" is none of account_reactivation, ')
    assert row.endswith("; did you mean vendor_access?")
    assert "4 mistakes" in told.stderr
