"""Where the program's own log goes: stderr, for data goes to stdout."""

import logging
import sys
from typing import Any

import structlog

from documents.plain import visible


def speak() -> None:
    """Log lines go to stderr, from `info` up; Kafka's client keeps quiet: what fails in it is told in our words."""
    *before, written = structlog.get_config()["processors"]
    structlog.configure(
        processors=[*(one for one in before if one is not _visible), _visible, written],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def _visible(_logger: Any, _level: str, said: Any) -> Any:
    """Names of files and hosts come from outside: nothing in them may move the cursor or color the terminal."""
    return {name: visible(value) if isinstance(value, str) else value for name, value in said.items()}
