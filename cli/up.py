"""`hallmonitor up`: starts the embedded stack and returns once it answers."""

import shlex

import click

from infra.local.plan import CLICKHOUSE_PORT, KAFKA_PORT
from infra.local.stack import Stack, access, running
from model.settings import Settings


@click.command()
@click.option("--brokers", type=click.Choice(["1", "3"]), default="1", show_default=True, help="Kafka brokers.")
def command(brokers: str) -> None:
    """Start Apache Kafka and ClickHouse on this machine, and leave them running.

    Prints the two addresses and how to sign in there, as shell assignments. The password itself stays in the file
    `secret` of the home folder. `hallmonitor down` stops the servers. If they run already, nothing changes.
    HALLMONITOR_HOME (default ./.hallmonitor) holds all data.
    """
    home = Settings().hallmonitor_home
    state = running(home)
    if state is None:
        click.echo(f"Starting Kafka and ClickHouse in {home} …", err=True)
        stack = Stack(home, int(brokers), KAFKA_PORT, CLICKHOUSE_PORT, lambda words: click.echo(words, err=True))
        stack.launch(leash=False)
        state = stack.state
    for name, value in access(home, state).items():
        if value:
            click.echo(f"{name.upper()}={shlex.quote(value)}")
