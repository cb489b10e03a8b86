"""Two judgments side by side, and what an exemption would have hidden: on history that ClickHouse really holds."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from cli.main import main
from infra.local.stack import Stack
from model.compared import compared
from storage.client import Store
from tests.streams.test_detections import ZoneInfo, events_of, judged
from tests.support import small_district
from tests.support.detection_cases import cases_of
from tests.support.storage_cases import DISTRICT, events, facts, fresh_store, store_records, violation, violations


def test_a_finding_that_only_one_judgment_has_appears_or_vanishes() -> None:
    one, other = violation("v1"), violation("v2")
    assert [(c.change, c.violation_id) for c in compared([one], [other])] == [("vanishes", "v1"), ("appears", "v2")]


def test_a_finding_that_differs_says_in_what() -> None:
    before = violation("v1")
    now = msgspec.structs.replace(before, severity="low", suppressed_by="EX-1", status="suppressed")
    (change,) = compared([before], [now])
    assert (change.change, change.fields) == ("changes", ["status", "suppressed_by", "severity"])
    assert change.now is not None
    assert change.now["suppressed_by"] == "EX-1"


def test_withdrawn_is_not_there_and_provisional_is_open() -> None:
    open_one = violation("v1", status="open")
    provisional = msgspec.structs.replace(open_one, status="provisional")
    withdrawn = violation("v2", status="withdrawn")
    assert compared([open_one, withdrawn], [provisional]) == []


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    """One shared account as the stream found it, its events and the district's tables."""
    whole = cases_of("shared_account")
    zone, case = ZoneInfo("America/Chicago"), whole["cases"][0]
    store = fresh_store(stack, "test_compared")
    store_records(store, [facts(small_district.facts(whole["reference"], zone), 1), events(events_of(case, zone), 2)])
    store_records(store, [violations(judged(whole, case), 3)])
    yield store
    store.close()


def asked(stack: Stack, store: Store, *arguments: str) -> Result:
    environment = {**stack.environment, "CLICKHOUSE_URL": store.url}
    return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)


def test_under_the_policy_in_force_nothing_differs(stack: Stack, store: Store) -> None:
    told = asked(stack, store, "replay", "--compare")
    assert (told.exit_code, told.stdout) == (0, "")
    assert "0 would appear, 0 vanish, 0 change" in told.stderr


def test_under_another_policy_what_differs_is_told(stack: Stack, store: Store, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        "id: mine\nname: Mine\nversion: '1'\n"
        "detections: {shared_account: {parameters: {overlap_minutes: 1440, two_site_inputs: 99}}}\n"
    )
    told = asked(stack, store, "replay", "--compare", "--policy", str(tmp_path))
    assert [json.loads(line)["change"] for line in told.stdout.splitlines()] == ["vanishes"]


def test_a_preview_shows_what_the_exemption_would_have_hidden(stack: Stack, store: Store) -> None:
    exempt = ("exemption", "preview", DISTRICT, "--detection", "shared_account", "--account")
    hidden = asked(stack, store, *exempt, "tbell", "--json")
    assert [json.loads(line)["detection"] for line in hidden.stdout.splitlines()] == ["shared_account"]
    others = asked(stack, store, *exempt, "somebody-else")
    assert others.stdout == ""
    assert "0 findings of the last 90 days" in others.stderr
    assert "filter_circumvention (0 found)" in others.stderr
