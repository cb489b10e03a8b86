"""People read words and human units, never the ids that programs use."""

import re

import pytest

from dashboard import hypertext as h
from dashboard.limits import limits
from dashboard.local_time import Wall
from dashboard.parts import proof, weighed
from dashboard.plain_names import ACTIONS, EXPLANATIONS, measure, table_row, times
from dashboard.span_lanes import LETTERS, two_lines
from model.actions import ACTIONS as KNOWN_ACTIONS
from model.policy.pack import base_policy
from model.violation import Exhibit
from streams.evidence.identity import EXPLANATION
from tests.support.dashboard_cases import proven
from tests.support.pages import ROOT
from tests.support.storage_cases import violation

_ID = re.compile(r'(?:explanation=|_told\(\s*)"([a-z_]+)"')


def explanations() -> set[str]:
    """Every id of an innocent explanation that a detection can test."""
    files = (ROOT / "streams" / "detections").glob("*/explanations.py")
    return {EXPLANATION, *(one for file in files for one in _ID.findall(file.read_text()))}


def test_every_innocent_explanation_has_a_sentence() -> None:
    assert len(explanations()) > 15
    assert explanations() - set(EXPLANATIONS) == set(), "give each a sentence in dashboard/plain_names.py"


def test_the_words_for_actions_are_of_actions_that_there_are() -> None:
    assert set(ACTIONS) <= KNOWN_ACTIONS


@pytest.mark.parametrize("detection", ["shared_account", "unapproved_vendor_session", "filter_circumvention"])
def test_every_limit_of_a_rule_is_a_sentence_with_a_human_unit(detection: str) -> None:
    parameters = base_policy().detection(detection).parameters.model_dump()
    told = limits(detection, parameters)
    assert len(told) == len(parameters)
    assert all(one.means.endswith(".") and "_" not in one.means.split(" ")[0] for one in told)
    values = {name: one.value for name, one in zip(parameters, told, strict=True)}
    assert {name: value for name, value in values.items() if name.endswith("minutes") and "minute" not in value} == {}


def test_a_limit_of_bytes_is_said_as_people_say_it() -> None:
    assert limits("filter_circumvention", {"tunnel_bytes": 10_000, "fleet_percent": 20.0})[0].value == "10.0 kB"
    assert limits("a_rule_of_another_release", {"some_days": 3})[0] == ("Some days.", "3 days", False)


def test_what_a_rule_leaves_open_is_no_limit() -> None:
    assert limits("a_rule_of_another_release", {"id": "", "stage_until": None}) == []


def test_names_of_numbers_rows_and_times_are_words() -> None:
    assert measure("refused of burst 2") == "Requests that the filter refused, burst 2"
    assert measure("reached hvac1") == "Times it reached hvac1"
    names = {("person", "p17"): "Tessa Bell"}
    assert table_row("users:p17@2025-08-01T05:00:00.000Z", names) == "Person Tessa Bell"
    assert table_row("assignments:CB-1/p17", names) == "Device assignment of CB-1 to Tessa Bell"
    assert table_row("networks:10.1.0.0/20", names) == "Network 10.1.0.0/20"
    assert times({"exact": 1, "year_assumed": 2}).startswith("1 record with the exact time; 2 records without a year")


def test_the_records_name_the_school_and_the_person() -> None:
    one = Exhibit(
        event_id="e1", occurred_at="2026-03-04T14:00:00.000Z", source_id="dc1", shows="x", site="S001", person="p17"
    )
    v = violation("v1")
    v.evidence.exhibits[:] = [one]
    names = {("site", "S001"): "Maple High", ("person", "p17"): "Tessa Bell"}
    shown = proof.exhibits(v, {}, Wall("America/New_York"), names)
    assert "at Maple High" in shown
    assert ">Tessa Bell</a>" in shown
    assert "S001" not in shown


def test_a_finding_with_limits_shows_them_in_its_technical_details() -> None:
    v = violation("v1", detection="shared_account", **proven())
    v.evidence.parameters.update({"overlap_minutes": 5, "classes": ["lab", "cart"], "young": True})
    shown = weighed.rule(v)
    assert '<td data-title="Set to">5 minutes</td>' in shown
    assert "lab, cart" in shown
    assert v.violation_id in shown


def test_a_cell_says_its_title_for_narrow_screens_and_a_heading_row_does_not() -> None:
    rows = [h.row(h.element("td", "Monday", colspan="2")), h.row("<td>", h.element("td", "2", class_="hm-n"))]
    made = h.table(["A & B", h.element("th", "No.", class_="hm-n")], rows)
    assert '<td colspan="2">Monday</td>' in made
    assert '<td data-title="A &amp; B">&lt;td&gt;</td><td data-title="No." class="hm-n">2</td>' in made


def test_a_long_name_beside_the_picture_takes_two_lines() -> None:
    first, rest = two_lines("Session: LT-000014 at Abbott-Moss High School").split("\n")
    assert (first, rest) == ("Session: LT-000014 at", "Abbott-Moss High School")
    assert all(len(one) <= LETTERS for one in two_lines("x" * 99).split("\n"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("minutes online without the filter on 2026-02-03", "Minutes online without the filter on February 3, 2026"),
        ("minutes online without the filter on 2026-99-99", "Minutes online without the filter on 2026-99-99"),
        ("reached 2026-02-03", "Times it reached 2026-02-03"),  # what a host calls itself
    ],
)
def test_the_day_that_a_number_is_of_is_written_as_in_the_us(name: str, said: str) -> None:
    assert measure(name) == said
