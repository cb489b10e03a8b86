"""Files from a bucket that speaks S3 as Amazon documents it, with Umbrella's folders: each once, each unpacked."""

import gzip
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event as Flag
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner

from cli.main import main
from producers.pull import bucket
from producers.pull.bucket import days, listing_of, unpacked
from producers.pull.failure import PullFailed
from producers.pull.feed import Window
from producers.pull.kept import pulls
from producers.pull.page import Ask
from producers.pull.run import Turns
from producers.pull.signature import S3Signed, region_of
from producers.source import Source
from producers.transports.spool import segments
from tests.support.pulling import Clock, district_of, events, pull, source_of
from tests.support.vendor_server import CLIENT, SECRET, Reply, VendorServer, vendor_server

PATH = "1234567_0a1b2c3d"
ROW = (
    '"2026-03-04 {at}","Tara Bell (tbell@maplefalls.example)","Tara Bell (tbell@maplefalls.example)","10.4.2.7",'
    '"198.51.100.7","Allowed","1 (A)","NOERROR","site{n}.example.","Education","AD Users","AD Users",""\n'
)


class Bucket(VendorServer):
    """Keys and contents; lists two keys a page."""

    def __init__(self) -> None:
        super().__init__(page=2)
        self.files: dict[str, bytes] = {}

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        if self.next:
            return self.next.pop(0)
        if not signed(path, headers):
            return Reply(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        where = urlsplit(path)
        if where.path != "/":
            return Reply(200, self.files[unquote(where.path[1:])], {"Content-Type": "binary/octet-stream"})
        query = dict(parse_qsl(where.query))
        assert query["list-type"] == "2"
        found = sorted(key for key in self.files if key.startswith(query["prefix"]))
        at = int(query.get("continuation-token", "0"))
        return Reply(200, listing(self.files, found[at : at + self.page], str(at + self.page), len(found)))


def listing(files: dict[str, bytes], keys: list[str], token: str, count: int) -> bytes:
    more = int(token) < count
    entries = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>2026-03-04T15:00:00.000Z</LastModified>"
        f"<ETag>&quot;{sha256(files[key]).hexdigest()[:32]}&quot;</ETag><Size>{len(files[key])}</Size></Contents>"
        for key in keys
    )
    following = f"<NextContinuationToken>{token}</NextContinuationToken>" if more else ""
    head = '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    return f"{head}<IsTruncated>{str(more).lower()}</IsTruncated>{entries}{following}</ListBucketResult>".encode()


def signed(path: str, headers: dict[str, str]) -> bool:
    """As Amazon's document computes it, from what came over the wire."""
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,SignedHeaders=([^,]+),Signature=(\w+)",
        headers["authorization"],
    )
    assert found
    who, day, region, names, signature = found.groups()
    where = urlsplit(path)
    pairs = sorted((quote(key, safe="-_.~"), quote(value, safe="-_.~")) for key, value in parse_qsl(where.query))
    told = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    query = "&".join(f"{key}={value}" for key, value in pairs)
    canonical = f"GET\n{where.path}\n{query}\n{told}\n{names}\n{headers['x-amz-content-sha256']}"
    scope = f"{day}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for word in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, word.encode(), sha256).digest()
    return who == CLIENT and hmac.new(key, text.encode(), sha256).hexdigest() == signature


@pytest.fixture
def vendor() -> Iterator[Bucket]:
    with vendor_server(Bucket()) as server:
        assert isinstance(server, Bucket)
        for n in range(5):
            put(server, n)
        yield server


def put(vendor: Bucket, number: int, rows: int = 3, folder: str = "dnslogs") -> None:
    content = "".join(ROW.format(at=f"14:{number:02}:{row:02}", n=number * 100 + row) for row in range(rows))
    name = f"{PATH}/{folder}/2026-03-04/2026-03-04-14-{number:02}-e4e{number}.csv.gz"
    vendor.files[name] = gzip.compress(content.encode())


@pytest.fixture
def source(tmp_path: Path, vendor: Bucket) -> Source:
    return source_of(tmp_path, "umbrella", vendor, path=PATH, client_id=CLIENT)


