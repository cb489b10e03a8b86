"""The store the pages read from: opened once for all of them, at the address the environment names."""

import streamlit as st

from casework.register import Register
from model.settings import Settings
from storage.client import Store, connect


class NoAddress(RuntimeError):
    """Nobody has said where ClickHouse is."""


def opened_store() -> Store:
    """The store; raises NoAddress or storage.client.Unavailable."""
    settings = Settings()
    if not settings.clickhouse_url:
        raise NoAddress("CLICKHOUSE_URL is not set")
    return _opened(settings)


def opened_register() -> Register:
    """The register that logins are recorded in; raises NoAddress or storage.client.Unavailable."""
    return _register(Settings(), opened_store())


@st.cache_resource(show_spinner=False, hash_funcs={Settings: lambda settings: settings.model_dump_json(), Store: id})
def _register(settings: Settings, store: Store) -> Register:
    return Register(settings, store).__enter__()


# Threads share a Store; a try that fails is not kept, so that the next run tries again.
@st.cache_resource(show_spinner=False, hash_funcs={Settings: lambda settings: settings.model_dump_json()})
def _opened(settings: Settings) -> Store:
    return connect(settings)
