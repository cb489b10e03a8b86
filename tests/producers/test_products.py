"""Every product against its own samples, and against what no sample foresees: one suite for all of them."""

import base64
import json
import re
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.actions import ACTIONS
from model.event import Event, encode_event, parse_at
from producers.catalog import PRODUCTS
from producers.frame import Frame
from producers.product import Context, Parsed, Product, Refusal
from producers.reader import Stream, read_record
from producers.secrets import strike

ROOT = Path(__file__).parents[2] / "producers"
SAMPLES = {name: sorted((ROOT / name / "samples").glob("*.json")) for name in PRODUCTS}
NETWORKS = [
    ip_network(text)
    for text in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
        *("10.0.0.0/8", "127.0.0.0/8", "0.0.0.0/32", "255.0.0.0/8"),  # the last: masks of networks
    )
]
QUALITIES = {"exact", "zone_assumed", "year_assumed", "received"}
# Names of XML namespaces and of structured data (RFC 5424, section 6.3.2), nobody's address.
VOCABULARY = re.compile(
    r"http://(schemas|manifests)\.microsoft\.com/win/|http://www\.w3\.org/2001/|(?:junos|Fields)@[\d.]+"
)
CONTEXT = Context(ZoneInfo("America/New_York"), datetime(2026, 3, 5, 11, tzinfo=UTC))


@cache
def _sample(path: Path) -> tuple[Product, dict[str, Any], bytes, Context]:
    sample = json.loads(path.read_text())
    record = base64.b64decode(sample["input_base64"]) if "input_base64" in sample else sample["input"].encode()
    context = Context(
        ZoneInfo(sample.get("timezone", "UTC")),
        datetime.fromisoformat(sample.get("received_at", "2026-03-05T11:00Z")),
        sample.get("heading", ""),
    )
    return PRODUCTS[path.parent.parent.name], sample, record, context


def _struck(product: Product, record: bytes) -> bytes:
    record = strike(record, product.secrets)
    return product.strike(record) if product.strike else record


def _answer(product: Product, record: bytes, context: Context) -> dict[str, Any]:
    """What a golden holds: the events (or the refusal), and the struck record where something was struck."""
    struck = _struck(product, record)
    parsed = product.parse(struck, context)
    found: dict[str, Any] = {"struck": struck.decode(errors="replace")} if struck != record else {}
    if isinstance(parsed, Refusal):
        return found | {"refused": parsed.reason}
    return found | {"expected": [msgspec.to_builtins(event) for event in parsed]}


@pytest.mark.parametrize(
    "path",
    [path for paths in SAMPLES.values() for path in paths],
    ids=lambda path: f"{path.parent.parent.name}-{path.stem}",
)
def test_sample_gives_what_it_is_expected_to_give(path: Path, request: pytest.FixtureRequest) -> None:
    """The golden's `expected` or `refused`; `--accept` rewrites it, and the diff is the review."""
    product, sample, record, context = _sample(path)
    answer = _answer(product, record, context)
    if request.config.getoption("--accept"):
        kept = {key: sample[key] for key in sample if key not in ("expected", "refused", "struck")}
        path.write_text(json.dumps(kept | answer, indent=2, ensure_ascii=False) + "\n")
        return
    assert {key: sample.get(key) for key in answer} == answer
    assert ("refused" in sample) == ("refused" in answer)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_has_samples_a_readme_and_every_action_it_claims(name: str) -> None:
    """What PRODUCT.yields says is shown by a sample, and samples yield nothing else."""
    shown = {event["action"] for path in SAMPLES[name] for event in _sample(path)[1].get("expected", [])}
    assert shown == set(PRODUCTS[name].yields)
    assert shown <= ACTIONS
    assert (ROOT / name / "README.md").stat().st_size > 500


@pytest.mark.parametrize("name", PRODUCTS)
def test_samples_hold_invented_addresses_and_names_only(name: str) -> None:
    """Documentation networks, 10.0.0.0/8, example.org and *.example: anything else could be somebody's."""
    for path in SAMPLES[name]:
        text = VOCABULARY.sub("", json.dumps(_sample(path)[1].get("input", "")))
        for found in re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text):
            assert any(ip_address(found) in network for network in NETWORKS), (path.name, found)
        for at in re.findall(r"[\w.-]+@([\w-]+(?:\.[\w-]+)+)|https?://(?:[^/\s\"@]*@)?([A-Za-z][\w.-]*)", text):
            host = (at[0] or at[1]).lower().rstrip(".")
            invented = re.search(r"(^|\.)(example|example\.(org|com|net)|invalid|test)$", host)
            assert "." not in host or invented, (path.name, host)


