"""How often Python looks for garbage while a district is judged."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (50_000, 20, 50)


@contextmanager
def long_lived() -> Iterator[None]:
    """What is remembered lives long and is rarely garbage: look through it seldom, not every 700 allocations.

    With a million accounts one look through all of it takes seconds.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