def domains(source: Source) -> list[str]:
    return sorted(event.domain or "" for event in events(source))


FIFTEEN = sorted(f"site{n * 100 + row}.example" for n in range(5) for row in range(3))


def test_every_file_of_every_page_is_fetched_unpacked_and_read(tmp_path: Path, source: Source) -> None:
    assert pull(source, tmp_path, Clock()) == []
    assert domains(source) == FIFTEEN
    assert {event.account for event in events(source)} == {"tbell"}


def test_a_file_is_fetched_once_and_one_that_comes_late_is_fetched_too(
    tmp_path: Path, vendor: Bucket, source: Source
) -> None:
    clock = Clock()
    pull(source, tmp_path, clock)
    put(vendor, 7)
    put(vendor, 8, folder="proxylogs-of-somebody")
    clock.at += timedelta(hours=2)
    before = len(vendor.asked)
    pull(source, tmp_path, clock)
    fetched = [path for path, _ in vendor.asked[before:] if path.endswith(".gz")]
    assert [path[-11:] for path in fetched] == ["e4e7.csv.gz"]
    assert len(domains(source)) == 18


def test_a_file_is_a_segment_of_its_own_so_that_no_heading_reaches_into_the_next(
    tmp_path: Path, vendor: Bucket, source: Source
) -> None:
    pull(source, tmp_path, Clock())
    held = [path.read_bytes() for path in segments(source.folder)]
    assert sorted(content for content in held if content) == [gzip.decompress(one) for one in vendor.files.values()]


@pytest.mark.parametrize("dies_at", ["producers.pull.kept.Seen.save", "producers.pull.puller.save"])
def test_wherever_the_process_dies_every_row_has_one_id(
    tmp_path: Path, vendor: Bucket, source: Source, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dies_at, die)
        with pytest.raises(KeyboardInterrupt):
            pull(source, tmp_path, Clock())
    before = {event.event_id for event in events(source)}
    assert pull(source, tmp_path, Clock()) == []
    assert len(before) == 15
    assert {event.event_id for event in events(source)} == before


def test_of_a_damaged_file_what_stands_before_the_damage_is_kept_and_the_rest_goes_on(
    tmp_path: Path, vendor: Bucket, source: Source
) -> None:
    name = next(iter(vendor.files))
    whole = gzip.compress(b"".join(ROW.format(at="14:00:00", n=n).encode() for n in range(9_000)))
    vendor.files[name] = whole[: len(whole) // 2]
    damage = f"{name} is damaged: of it only what stands before the damage was taken"
    turns = Turns(source, tmp_path, Flag(), Clock())
    assert turns.once() == [damage]
    turns.close()
    assert [row["missed"] for row in pulls(source.folder.parents[1]) if row["missed"]] == [damage]
    found = domains(source)
    assert 100 < len(found) < 9_000
    assert set(FIFTEEN[3:]) <= set(found)


def test_a_file_that_unpacks_without_end_is_not_taken_in_and_those_behind_it_are(
    tmp_path: Path, vendor: Bucket, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "LARGEST_FILE", 100_000)
    name = next(iter(vendor.files))
    vendor.files[name] = gzip.compress(bytes(5_000_000))
    assert pull(source, tmp_path, Clock()) == []
    assert [row["missed"] for row in pulls(source.folder.parents[1]) if row["missed"]] == [
        f"{name} was left out: a file of the bucket unpacks to over 0 MB"
    ]
    assert set(domains(source)) == set(FIFTEEN) - {"site0.example", "site1.example", "site2.example"}


def test_a_wrong_secret_names_the_key_that_is_needed(tmp_path: Path, vendor: Bucket) -> None:
    district_of(tmp_path, "umbrella", vendor, path=PATH, client_id=CLIENT)
    (tmp_path / "secret").write_text("another")
    result = CliRunner().invoke(main, ["sources", "test", "--district", str(tmp_path)])
    assert result.exit_code == 1
    assert "SignatureDoesNotMatch" in result.stdout
    assert "Give it the access key that Umbrella shows" in result.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"not xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult>&b;</ListBucketResult>',
        b"<ListBucketResult>",
        b"\xff\xfe<",
        b'<?xml version="1.0" encoding="foo"?><ListBucketResult></ListBucketResult>',
    ],
)
def test_what_is_no_listing_is_said(content: bytes) -> None:
    with pytest.raises(PullFailed, match="no listing"):
        listing_of(content)