BASES = {"authenticated", "observed", "claimed"}


def _says_how_it_knows(event: Event) -> None:
    """Every name comes with its basis, and no basis without a name."""
    assert (event.account is None) == (event.account_basis is None), event
    assert (event.device is None and event.mac is None) == (event.device_basis is None), event
    assert {event.account_basis, event.device_basis} <= {*BASES, None}


def _conforms(product: Product, record: bytes) -> None:
    parsed: Parsed = product.parse(record, CONTEXT)
    assert parsed == product.parse(record, CONTEXT), "the same record twice, two answers"
    if isinstance(parsed, Refusal):
        assert parsed.reason
        return
    for event in parsed:
        assert event.product == product.name
        assert event.action in product.yields
        assert event.category in product.categories
        assert event.time_quality in QUALITIES
        assert event.occurred_at is not None or event.time_quality == "received"
        for at in (event.occurred_at, event.received_at):
            assert at is None or (parse_at(at) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", at))
        assert event.outcome in ("success", "failure", "unknown")
        assert event.verdict in (None, "allowed", "blocked", "warned", "unknown")
        assert event.account is None or (event.account and not re.search("[A-Z]", event.account))  # ASCII folds alone
        assert event.event_id == event.source_id == event.raw == "", "that is the reader's"
        _says_how_it_knows(event)
        msgspec.json.decode(encode_event(event), type=Event)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_sample_cut_anywhere_is_events_or_a_refusal(name: str) -> None:
    """Truncated records happen whenever a disk fills or a datagram ends."""
    for path in SAMPLES[name]:
        product, _, record, _ = _sample(path)
        for length in range(0, len(record) + 1, max(1, len(record) // 60)):
            _conforms(product, record[:length])


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_sample_without_any_one_of_its_words_is_events_or_a_refusal(name: str) -> None:
    """Vendors leave out what we took for granted: each key, each word, in turn."""
    for path in SAMPLES[name]:
        product, _, record, _ = _sample(path)
        words = list(re.finditer(rb"[^\s,;=:]+", record))
        for word in words[:: max(1, len(words) // 60)]:
            _conforms(product, record[: word.start()] + record[word.end() :])


@pytest.mark.parametrize("name", PRODUCTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_and_binary_records_never_raise(name: str, data: st.DataObject) -> None:
    """Bytes from outside are hostile: flipped, spliced, or not a log at all."""
    records = [_sample(path)[2] for path in SAMPLES[name]]
    base = data.draw(st.sampled_from(records))
    at = data.draw(st.integers(0, len(base)))
    noise = data.draw(st.one_of(st.binary(max_size=40), st.text(max_size=20).map(lambda text: text.encode("utf-8"))))
    _conforms(PRODUCTS[name], base[:at] + noise + base[at + data.draw(st.integers(0, 8)) :])
    _conforms(PRODUCTS[name], noise)


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(
    "unit", [b" from ", b": [", b"] (from ", b"User <", b"=", b'"', b"{", b"[", b"(", b" : ", b"/"]
)
def test_long_lines_of_one_repeated_mark_cost_little(name: str, unit: bytes) -> None:
    """No pattern goes quadratic: 200 KB behind a good beginning in well under a second."""
    samples = [_sample(path)[2] for path in SAMPLES[name][:4]]
    for record in samples:
        half = record[: len(record) // 2]
        started = datetime.now(UTC)
        _conforms(PRODUCTS[name], half + unit * (200_000 // len(unit)))
        _conforms(PRODUCTS[name], half + unit * (6_000 // len(unit)))
        assert (datetime.now(UTC) - started).total_seconds() < 4


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_record_read_twice_has_one_id_and_another_offset_another(name: str) -> None:
    """Ids are where and what: a re-read is no new event, the same line elsewhere is."""
    _, sample, record, context = next(found for found in map(_sample, SAMPLES[name]) if "expected" in found[1])

    def ids(offset: int) -> list[str]:
        frame = Frame(offset, offset + len(record) + 1, record)
        _, _, parsed, _ = read_record(PRODUCTS[name], frame, context, Stream("edge", "f1"))
        assert not isinstance(parsed, Refusal)
        return [event.event_id for event in parsed]

    assert ids(0) == ids(0)
    by_vendor = any("id:" in (event.get("origin") or "") for event in sample["expected"])
    assert (ids(0) == ids(500)) == by_vendor
