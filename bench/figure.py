"""A figure: what was measured, in which unit, and what it had to reach."""

from dataclasses import asdict, dataclass
from typing import Any


class NotFound(AssertionError):
    """Something that must be found, or must arrive, did not: the figures of such a run mean nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the report. `least` or `most` is the target, where there is one."""

    trial: str
    what: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def target(self) -> str:
        """The target in words."""
        return f"≥ {self.least:,g}" if self.least is not None else f"≤ {self.most:,g}" if self.most is not None else ""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "met": self.met}
