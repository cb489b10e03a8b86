"""Streams cut into records: the same cut for any chunking, nothing lost between records, nothing unbounded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.framing import FRAMERS, LARGEST, Frame, frames
from producers.product import Framing

STREAMS: dict[Framing, tuple[bytes, list[bytes]]] = {
    "lines": (b"\xef\xbb\xbfone\r\n\r\n  \ntwo\0\n\0\0\0three\nlast", [b"\xef\xbb\xbfone", b"two", b"three", b"last"]),
    "json": (
        b'{"kind":"admin#reports#activities","items":[{"a":{"b":"}\\""}},\n {"b":[{"c":1}]}],"next":"x"}\n'
        b'{"c":1}\n{"d":\n{"e":1}\nhello\n[{"f":1},{"g":1}]\n{\n  "h": {\n    "i": 1\n  }\n}\n{"j":{"k":1}',
        [b'{"a":{"b":"}\\""}}', b'{"b":[{"c":1}]}', b'{"c":1}', b'{"d":', b'{"e":1}', b"hello", b'{"f":1}', b'{"g":1}',
         b'{\n  "h": {\n    "i": 1\n  }\n}', b'{"j":{"k":1}'],
    ),
    "windows": (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<Events>\n<ev:Event xmlns:ev="x">\n<ev:System/>\n</ev:Event>'
        b"<Event><D>1</D></Event>\n"
        b'<Event a="1">broken\n<Event><D/></Event></Events>\n{"EventID":1}\n\n<13>Mar 4 x\nlast',
        [b'<ev:Event xmlns:ev="x">\n<ev:System/>\n</ev:Event>', b"<Event><D>1</D></Event>", b'<Event a="1">broken',
         b"<Event><D/></Event>", b'{"EventID":1}', b"<13>Mar 4 x", b"last"],
    ),
    "leases": (
        b"# c\nlease 10.0.0.1 {\n  starts 1;\n}\nMar 4 dhcpd: x\nlease 10.0.0.2 {\n broken\nlease 10.0.0.3 {\n x }\n}",
        [b"# c", b"lease 10.0.0.1 {\n  starts 1;\n}", b"Mar 4 dhcpd: x", b"lease 10.0.0.2 {\n broken",
         b"lease 10.0.0.3 {\n x }\n}"],
    ),
    "segments": (
        b"one CISE_A 0000000007 3 0 a,\ntwo CISE_A 0000000007 3 1 b,\none CISE_A 0000000007 3 1 b,\n"
        b"one CISE_A 0000000008 2 0 c,\none CISE_A 0000000008 2 1 d,\r\none CISE_A 0000000009 1 0 e,\n"
        b"one CISE_A 0000000009 2 1 f,\none 0000000010 3 0 g,\none 0000000010 3 1 h,\n\nhello\n"
        b"one CISE_A 0000000011 3 0 i,\none CISE_A 0000000011 3 1 j,",
        [b"one CISE_A 0000000007 3 0 a,", b"two CISE_A 0000000007 3 1 b,", b"one CISE_A 0000000007 3 1 b,",
         b"one CISE_A 0000000008 2 0 c,\none CISE_A 0000000008 2 1 d,", b"one CISE_A 0000000009 1 0 e,",
         b"one CISE_A 0000000009 2 1 f,", b"one 0000000010 3 0 g,\none 0000000010 3 1 h,", b"hello",
         b"one CISE_A 0000000011 3 0 i,\none CISE_A 0000000011 3 1 j,"],
    ),
}  # fmt: skip


def _cut(stream: bytes, framing: Framing, sizes: list[int]) -> list[Frame]:
    chunks, at = [], 0
    for size in sizes:
        chunks.append(stream[at : at + size])
        at += size
    return list(frames([*chunks, stream[at:]], framing))


@pytest.mark.parametrize("framing", STREAMS)
def test_a_stream_is_cut_into_its_records(framing: Framing) -> None:
    """Lines, elements, objects and blocks; what is broken stops where the next begins."""
    stream, expected = STREAMS[framing]
    assert [frame.data for frame in frames([stream], framing)] == expected


@pytest.mark.parametrize("framing", STREAMS)
@given(sizes=st.lists(st.integers(0, 12), max_size=200))
def test_any_chunking_gives_the_same_records_and_offsets(framing: Framing, sizes: list[int]) -> None:
    """A file read in pieces of any size is the same file."""
    stream, _ = STREAMS[framing]
    assert _cut(stream, framing, sizes) == list(frames([stream], framing))


@pytest.mark.parametrize("framing", STREAMS)
def test_reading_on_from_any_records_end_gives_the_rest(framing: Framing) -> None:
    """Resumed at the byte: `end` is where the next reader begins, in the midst of a page too."""
    stream, _ = STREAMS[framing]
    whole = list(frames([stream], framing))
    for index, frame in enumerate(whole):
        assert list(frames([stream[frame.end :]], framing, frame.end)) == whole[index + 1 :]


@pytest.mark.parametrize("framing", FRAMERS)
@given(stream=st.binary(max_size=300), sizes=st.lists(st.integers(0, 40), max_size=20))
def test_no_byte_that_is_not_blank_is_lost(framing: Framing, stream: bytes, sizes: list[int]) -> None:
    """Records come in order, do not overlap, and lie where they say."""
    cut = _cut(stream, framing, sizes)
    at = 0
    for frame in cut:
        assert at <= frame.offset < frame.end <= len(stream)
        assert frame.data in stream[frame.offset : frame.end]
        at = frame.end
    if framing == "lines":
        assert sum(len(frame.data) for frame in cut) >= len(stream.translate(None, b" \t\r\n\0\x0b\x0c"))


@pytest.mark.parametrize("framing", FRAMERS)
def test_a_record_without_end_is_cut_into_numbered_parts(framing: Framing) -> None:
    """And the next record after its line end is whole again."""
    stream = b"{" + b"x" * (2 * LARGEST + 5) + b'\n{"a":1}\n'
    cut = list(frames([stream[at : at + 900_000] for at in range(0, len(stream), 900_000)], framing))
    assert [(frame.part, len(frame.data)) for frame in cut[:3]] == [(1, LARGEST), (2, LARGEST), (3, 6)]
    assert (cut[3].data, cut[3].part) == (b'{"a":1}', 0)
    assert b"".join(frame.data for frame in cut[:3]) == stream[: 2 * LARGEST + 6]


def test_a_page_of_many_activities_needs_memory_for_one() -> None:
    """A page larger than the largest record is still only its items."""
    item = json.dumps({"id": {"time": "x" * 500}, "events": [{"name": "y"}]}).encode()
    page = b'{"kind": "admin#reports#activities", "items": [\n' + b",\n".join([item] * 10_000) + b'\n], "etag": "e"}\n'
    assert len(page) > LARGEST
    cut = list(frames([page[at : at + 65_536] for at in range(0, len(page), 65_536)], "json"))
    assert [frame.data for frame in cut] == [item] * 10_000
