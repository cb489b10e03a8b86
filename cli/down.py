"""`hallmonitor down`: ends the embedded stack in order."""

import click

from infra.local.stack import stop
from model.settings import Settings


@click.command()
def command() -> None:
    """End the Kafka and ClickHouse that `hallmonitor up` started. What they stored stays."""
    home = Settings().hallmonitor_home
    words = "Ended" if stop(home) else "Nothing was running"
    click.echo(f"{words} ({home}).", err=True)