def test_a_listing_that_names_the_same_next_page_again_comes_to_an_end(
    tmp_path: Path, vendor: Bucket, source: Source
) -> None:
    again = listing(vendor.files, [], "0", 1)
    vendor.next = [Reply(200, again), Reply(200, again), Reply(200, again.replace(b">0<", b">1<"))]
    vendor.next[1] = Reply(200, again.replace(b">0<", b">1<"))
    assert "the same next page again" in pull(source, tmp_path, Clock())[0]


@pytest.mark.parametrize("key", ["../../etc/passwd", f"{PATH}/dnslogs/2026-03-03/x", "a\nb"])
def test_a_key_outside_the_folder_that_was_asked_for_is_not_fetched(
    tmp_path: Path, vendor: Bucket, source: Source, key: str
) -> None:
    vendor.next = [Reply(200, listing({key: b""}, [key], "1", 1))]
    pull(source, tmp_path, Clock())
    assert not [path for path, _ in vendor.asked if "passwd" in path or "2026-03-03/x" in path]


# Amazon's own examples ("Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk")


KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = round(datetime(2013, 5, 24, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("ask", "more", "signature"),
    [
        (
            Ask("https://examplebucket.s3.amazonaws.com/", (("max-keys", "2"), ("prefix", "J"))),
            {},
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
        (
            Ask("https://examplebucket.s3.amazonaws.com/test.txt"),
            {"range": "bytes=0-9"},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
    ],
    ids=["list", "get"],
)
def test_a_question_is_signed_as_amazon_signs_its_examples(ask: Ask, more: dict[str, str], signature: str) -> None:
    sent: dict[str, Any] = {"x-amz-content-sha256": sha256(b"").hexdigest(), **more}
    assert S3Signed(*KEY).signed(ask, AT, sent)["Authorization"].endswith(f"Signature={signature}")


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://cisco-managed-us-west-1.s3.us-west-1.amazonaws.com", "us-west-1"),
        ("https://cisco-managed-eu-central-1.s3-eu-central-1.amazonaws.com", "eu-central-1"),
        ("https://umbrella-managed.s3.amazonaws.com", "us-east-1"),
        ("http://127.0.0.1:9000", "us-east-1"),
    ],
)
def test_the_region_stands_in_the_buckets_address(url: str, region: str) -> None:
    assert region_of(url) == region


def test_days_are_those_that_a_window_touches() -> None:
    at = round(datetime(2026, 3, 4, 23, tzinfo=UTC).timestamp() * 1000)
    assert list(days(Window(at, at + 7_200_000))) == ["2026-03-04", "2026-03-05"]
    assert list(days(Window(at, at + 3_600_000))) == ["2026-03-04"]


def test_what_is_whole_is_said_to_be() -> None:
    assert unpacked(gzip.compress(b"a row\n")) == (b"a row\n", True)
    assert unpacked(gzip.compress(b"a row\n")[:-4])[1] is False


def test_every_member_of_a_gzip_file_is_unpacked() -> None:
    assert unpacked(gzip.compress(b"one\n") + bytes(512) + gzip.compress(b"two\n")) == (b"one\ntwo\n", True)


def test_what_stands_behind_the_last_member_is_damage() -> None:
    assert unpacked(gzip.compress(b"one\n") + b"more") == (b"one\n", False)


def test_a_file_that_the_bucket_unpacks_on_its_way_is_kept(tmp_path: Path, vendor: Bucket, source: Source) -> None:
    real = vendor.answer

    def answer(path: str, headers: dict[str, str]) -> Reply:
        reply = real(path, headers)
        if path.endswith(".gz"):
            reply.headers["Content-Encoding"] = "gzip"
        return reply

    vendor.answer = answer  # type: ignore[method-assign]
    assert pull(source, tmp_path, Clock()) == []
    assert domains(source) == FIFTEEN
