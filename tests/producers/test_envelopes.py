"""The envelopes: what was written is read again, what is no envelope is not, and no field gives birth to another."""

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.event import Event
from producers.envelopes import csv_rows, elff
from producers.envelopes.cef import read_cef
from producers.envelopes.key_value import read_key_values
from producers.envelopes.leef import read_leef
from producers.forms import BLANKS
from producers.framing import frames
from producers.product import Context, Parsed, Product
from producers.reader import Stream, read_record
from producers.source import Source
from producers.transports.file_stream import FileStream, Fresh, Place

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=8)


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("=", "\\=").replace("\n", "\\n")


# key=value


@given(fields=FIELDS)
def test_quoted_values_are_read_as_they_were_written(fields: dict[str, str]) -> None:
    found = read_key_values(" ".join(f"{name}={quoted(value)}" for name, value in fields.items()))
    assert found.values == fields
    assert found.sound(*fields)


def test_bare_values_and_commas_between_fields_are_read() -> None:
    assert read_key_values('a=1 b="x y", c=z,').values == {"a": "1", "b": "x y", "c": "z"}


def test_a_backslash_between_a_domain_and_a_user_stays() -> None:
    assert read_key_values(r'usr="CEDAR\kid" user_name="CEDAR\\kid"').values == {
        "usr": r"CEDAR\kid",
        "user_name": r"CEDAR\kid",
    }


def test_a_quote_that_never_closes_breaks_the_record() -> None:
    found = read_key_values('user="pat msg="hello" srcip=10.1.2.3')
    assert found.broken


def test_a_name_that_stands_twice_is_told() -> None:
    found = read_key_values("user=pat url=/x user=chris")
    assert (found.values["user"], found.repeated, found.sound("user"), found.sound("url")) == (
        "pat", frozenset({"user"}), False, True
    )  # fmt: skip


@given(text=st.text(max_size=200))
def test_any_text_is_fields_or_broken(text: str) -> None:
    found = read_key_values(text)
    assert found.broken or len(found.values) + len(found.repeated) >= (1 if text.strip() else 0)


# CEF and LEEF


@given(fields=FIELDS.filter(lambda fields: not any(name.endswith("Label") for name in fields)))
def test_a_cef_extension_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    kept = {name: " ".join(value.split()) for name, value in fields.items()}
    text = " ".join(f"{name}={escaped(value)}" for name, value in kept.items())
    found = read_cef(rf"CEF:0|Example\|Co|Gate|1.0|100|a \\ name|5|{text}")
    assert found is not None
    assert (found.vendor, found.name) == ("Example|Co", "a \\ name")
    assert found.extension.values == kept


def test_a_cef_label_gives_its_value_a_second_name() -> None:
    found = read_cef("CEF:0|a|b|1|2|c|3|cs1Label=Category cs1=Games cs2Label=Unused")
    assert found
    assert found.extension.values["Category"] == "Games"
    assert "Unused" not in found.extension.values


def test_a_client_that_writes_a_key_into_a_cef_value_makes_it_stand_twice() -> None:
    found = read_cef("CEF:0|a|b|1|2|c|3|suser=pat request=http://x.example/ suser=chris")
    assert found
    assert not found.extension.sound("suser")


@pytest.mark.parametrize("text", ["CEF:0|a|b|1|2|c", "suser=CEF:0|a|b|1|2|c|3|x=1", ""])
def test_what_has_no_whole_head_is_no_cef(text: str) -> None:
    assert read_cef(text) is None


@pytest.mark.parametrize(
    "head", ["LEEF:1.0|a|b|1|2|{0}", "LEEF:2.0|a|b|1|2|^|{1}", "LEEF:2.0|a|b|1|2|x5E|{1}", "LEEF:2.0|a|b|1|2||{0}"]
)
def test_leef_is_read_with_each_delimiter(head: str) -> None:
    found = read_leef(head.format("src=10.1.2.3\tusrName=pat doe", "src=10.1.2.3^usrName=pat doe"))
    assert found
    assert (found.event, found.attributes.values) == ("2", {"src": "10.1.2.3", "usrName": "pat doe"})


