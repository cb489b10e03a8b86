"""Where the servers are: what the environment says, else the embedded stack that runs in the home folder."""

import click

from infra.local.stack import running
from model.settings import Settings
from storage.client import Store, Unavailable, connect


def resolved(settings: Settings | None = None) -> Settings:
    """Settings with both addresses filled in; raises click.ClickException when there is no stack to take them from."""
    settings = settings or Settings()
    if settings.kafka_bootstrap and settings.clickhouse_url:
        return settings
    state = running(settings.hallmonitor_home)
    if state is None:
        raise click.ClickException(
            f"no stack runs in {settings.hallmonitor_home.absolute()}: start one with `hallmonitor up` (or `run`),"
            " or set KAFKA_BOOTSTRAP and CLICKHOUSE_URL"
        )
    return settings.model_copy(
        update={
            "kafka_bootstrap": settings.kafka_bootstrap or state["kafka_bootstrap"],
            "clickhouse_url": settings.clickhouse_url or state["clickhouse_url"],
        }
    )


def open_store() -> Store:
    """The store of the running stack; raises click.ClickException when it does not answer."""
    try:
        return connect(resolved())
    except Unavailable as error:
        raise click.ClickException(f"{error}. Is it running? `hallmonitor status` tells") from error
