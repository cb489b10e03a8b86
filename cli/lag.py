"""How far judging and storing are behind what was sent, district by district: a section of `hallmonitor status`."""

from typing import Any

import click
from kafka.errors import KafkaError

from cli.addresses import resolved
from cli.pipeline import Pipeline
from model.settings import Settings
from model.topics import LOG
from producers import broker


def lag(settings: Settings, servers: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a district: records of `audit.log`, those not yet judged, and output records not yet stored.

    A record carries up to 1,000 events. Empty before the first run.
    """
    found = resolved(settings)
    try:
        districts = [(number, name) for number, name in enumerate(broker.owners(found, LOG.name)) if name]
        return [_row(found, number, name) for number, name in districts]
    except KafkaError as error:
        raise click.ClickException(f"Kafka at {found.kafka_bootstrap} does not answer: {error}") from error


def _row(settings: Settings, number: int, district: str) -> dict[str, Any]:
    with Pipeline(settings, number) as pipeline:
        written = pipeline.written()
        return {
            "district": district,
            "partition": number,
            "records": written,
            "not_judged": max(0, written - pipeline.judged()),
            "not_stored": pipeline.not_stored(),
        }
