"""What many tests share: the embedded stack, started once per pytest session, when the first test asks for it."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from infra.local.stack import Stack

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

pytest_plugins = ["tests.support.published"]  # fixtures of a district published to a real Kafka


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A real Apache Kafka and a real ClickHouse on free ports of loopback, with empty folders.

    It is shared: give your topics, consumer groups and tables names of their own.
    """
    home: Path = tmp_path_factory.mktemp("stack")
    with Stack(home) as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed with the least that argon2id takes: the real cost is a third of what a command takes."""
    with patch("casework.passwords.HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield


@pytest.hookimpl(tryfirst=True)  # before the options choose by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the stack is a test of `make test-servers`; nobody has to remember to mark it."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("servers")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` writes what the parsers answer into their samples; the diff is the review."""
    parser.addoption("--accept", action="store_true", help="rewrite the samples' expected answers")
