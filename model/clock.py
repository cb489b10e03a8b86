"""The wall clock, and the one place of decisions that reads it; everything else is told the time."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """The present instant in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
