"""The cases of each detection, `streams/detections/*/cases.yaml`: each file is read once, by the fast reader."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parents[2] / "streams" / "detections"
NAMES = tuple(sorted(path.parent.name for path in CASES.glob("*/cases.yaml")))
Reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML was built with it: ten times as fast


@cache
def cases_of(name: str) -> dict[str, Any]:
    """All that the file of a detection says; it is shared, so change nothing in it."""
    found: dict[str, Any] = yaml.load((CASES / name / "cases.yaml").read_bytes(), Reader)
    return found