# Rows


@given(cells=st.lists(VALUES.map(str.strip), min_size=1, max_size=6))
def test_a_csv_row_is_read_as_it_was_written(cells: list[str]) -> None:
    out = StringIO()
    csv.writer(out, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
    names = tuple(f"c{n}" for n in range(len(cells)))
    found = csv_rows.read_row(out.getvalue(), names)
    assert list(found.values.values()) == cells
    assert not found.broken


def test_a_row_with_a_cell_too_many_is_broken() -> None:
    assert csv_rows.read_row("a,b,c", ("x", "y")).broken


def test_an_elff_row_keeps_quoted_blanks_and_leaves_out_what_means_nothing() -> None:
    names = elff.names_of("#Fields: date time cs-username cs(User-Agent) sc-status")
    found = elff.read_row('2026-03-04 14:00:00 - "A ""B"" C" 200', names)
    assert found.values == {"date": "2026-03-04", "time": "14:00:00", "cs(User-Agent)": 'A "B" C', "sc-status": "200"}
    assert not found.broken
    assert elff.read_row("2026-03-04 14:00:00 -", names).broken


@given(
    rows=st.lists(st.lists(VALUES.filter(bool), min_size=2, max_size=4), min_size=1, max_size=6),
    size=st.integers(1, 50),
)
def test_rows_are_cut_alike_however_the_bytes_come(rows: list[list[str]], size: int) -> None:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    whole = out.getvalue().encode()
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert [frame.data for frame in frames(pieces, "csv")] == [frame.data for frame in frames([whole], "csv")]
    assert [csv_rows.split_row(frame.data.decode()) for frame in frames([whole], "csv")] == [
        [cell.strip(BLANKS) for cell in row] for row in rows
    ]


def test_a_cell_may_hold_line_ends_and_a_quote_that_never_closes_costs_one_line() -> None:
    assert [frame.data for frame in frames([b'a,"b\nc"\nd,e\n'], "csv")] == [b'a,"b\nc"', b"d,e"]
    broken = b'a,"b\n' + b"c,d\n" * 20_000
    assert [frame.data for frame in frames([broken], "csv")][:3] == [b'a,"b', b"c,d", b"c,d"]


# Headings


def _parse(record: bytes, context: Context) -> Parsed:
    return [Event(product="rows", category="proxy", action="web.requested", vendor_action=context.heading)]


YIELDS = ("web.requested",)
ROWS = Product("rows", "Rows", "Rows.", ("proxy",), YIELDS, datetime.resolution, _parse, heading=elff.is_heading)
CONTEXT = Context(ZoneInfo("UTC"), datetime(2026, 3, 4, tzinfo=UTC))


def headings(stream: Stream, text: bytes) -> list[str | None]:
    found = []
    for frame in frames([text], "lines"):
        parsed = read_record(ROWS, frame, CONTEXT, stream)[2]
        assert isinstance(parsed, list)
        found.append(parsed[0].vendor_action)
    return found


def test_a_row_is_read_under_the_last_heading_before_it() -> None:
    one, two = "#Fields: a b", "#Fields: c"
    assert headings(Stream("s", "f"), f"x\n{one}\n1 2\n{two}\n3".encode()) == ["", one, one, two, two]


def test_a_stream_that_is_read_on_after_a_restart_knows_its_heading(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_bytes(b"#Fields: a b\n1 2\n3 4\n")
    source = Source("d", "s", ROWS, ZoneInfo("UTC"), 0, tmp_path)
    stream = FileStream(source, "f", Place(17))
    stream.fresh = [Fresh(file, True)]
    [found] = stream.entries()
    assert b'"vendor_action":"#Fields: a b"' in found.events[0]
