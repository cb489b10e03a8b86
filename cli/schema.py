"""`hallmonitor schema`: the JSON Schema of what others read and write."""

import json

import click

from model.schema import NAMES, schema


@click.command()
@click.argument("name", type=click.Choice(NAMES))
def command(name: str) -> None:
    """Print the JSON Schema of an event, a violation, a district.yaml or a policy pack."""
    click.echo(json.dumps(schema(name), indent=2, ensure_ascii=False))
