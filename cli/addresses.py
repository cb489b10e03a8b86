"""Where the servers are: what the environment says, else the embedded stack that runs in the home folder."""

import click

from infra.local.stack import completed, running
from model.settings import Settings
from storage.client import Store, Unavailable, connect


def resolved(settings: Settings | None = None) -> Settings:
    """Settings that say where both servers are; raises click.ClickException when nothing says it."""
    settings = settings or Settings()
    state = running(settings.hallmonitor_home)
    if state is not None:
        return completed(settings, state)
    if not (settings.kafka_bootstrap and settings.clickhouse_url):
        raise click.ClickException(
            f"no stack runs in {settings.hallmonitor_home.absolute()}: start one with `hallmonitor up` (or `run`),"
            " or set KAFKA_BOOTSTRAP and CLICKHOUSE_URL"
        )
    return settings


def open_store() -> Store:
    """The store of the running stack; raises click.ClickException when it does not answer."""
    try:
        return connect(resolved())
    except Unavailable as error:
        raise click.ClickException(f"{error}. Is it running? `hallmonitor status` tells") from error
