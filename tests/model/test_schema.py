"""The JSON Schemas say what the contract says."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from cli.schema import command
from model.schema import NAMES, schema

VIOLATION = {
    *("violation_id", "detection", "reason", "reasons", "severity", "confidence", "status", "suppressed_by"),
    *("superseded_by", "ratified_by", "basis", "headline", "account", "person", "device_id", "vendor", "started_at"),
    *("ended_at", "policy", "clauses", "event_ids", "evidence", "revision"),
}
EVENT = {
    *(
        "event_id",
        "source_id",
        "product",
        "category",
        "action",
        "occurred_at",
        "received_at",
        "time_quality",
        "outcome",
    ),
    *(
        "reason",
        "account",
        "account_domain",
        "target_account",
        "person",
        "device_id",
        "device",
        "mac",
        "address",
        "site",
    ),
    *("session_id", "url", "domain", "verdict", "url_category", "bytes_in", "bytes_out", "user_agent", "vendor_action"),
    *("vendor_code", "raw", "raw_encoding"),
}


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(value) for value in part.values()))
    return set().union(*(references(value) for value in part)) if isinstance(part, list) else set()


@pytest.mark.parametrize(("name", "fields"), [("violation", VIOLATION), ("event", EVENT)])
def test_every_field_of_the_contract_stands_in_the_schema(name: str, fields: set[str]) -> None:
    assert fields <= set(schema(name)["properties"])


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_within_a_schema_leads_somewhere(name: str) -> None:
    whole = schema(name)
    assert {ref.removeprefix("#/$defs/") for ref in references(whole)} <= set(whole.get("$defs", {}))


def test_a_pack_need_not_say_what_its_base_says() -> None:
    found = schema("policy")
    assert found["required"] == ["id", "name", "version"]
    assert "hash" not in found["properties"]
    parameters = found["$defs"]["SharedAccountParameters"]
    assert "required" not in parameters
    assert parameters["additionalProperties"] is False


def test_the_words_of_the_contract_stand_in_the_schema() -> None:
    text = json.dumps(schema("violation"))
    assert all(f'"{word}"' in text for word in ("provisional", "open", "suppressed", "withdrawn", "critical"))
    assert '"web.requested"' in json.dumps(schema("event"))


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_json(name: str) -> None:
    result = CliRunner().invoke(command, [name])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"].endswith("2020-12/schema")


def test_the_command_knows_no_other_name() -> None:
    assert CliRunner().invoke(command, ["dashboard"]).exit_code == 2
