"""docs/licenses.md: every package that is installed with the program, and its license as the package states it."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licenses.md"
HEAD = """# Licenses

The packages of `requirements.lock`, and the license that each states. Written by
`pytest tests/project/test_licenses.py --accept`.

| package | license |
|---|---|
"""


def packages() -> list[str]:
    """The packages of the lock that are installed on this machine, in order, each once."""
    return sorted(set(re.findall(r"(?m)^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text())))


def license_of(package: str) -> str:
    """The SPDX expression, else the classifier, else the first line of the license field."""
    said = metadata(package)
    named = [line.split("::")[-1].strip() for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    return said.get("License-Expression") or ", ".join(named) or (said.get("License") or "").split("\n")[0]


def page() -> str:
    rows = []
    for package in packages():
        try:
            rows.append(f"| `{package}` | {license_of(package)} |\n")
        except PackageNotFoundError:
            continue  # for other systems only: the lock is for all of them
    return HEAD + "".join(rows)


def test_the_list_of_licenses_is_the_locks(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--accept"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()


def test_every_package_states_a_license() -> None:
    assert [line for line in page().splitlines()[7:] if line.endswith("|  |")] == []
