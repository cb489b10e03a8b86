"""What a log holds is only ever read: HTML escaped, directions and controls made visible, formulas disarmed."""

import csv
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence

import pytest

from casework.fold import Entry
from dashboard import deciding, links
from dashboard import hypertext as h
from dashboard.csv_file import Export, Tally, cell
from model.casework import CaseworkEvent
from storage.client import Unavailable
from tests.support.dashboard_cases import HOSTILE, SHOWN, run_page


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
    body = b"".join(_export([row]).pieces(Tally())).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body, newline="")))[1] == row


def test_an_export_counts_and_hashes_what_it_wrote() -> None:
    made, tally = _export([["x"]] * 1_234), Tally()
    body = b"".join(made.pieces(tally))
    told = json.loads(made.manifest(tally, "a.csv"))
    assert (told["rows"], told["bytes"], body.count(b"\r\n")) == (1_234, len(body), 1_235)
    assert told["sha256"] == hashlib.sha256(body).hexdigest()
    assert (told["made_by"], told["criteria"]) == ("tester", {"subject": "tbell"})


def test_an_archive_comes_in_pieces_and_holds_the_file_and_its_manifest() -> None:
    rows = ([os.urandom(400).hex()] for _ in range(5_000))
    pieces = list(_export(rows).zipped())
    assert max(map(len, pieces)) < 1_000_000 < sum(map(len, pieces))
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        told = json.loads(archive.read("timeline-x.csv.manifest.json"))
        assert told["sha256"] == hashlib.sha256(archive.read("timeline-x.csv")).hexdigest()
        assert told["rows"] == 5_000


def test_an_export_that_breaks_off_is_no_archive() -> None:
    def rows() -> Iterator[list[object]]:
        yield from ([1] for _ in range(2_000))
        raise Unavailable("gone")

    made = _export(rows()).zipped()
    begun: list[bytes] = []
    with pytest.raises(Unavailable):
        begun.extend(made)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(begun)))


def _export(rows: Iterable[Sequence[object]]) -> Export:
    return Export("timeline-x", ["one", "two"], rows, {"subject": "tbell"}, "tester", "2026-03-04T00:00:00.000Z")


def _deciding_twice() -> None:
    from casework.register import decision
    from dashboard import deciding
    from model.clock import now

    deciding.write([decision(f"violation:v{n}", "violation.triaged", now(), actor="a", role="") for n in "12"], "Done.")


def test_where_the_store_goes_away_between_two_decisions_it_is_said_how_many_were_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class GoesAway:
        def write(self, event: CaseworkEvent) -> Entry:
            if event.entity == "violation:v2":
                raise Unavailable("ClickHouse does not answer")
            return Entry(event, 1)

    asked_anew: list[bool] = []
    monkeypatch.setattr(deciding, "opened_register", GoesAway)
    monkeypatch.setattr(deciding, "forget", lambda: asked_anew.append(True))
    (said,) = run_page(_deciding_twice).error
    assert said.value == "It could not be recorded: ClickHouse does not answer. 1 of 2 were recorded before."
    assert asked_anew
