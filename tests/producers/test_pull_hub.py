"""Entra ID's and Intune's records from an Event Hub by Kafka's protocol, on a real broker: every message once."""

import json
import uuid
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaProducer, TopicPartition

from cli.main import main
from model.district import District, load_district
from model.kafka_client import client
from model.settings import Settings
from model.topics import Topic
from producers import broker
from producers.district_folder import folder_mistakes
from producers.pull import hub
from producers.pull.failure import PullFailed
from producers.pull.kept import Kept, save
from producers.source import Source, sources_of
from producers.transports.spool import Spool
from tests.support.pulling import BASE, Clock, at, events, pull, sample, spooled

CONNECTION = "Endpoint=sb://maplefalls.example/;SharedAccessKeyName=read;SharedAccessKey=s3cret="


@pytest.fixture
def name(settings: Settings) -> str:
    """A hub of this test's own, with three partitions."""
    made = f"hub-{uuid.uuid4().hex[:8]}"
    broker.create_topics(settings, [Topic(made, {})])
    return made


@pytest.fixture
def source(settings: Settings, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The broker of the tests has another password than a hub, and no TLS."""
    ours = {key: value for key, value in client(settings).items() if key.startswith(("sasl", "security"))}
    monkeypatch.setattr(hub, "security", lambda _: ours)
    (tmp_path / "secret").write_text(CONNECTION)
    where = json.dumps({"event_hub": f"{settings.kafka_bootstrap}/{name}", "secret_file": "secret"})
    (tmp_path / "district.yaml").write_text(BASE.format(product="entra_id", pull=where))
    district = load_district((tmp_path / "district.yaml").read_bytes())
    assert isinstance(district, District), district
    return sources_of(district, tmp_path, tmp_path / "home")[0]


def send(settings: Settings, name: str, *numbers: int) -> None:
    """A message of two sign-ins for each number, as diagnostic settings send them."""
    producer = KafkaProducer(**client(settings))
    for number in numbers:
        records = [sign_in(number, part) for part in range(2)]
        producer.send(name, value=json.dumps({"records": records}).encode(), partition=number % 3)
    producer.flush()
    producer.close()


def sign_in(number: int, part: int) -> dict[str, object]:
    record = sample("entra_id", "signin_ipv6")
    mine = {"id": f"s-{number}-{part}", "createdDateTime": at(number)}
    return record | {"properties": record["properties"] | mine}


def test_every_message_of_every_partition_comes_once(
    settings: Settings, name: str, source: Source, tmp_path: Path
) -> None:
    send(settings, name, *range(9))
    assert pull(source, tmp_path, Clock()) == []
    send(settings, name, *range(9, 12))
    assert pull(source, tmp_path, Clock()) == []
    assert pull(source, tmp_path, Clock()) == []
    assert len(spooled(source)) == 12
    found = events(source)
    wanted = {f"id:s-{number}-{part}" for number in range(12) for part in range(2)}
    assert {event.origin for event in found} == wanted
    assert len(found) == 24
    assert {event.action for event in found} == {"account.authenticated"}


def test_what_was_kept_and_not_noted_comes_again_under_the_same_ids(
    settings: Settings, name: str, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    send(settings, name, 0, 1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(hub, "save", die)
        with pytest.raises(KeyboardInterrupt):
            pull(source, tmp_path, Clock())
    pull(source, tmp_path, Clock())
    assert len({event.event_id for event in events(source)}) == 6


def test_sources_test_says_what_the_hub_holds(settings: Settings, name: str, source: Source, tmp_path: Path) -> None:
    send(settings, name, 0, 1)
    result = CliRunner().invoke(main, ["sources", "test", "--district", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, "cloud eventHub: works; the hub holds 2 messages in 3 partitions\n")


def test_a_hub_that_is_not_there_is_said(settings: Settings, source: Source, tmp_path: Path) -> None:
    text = (tmp_path / "district.yaml").read_text()
    (tmp_path / "district.yaml").write_text(text.replace("/hub-", "/hob-"))
    result = CliRunner().invoke(main, ["sources", "test", "--district", str(tmp_path)])
    assert result.exit_code == 1
    assert "there is no hub 'hob-" in result.stdout


def test_over_the_network_it_is_tls_and_the_connection_string_and_no_word_of_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, object] = {}

    def refuse(**given: object) -> None:
        told.update(given)
        raise hub.KafkaError(f"no entry for {given['sasl_plain_password']}")

    monkeypatch.setattr(hub, "KafkaConsumer", refuse)
    with pytest.raises(PullFailed) as failed, hub.consumer("maplefalls.servicebus.example/logs", CONNECTION):
        pass
    assert told["security_protocol"] == "SASL_SSL"
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("$ConnectionString", CONNECTION)
    assert told["bootstrap_servers"] == "maplefalls.servicebus.example:9093"
    assert "s3cret" not in f"{failed.value!r}{failed.value.__cause__!r}"


@pytest.mark.parametrize(
    ("product", "key"), [("okta", "sources.0.pull.event_hub"), ("okta", "sources.0.pull.url"), ("intune", "")]
)
def test_only_microsofts_products_have_a_hub_and_then_nothing_else_is_needed(
    tmp_path: Path, product: str, key: str
) -> None:
    (tmp_path / "secret").write_text(CONNECTION)
    where = "{event_hub: maplefalls.servicebus.example/logs, secret_file: secret}"
    (tmp_path / "district.yaml").write_text(BASE.format(product=product, pull=where))
    found = [one.key for one in folder_mistakes(tmp_path)[0]]
    assert (key in found) if key else found == []


class Emptied:
    """A hub whose one partition holds what stands from `begin` to `end`, all of it read at once."""

    def __init__(self, begin: int, end: int) -> None:
        self.place, self.begin, self.end, self.sought = TopicPartition("logs", 0), begin, end, list[int]()

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return {0}

    def beginning_offsets(self, _places: object) -> dict[TopicPartition, int]:
        return {self.place: self.begin}

    def end_offsets(self, _places: object) -> dict[TopicPartition, int]:
        return {self.place: self.end}

    def position(self, _place: object) -> int:
        return self.end

    def assign(self, _places: object) -> None:
        pass

    def seek(self, _place: object, offset: int) -> None:
        self.sought.append(offset)


def test_a_hub_that_was_made_anew_is_read_from_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anew = Emptied(0, 120)
    monkeypatch.setattr(hub, "consumer", lambda *_: nullcontext(anew))
    save(tmp_path, Kept(offsets={"0": 5_000}))
    hub.HubPuller("maplefalls.servicebus.example/logs", CONNECTION, Spool(tmp_path)).turn(Clock())
    assert anew.sought == [0]


@pytest.mark.parametrize(("begin", "end"), [(100, 100), (0, 0)], ids=["forgotten", "made anew"])
def test_what_an_emptied_hub_lost_is_said_once(
    begin: int, end: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "consumer", lambda *_: nullcontext(Emptied(begin, end)))
    save(tmp_path, Kept(offsets={"0": 50}))
    puller = hub.HubPuller("maplefalls.servicebus.example/logs", CONNECTION, Spool(tmp_path))
    for _ in range(3):
        puller.turn(Clock())
    assert len(puller.kept.feed(hub.FEED).missed) == 1
