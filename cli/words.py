"""Where the program's own log goes: stderr, for data goes to stdout."""

import logging
import sys

import structlog


def speak() -> None:
    """Log lines go to stderr, from `info` up; Kafka's client keeps quiet: what fails in it is told in our words."""
    structlog.configure(
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
