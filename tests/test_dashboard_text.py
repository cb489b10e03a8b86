"""What a log holds is only ever read: HTML escaped, directions and controls made visible, formulas disarmed."""

import csv
import io

import pytest
from dashboard_cases import HOSTILE, SHOWN

from dashboard import hypertext as h
from dashboard import links
from dashboard.csv_file import cell, csv_bytes


def test_text_is_escaped_and_what_would_hide_is_shown() -> None:
    assert h.text(HOSTILE) == SHOWN


def test_an_element_escapes_its_content_and_its_attributes() -> None:
    made = h.element("a", "<b>", title='"><script>', class_="hm")
    assert made == '<a title="&quot;&gt;&lt;script&gt;" class="hm">&lt;b&gt;</a>'


def test_html_is_not_escaped_twice_but_html_that_was_handled_as_text_is() -> None:
    inner = h.element("b", "bold")
    assert h.element("p", inner) == "<p><b>bold</b></p>"
    assert h.element("p", f"{inner}") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>"


def test_a_cell_that_was_made_keeps_its_attributes_and_text_that_looks_like_one_is_text() -> None:
    made = h.row(h.element("td", "1", class_="hm-n"), "<td>")
    assert made == '<tr><td class="hm-n">1</td><td>&lt;td&gt;</td></tr>'


def test_a_link_carries_hostile_text_as_a_value_only() -> None:
    href = links.timeline("account", 'a"&x=1#javascript:', None)
    assert href == "timeline?subject=account%3Aa%22%26x%3D1%23javascript%3A"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "＝1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(text: str) -> None:
    assert cell(text).startswith("'")


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert [cell(one) for one in (-5, 0.5, None, "a=b")] == ["-5", "0.5", "", "a=b"]


def test_a_csv_reads_back_with_quotes_commas_and_line_ends() -> None:
    row = ['say "no"', "a,b", "two\nlines", "ünï"]
    body = csv_bytes(["one", "two", "three", "four"], [row]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body, newline="")))[1] == row
