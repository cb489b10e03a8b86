"""Records fetched from a vendor: all of them, each once, whatever the network, the vendor or this machine does."""

import gzip
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag

import pytest
from structlog.testing import capture_logs

from producers.intake import Intake
from producers.pull import client, kept, puller
from producers.pull.kept import pulls
from producers.pull.run import Turns
from producers.source import Source
from producers.transports.spool import heard_at
from tests.support.pulling import Clock, events, okta, pull, source_of, spooled
from tests.support.vendor_server import OKTA_TOKEN, Reply, VendorServer, packed, vendor_server


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    with vendor_server() as server:
        server.records["logs"] = [okta(n, n) for n in range(10)]
        yield server


@pytest.fixture
def source(tmp_path: Path, vendors: VendorServer) -> Source:
    return source_of(tmp_path, "okta", vendors)


def ids(source: Source) -> list[str]:
    """The vendor's ids in the spool, in their order."""
    return [json.loads(line)["uuid"] for line in spooled(source)]


TEN = [f"okta-{n}" for n in range(10)]


def test_every_page_is_fetched_and_a_record_is_kept_byte_for_byte(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    assert pull(source, tmp_path, Clock()) == []
    assert spooled(source) == [json.dumps(one, separators=(",", ":")).encode() for one in vendors.records["logs"]]


def test_a_record_twice_on_one_page_is_taken_and_counted_once(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    vendors.records["logs"].insert(1, vendors.records["logs"][0])
    pull(source, tmp_path, Clock())
    assert ids(source) == TEN
    assert [row["records"] for row in pulls(source.folder.parents[1])] == [10]


def test_a_second_look_begins_before_the_first_ended_and_takes_nothing_twice(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    clock = Clock()
    pull(source, tmp_path, clock)
    clock.at += timedelta(minutes=5)
    before = len(vendors.asked)
    vendors.records["logs"].append(okta(10, 242))
    pull(source, tmp_path, clock)
    assert "since=2026-03-04T17%3A50%3A00.000Z" in vendors.asked[before][0]
    assert ids(source) == [*TEN, "okta-10"]


def test_a_record_that_the_vendor_shows_late_is_found_within_the_hour(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    clock = Clock()
    pull(source, tmp_path, clock)
    vendors.records["logs"].append(okta(11, 225))  # of 17:45, and shown after 18:00
    clock.at += timedelta(minutes=50)
    pull(source, tmp_path, clock)
    assert ids(source) == TEN
    clock.at += timedelta(minutes=15)
    pull(source, tmp_path, clock)
    assert ids(source) == [*TEN, "okta-11"]


def test_who_is_asked_too_often_is_asked_again_when_it_said(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    vendors.next = [Reply(429, b"{}", {"Retry-After": "17"})]
    clock = Clock()
    assert pull(source, tmp_path, clock) == []
    assert 17 <= clock.waited[0] < 18
    assert ids(source) == TEN


def test_oktas_time_of_renewal_is_waited_for(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    headers = {"Date": "Wed, 04 Mar 2026 18:00:00 GMT", "X-Rate-Limit-Reset": "1772647242"}
    vendors.next = [Reply(429, b"{}", headers)]
    clock = Clock()
    pull(source, tmp_path, clock)
    assert 42 <= clock.waited[0] < 43


def test_who_wants_to_be_left_alone_for_long_is_left_alone_and_this_turn_ends(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    vendors.next = [Reply(429, b'{"errorCode":"E0000047"}', {"Retry-After": "9000"})]
    clock = Clock()
    assert "answers 429" in pull(source, tmp_path, clock)[0]
    assert clock.waited == []


@pytest.mark.parametrize("trouble", [Reply(503, b""), Reply(200, b'[{"uuid"' * 99, drop=True)], ids=["503", "cut off"])
def test_a_vendor_in_trouble_is_asked_again(
    tmp_path: Path, vendors: VendorServer, source: Source, trouble: Reply
) -> None:
    vendors.next = [trouble, trouble]
    clock = Clock()
    assert pull(source, tmp_path, clock) == []
    assert len(clock.waited) == 2
    assert ids(source) == TEN


def test_a_vendor_that_stays_in_trouble_is_given_up_for_this_turn_and_caught_up_with_at_the_next(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    vendors.every = Reply(500, b"internal")
    clock = Clock()
    assert "answers 500: internal" in pull(source, tmp_path, clock)[0]
    assert len(clock.waited) == client.ATTEMPTS - 1
    vendors.every = None
    assert pull(source, tmp_path, clock) == []
    assert ids(source) == TEN


def test_trouble_in_the_midst_of_the_pages_loses_nothing_and_doubles_nothing(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    clock = Clock()
    real = vendors._okta
    vendors._okta = lambda *asked: Reply(400, b"no") if "after" in asked[1] else real(*asked)  # type: ignore[method-assign]
    assert "answers 400" in pull(source, tmp_path, clock)[0]
    assert ids(source) == TEN[:3]
    vendors._okta = real  # type: ignore[method-assign]
    pull(source, tmp_path, clock)
    assert ids(source) == TEN


# Crashes


@pytest.mark.parametrize("dies_at", ["sync", "seen", "pulled"])
def test_wherever_the_process_dies_nothing_is_lost_and_no_event_has_two_ids(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(
            {"sync": "producers.transports.spool.Spool.sync", "seen": "producers.pull.kept.Seen.save",
             "pulled": "producers.pull.puller.save"}[dies_at], die
        )  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            pull(source, tmp_path, Clock())
    assert pull(source, tmp_path, Clock()) == []
    found = events(source)
    assert sorted({event.origin or "" for event in found}) == sorted(f"id:{one}" for one in TEN)
    assert len({event.event_id for event in found}) == 10


def test_a_state_that_is_not_ours_is_said_with_what_to_do(tmp_path: Path, source: Source) -> None:
    pull(source, tmp_path, Clock())
    (source.folder / kept.FILE).write_bytes(b"{")
    with pytest.raises(ValueError, match="remove it"):
        pull(source, tmp_path, Clock())


def test_a_full_spool_takes_no_more_and_the_rest_comes_when_there_is_room(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("producers.transports.spool.Spool.__init__.__defaults__", (6_000, 64_000_000))
        assert "the spool is full" in pull(source, tmp_path, Clock())[0]
    assert 0 < len(ids(source)) < 10
    assert pull(source, tmp_path, Clock()) == []
    assert ids(source) == TEN


# Answers that no vendor should give


def test_no_token_goes_to_another_server(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    with vendor_server() as other:
        vendors.next = [Reply(200, b"[]", {"Link": f'<{other.url}/api/v1/logs?after=1>; rel="next"'})]
        assert "another server" in pull(source, tmp_path, Clock())[0]
        assert other.asked == []


def test_a_redirect_is_not_followed(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    with vendor_server() as other:
        vendors.next = [Reply(302, b"", {"Location": f"{other.url}/api/v1/logs"})]
        assert "which is not followed" in pull(source, tmp_path, Clock())[0]
        assert other.asked == []


def test_the_same_next_page_again_is_no_endless_loop(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    vendors.every = Reply(200, b"[]", {"Link": f'<{vendors.url}/api/v1/logs?after=1>; rel="next"'})
    assert "the same next page again" in pull(source, tmp_path, Clock())[0]
    assert len(vendors.asked) == 2


def test_pages_without_an_end_come_to_one(
    tmp_path: Path, vendors: VendorServer, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(puller, "MOST_PAGES", 7)
    vendors.page, vendors.records["logs"] = 1, [okta(n, n) for n in range(30)]
    assert "over 7 pages" in pull(source, tmp_path, Clock())[0]
    assert len(vendors.asked) == 7


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<!DOCTYPE html><title>Sign in</title>", {"Content-Type": "text/html"}), "no page of records"),
        (Reply(200, b'{"logs": []}'), "no page of records"),
        (Reply(200, b"[" * 100_000), "no page of records"),
        (Reply(200, b""), "no page of records"),
        (Reply(200, b"\xff\xfe[\0]\0"), "no page of records"),
        (Reply(200, b"no gzip", {"Content-Encoding": "gzip"}), "cannot be unpacked"),
    ],
    ids=["html", "another object", "nested", "empty", "utf-16", "not packed"],
)
def test_what_is_no_page_is_said_and_nothing_of_it_is_kept(
    tmp_path: Path, vendors: VendorServer, source: Source, reply: Reply, words: str
) -> None:
    vendors.every = reply
    assert words in pull(source, tmp_path, Clock())[0]
    assert spooled(source) == []


def test_an_answer_of_gigabytes_is_not_taken_in(
    tmp_path: Path, vendors: VendorServer, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST_ANSWER", 1_000_000)
    vendors.every = packed(5_000_000)
    assert "one page never has" in pull(source, tmp_path, Clock())[0]


@pytest.mark.parametrize("record", ['"a text"', "17", "null", "[1]", '{"a":"\udcff"}'])
def test_a_record_that_is_none_of_the_product_is_kept_as_a_dead_letter(
    tmp_path: Path, vendors: VendorServer, source: Source, record: str
) -> None:
    written = record.encode(errors="surrogateescape")
    vendors.every = Reply(200, b"[" + written + b"]")
    assert pull(source, tmp_path, Clock()) == []
    batches = list(Intake([source]).round(True))
    assert [batch.refused for batch in batches if batch.kind == "command"] == [1]


def test_a_record_over_several_lines_is_one_record(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    vendors.every = Reply(200, json.dumps([okta(1, 1)], indent=1).replace("\n", "\r\n").encode())
    pull(source, tmp_path, Clock())
    assert [event.origin for event in events(source)] == ["id:okta-1"]


def test_packed_answers_are_unpacked(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    content = gzip.compress(json.dumps([okta(1, 1)]).encode())
    vendors.every = Reply(200, content, {"Content-Encoding": "gzip"})
    pull(source, tmp_path, Clock())
    assert ids(source) == ["okta-1"]


# Secrets, silence


def test_no_secret_is_in_an_error_a_log_or_a_file(
    tmp_path: Path, vendors: VendorServer, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    vendors.every = Reply(403, f"you sent SSWS {OKTA_TOKEN}".encode(), {"WWW-Authenticate": f"x {OKTA_TOKEN}"})
    with capture_logs() as logged, caplog.at_level(logging.DEBUG):
        said = pull(source, tmp_path, Clock())
    kept_ = b"".join(path.read_bytes() for path in source.folder.iterdir())
    assert "you sent SSWS ***" in said[0]
    assert OKTA_TOKEN not in f"{said}{logged}{caplog.text}"
    assert OKTA_TOKEN.encode() not in kept_


def test_a_source_is_well_while_its_turns_come_to_the_end(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    clock = Clock()
    turns = Turns(source, tmp_path, Flag(), clock)
    vendors.every = Reply(403, b"no")
    turns.once()
    turns._live(300)
    assert heard_at(source.folder) is None
    vendors.every = None
    turns.once()
    clock.at += timedelta(minutes=9)
    turns._live(300)
    assert heard_at(source.folder) is not None
    turns.close()


def test_what_is_pulled_may_come_later_by_two_looks(tmp_path: Path, vendors: VendorServer, source: Source) -> None:
    files = replace(source, pull=None)
    assert source.lateness_ms == 3_600_000 + 2 * 300_000
    assert (source.spooled, files.spooled) == (True, False)
