"""What `audit.events` says by place in the log: the same events come out, each with what attribution adds to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import attributed
from model.attributed import Given, Origin, Unlike, encode_attributed, written_out
from model.codec import join_lines

ADDED = st.sampled_from([b"", b',"person":"p1"', b',"person":"p2","site":"hs"'])


@st.composite
def turns(draw: st.DrawFn) -> list[Given]:
    """Records of a log, of each of which some lines are given out."""
    found = []
    for offset in range(draw(st.integers(1, 4))):
        lines = [
            b'{"event_id":"%d-%d","url":"http://x.example/"}' % (offset, n) for n in range(draw(st.integers(1, 12)))
        ]
        numbers = sorted(draw(st.sets(st.integers(0, len(lines) - 1), min_size=1)))
        added = [draw(ADDED) for _ in numbers]
        hidden = sorted(draw(st.sets(st.sampled_from(numbers))))
        found.append(Given(Origin(offset * 3, bytes([offset]) * 16), lines, numbers, added, hidden))
    return found


@given(turns(), st.sampled_from([40, 200, 16_000_000]))
def test_what_goes_out_by_place_is_written_out_as_it_was(turn: list[Given], most: int) -> None:
    log = {one.origin: join_lines(one.lines) for one in turn}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attributed, "WHOLE_BYTES", most)
        records = [value for value, _ in encode_attributed(turn)]
    out = b"".join(written_out(value, log.__getitem__) for value in records)
    assert out == join_lines([line for one in turn for line in one.whole()])
    assert len(records) == 1 or most < 16_000_000


def one_record() -> bytes:
    lines = [b'{"event_id":"a"}', b'{"event_id":"b"}']
    ((value, headers),) = encode_attributed([Given(Origin(7, b"n" * 16), lines, [0, 1], [b"", b',"person":"p1"'])])
    assert dict(headers)[attributed.SINCE] == b"7"
    return value


CHANGED = {
    "a line less in the log": (b"", b'{"event_id":"a"}\n'),
    "a line that the log has not": (b'"lines":[0,2]|"lines":[0,3]', b""),
    "an answer less": (b'"answers":[0,1]|"answers":[0]', b""),
    "an answer that is not there": (b'"answers":[0,1]|"answers":[0,2]', b""),
    "an answer counted from the end": (b'"answers":[0,1]|"answers":[0,-1]', b""),
    "lines that run backward": (b'"lines":[0,2]|"lines":[2,0]', b""),
    "no JSON": (b'"lines"|lines', b""),
    "a hidden line that is not there": (b'"answers":[0,1]|"answers":[0,1],"hidden":[2]', b""),
    "a name that is none": (b'"name":"6e|"name":"zz', b""),
}


def test_of_protected_speech_the_topic_does_not_go_out() -> None:
    lines = [b'{"event_id":"a","url":"http://x.example/"}', b'{"event_id":"b","url":"http://y.example/"}']
    ((value, _),) = encode_attributed([Given(Origin(7, b"n" * 16), lines, [0, 1], [b"", b""], hidden=[1])])
    out = written_out(value, lambda origin: join_lines(lines))
    assert b"x.example" in out
    assert b"y.example" not in out
    assert b'"url_category":"sensitive"' in out


@pytest.mark.parametrize("change", CHANGED)
def test_a_record_that_does_not_fit_the_log_is_refused_whole(change: str) -> None:
    edit, log = CHANGED[change]
    value = one_record().replace(*edit.split(b"|")) if edit else one_record()
    with pytest.raises(Unlike):
        written_out(value, lambda _: log or b'{"event_id":"a"}\n{"event_id":"b"}\n')


def test_each_answer_stands_in_a_record_once() -> None:
    lines = [b'{"n":%d}' % n for n in range(500)]
    turn = [Given(Origin(n, b"n" * 16), lines, list(range(500)), [b',"person":"p1"'] * 500) for n in range(3)]
    ((value, _),) = encode_attributed(turn)
    assert value.count(b"p1") == 1
    assert len(value) < 1_500 * 3


def test_no_record_grows_beyond_what_kafka_takes_however_its_lines_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attributed, "RECORD_BYTES", 5_000)
    every_second = list(range(0, 2_000, 2))
    added = [b',"person":"p%d"' % n for n in every_second]
    broken = Given(Origin(10**12, b"x" * 16), [b'{"url":"u"}'] * 2_000, every_second, added, every_second)
    single = [Given(Origin(10**12 + n, b"x" * 16), [b"{}"], [0], [b""]) for n in range(500)]
    records = [value for value, _ in encode_attributed([broken, *single])]
    assert max(map(len, records)) <= 5_000 + 200  # one event and its record's name more
