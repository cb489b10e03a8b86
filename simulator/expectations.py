"""What must be found in a simulated district, and what must be found but suppressed: expected.yaml."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from simulator.local_time import LocalTime

SUBJECTS = ("account", "person", "device_id", "vendor")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One finding: detection, subject (one of SUBJECTS and its value), the time it meets, reason, exemption."""

    detection: str
    subject: tuple[str, str]
    between: tuple[int, int]  # UTC milliseconds
    reason: str = ""
    by: str = ""

    def as_row(self, clock: LocalTime) -> dict[str, object]:
        """The mapping that expected.yaml holds for it."""
        row: dict[str, object] = {
            "detection": self.detection,
            self.subject[0]: self.subject[1],
            "between": [clock.iso(at) for at in self.between],
        }
        if self.reason:
            row["reason"] = self.reason
        if self.by:
            row["by"] = self.by
        return row


@dataclass(slots=True)
class Expectations:
    """All findings of a district."""

    violations: list[Expectation] = field(default_factory=list)
    suppressed: list[Expectation] = field(default_factory=list)

    def write(self, path: Path, clock: LocalTime, title: str) -> None:
        """Writes expected.yaml with a line above it that says how the district came to be."""
        rows = {
            "violations": [entry.as_row(clock) for entry in self.violations],
            "suppressed": [entry.as_row(clock) for entry in self.suppressed],
        }
        text = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=110)
        path.write_text(f"# {title}\n{text}", encoding="utf-8")
