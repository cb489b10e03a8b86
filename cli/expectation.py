"""expected.yaml: what must be found in a test district, and how a violation meets an expectation."""

from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from model.event import parse_at
from model.reference import account_name, folded
from model.violation import Violation


class Mistake(ValueError):
    """expected.yaml cannot be read; says where and why."""


class Expectation(BaseModel):
    """One violation, or one suppressed match, that must be there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    detection: str
    account: str | None = None
    person: str | None = None
    device_id: str | None = None
    vendor: str | None = None
    source_id: str | None = None
    between: tuple[AwareDatetime, AwareDatetime]
    reason: str | None = None
    by: str | None = None

    def met_by(self, violation: Violation) -> bool:
        """Detection and subject agree, the reason is among the reasons, the times meet, and so does who excused it."""
        named = ("person", "device_id", "vendor", "source_id")
        subject = all(getattr(self, name) in (None, getattr(violation, name)) for name in named)
        account = self.account is None or violation.account in (account_name(self.account), folded(self.account))
        meets = parse_at(violation.started_at) <= self.between[1] and parse_at(violation.ended_at) >= self.between[0]
        reason = self.reason is None or self.reason in violation.reasons
        excused = self.by is None or self.by in (violation.suppressed_by or "").split(", ")
        return self.detection == violation.detection and subject and account and meets and reason and excused

    def describe(self) -> str:
        """One line for a person."""
        subject = self.account or self.person or self.device_id or self.vendor or self.source_id
        start, end = (at.astimezone(UTC).isoformat(timespec="minutes") for at in self.between)
        return f"{subject}\t{self.reason or '-'}\t{start}\t{end}{f' suppressed by {self.by}' if self.by else ''}"


class Expected(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    violations: tuple[Expectation, ...] = ()
    suppressed: tuple[Expectation, ...] = ()


@dataclass(slots=True)
class Tally:
    """Of one detection."""

    found: list[Violation] = field(default_factory=list)
    missed: list[Expectation] = field(default_factory=list)
    invented: list[Violation] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Found among all that was said; 1 where nothing was."""
        said = len(self.found) + len(self.invented)
        return len(self.found) / said if said else 1.0

    @property
    def recall(self) -> float:
        """Found among all that had to be; 1 where nothing had."""
        due = len(self.found) + len(self.missed)
        return len(self.found) / due if due else 1.0


@dataclass(slots=True)
class Comparison:
    """Tallies by detection; suppressed matches are tallied with the rest."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Nothing missed, nothing invented."""
        return not any(tally.missed or tally.invented for tally in self.tallies.values())

    def tally(self, detection: str) -> Tally:
        """The tally of a detection, made where there is none."""
        return self.tallies.setdefault(detection, Tally())

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            name: {
                "found": [violation.violation_id for violation in tally.found],
                "missed": [expectation.model_dump(mode="json", exclude_none=True) for expectation in tally.missed],
                "invented": [violation.violation_id for violation in tally.invented],
                "precision": tally.precision,
                "recall": tally.recall,
            }
            for name, tally in self.tallies.items()
        }


def read_expected(path: Path) -> Expected:
    """The expectations of a file; raises `Mistake` with every place that is wrong."""
    try:
        return Expected.model_validate(yaml.safe_load(path.read_bytes()) or {})
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror}; a test district needs one") from error
    except yaml.YAMLError as error:
        raise Mistake(f"{path}: {error}") from error
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise Mistake("\n".join(lines)) from error


def compare(expected: Expected, violations: list[Violation]) -> Comparison:
    """Each expectation takes one violation that meets it; what is left over was missed or invented."""
    comparison = Comparison()
    left = [violation for violation in violations if violation.status != "withdrawn"]
    suppressed = [violation for violation in left if violation.status == "suppressed"]
    standing = [violation for violation in left if violation.status != "suppressed"]
    _match(comparison, expected.violations, standing)
    _match(comparison, expected.suppressed, suppressed)
    return comparison


def _match(comparison: Comparison, expectations: tuple[Expectation, ...], violations: list[Violation]) -> None:
    free = list(violations)
    for expectation in sorted(expectations, key=lambda e: (e.between[0].astimezone(UTC), e.reason or "")):
        tally = comparison.tally(expectation.detection)
        found = next((violation for violation in free if expectation.met_by(violation)), None)
        if found is None:
            tally.missed.append(expectation)
        else:
            free.remove(found)
            tally.found.append(found)
    for violation in free:
        comparison.tally(violation.detection).invented.append(violation)
