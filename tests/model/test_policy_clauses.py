"""The five policies: every clause of the reading is quoted word for word, and is answered or says why not."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.policy import command
from model.policy import Policy, load_pack, shipped_pack, shipped_packs
from model.policy.coverage import coverage, differences

ROWS = list(csv.DictReader((Path(__file__).parent / "clause_rows.csv").open()))
PACKS = {
    "1600": "union-ok",
    "employee-use": "west-park-ca",
    "staff-aup": "oak-park-ca",
    "9.9.4": "quincy-ma",
    "2022p": "monroe-wa",
}
PUBLISHED = Path(__file__).parents[3] / "shared" / "policies-as-written"
FILES = {
    "union-ok": "union-public-schools-ok.txt",
    "west-park-ca": "west-park-ca.txt",
    "oak-park-ca": "oak-park-unified-ca.txt",
    "quincy-ma": "quincy-public-schools-ma.txt",
    "monroe-wa": "monroe-wa.txt",
}


def policy(name: str) -> Policy:
    found = load_pack(shipped_pack(name) or {})
    assert isinstance(found, Policy), found
    return found


POLICIES = {name: policy(name) for name in PACKS.values()}
ANSWERS = {name: {one.clause: one for one in coverage(found)} for name, found in POLICIES.items()}


def test_the_reading_has_all_of_its_106_rows() -> None:
    assert [int(row["row"]) for row in ROWS] == list(range(1, 107))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"row {row['row']}")
def test_every_clause_of_a_row_is_answered_as_the_row_says(row: dict[str, str]) -> None:
    for clause in row["clauses"].split():
        pack = PACKS[clause.split("/")[0]]
        one = ANSWERS[pack][clause]
        on = set(type(POLICIES[pack].detections).model_fields)
        assert set(row["detections"].split()) & on <= set(one.detections)
        assert set(row["other"].split()) <= set(one.answered_by)
        assert one.not_answered or not row["none_because"]


@pytest.mark.parametrize("name", FILES)
def test_no_clause_of_a_pack_goes_without_an_answer_or_a_reason(name: str) -> None:
    assert [clause for clause, one in ANSWERS[name].items() if not one.accounted_for] == []


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the policies as published do not lie beside this checkout")
@pytest.mark.parametrize("name", FILES)
def test_a_clause_stands_word_for_word_in_the_policy_as_published(name: str) -> None:
    published = re.sub(r"[\s*]+", "", (PUBLISHED / FILES[name]).read_text())
    quotes = {clause: text.quote for clause, text in POLICIES[name].clauses.items() if not clause.startswith("base/")}
    assert [clause for clause, quote in quotes.items() if re.sub(r"[\s*]+", "", quote) not in published] == []


def test_coverage_prints_every_clause_of_every_pack_that_ships() -> None:
    told = CliRunner().invoke(command, ["coverage", "--json"])
    assert told.exit_code == 0
    assert {json.loads(line)["pack"] for line in told.stdout.splitlines()} == set(shipped_packs())


def test_two_policies_differ_in_what_their_texts_say_and_in_nothing_else() -> None:
    found = {one.key for one in differences(POLICIES["union-ok"], POLICIES["quincy-ma"])}
    assert "detections.unapproved_vendor_session.parameters.require_sponsor" in found
    assert differences(POLICIES["union-ok"], POLICIES["union-ok"]) == []


def test_a_pack_that_is_not_there_is_named_with_the_nearest_that_is() -> None:
    told = CliRunner().invoke(command, ["diff", "union-ok", "quincy"])
    assert told.exit_code == 2
    assert "did you mean quincy-ma" in told.output
