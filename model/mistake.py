"""A mistake in what somebody wrote for us: which file, which key or column, which line, and what to do about it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import ValidationError


class Mistake(NamedTuple):
    """One mistake; `line` is 1-based, 0 where no line is to blame."""

    file: str
    key: str
    problem: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"


_SAID = {
    "missing": "is missing",
    "extra_forbidden": "unknown key; `hallmonitor schema policy` or `schema district` lists those there are",
}


def mistakes_of(error: ValidationError, file: str = "") -> Iterable[Mistake]:
    """What pydantic found, by dotted key; the caller knows the file and the line."""
    for found in error.errors(include_url=False, include_context=False):
        path = [str(part) for part in found["loc"] if part != "[key]"]
        said = _SAID.get(found["type"]) or found["msg"][:1].lower() + found["msg"][1:]
        yield Mistake(file, ".".join(path), said.removeprefix("value error, ") + _given(found))


def _given(found: Any) -> str:
    value = found.get("input")
    if found["type"] in _SAID or isinstance(value, dict | list) or value is None:
        return ""
    return f" (it says {str(value)[:80]!r})"
