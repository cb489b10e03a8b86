"""`hallmonitor reset`: empties the embedded stack."""

import click

from infra.local.home import Home
from infra.local.stack import stop
from model.settings import Settings


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(yes: bool) -> None:
    """End the embedded stack and delete all that it stored: topics, tables, logs. Your own logs are not touched."""
    home = Settings().hallmonitor_home
    if not yes:
        click.confirm(f"Delete every topic and table in {home.absolute()}?", abort=True, err=True)
    stop(home)
    removed = Home(home).empty()
    click.echo(f"Removed from {home}: {', '.join(removed) or 'nothing, it was empty'}.", err=True)
