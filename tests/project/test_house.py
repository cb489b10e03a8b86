"""The rules of the house, as tests: sizes, words, clocks, what may be swallowed, and what may be imported."""

import ast
import configparser
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("model", "documents", "producers", "simulator", "streams", "storage", "casework", "dashboard", "infra", "cli")
FILES = {path.relative_to(ROOT).as_posix(): path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py")}
TESTS = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "tests").rglob("*.py")}

LONGEST = 400

CLOCK = "model/clock.py"
ALSO_READ_IT = {"producers/transports/spool.py"}  # to name its segments in the order they were begun
# What asks the machine for the date or the time of day; `time.monotonic` measures a wait and tells no time.
ASKS_THE_CLOCK = {
    *(
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "datetime.datetime.now",
        "datetime.date.today",
    ),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime"),
}

# Imported without being asked for in pyproject.toml, and why that is so.
BROUGHT = {
    "altair": "Streamlit draws with it, and its version must be the one Streamlit fits",
    "google": "protobuf, in which Streamlit's pages speak to it; what they say is read to know a person from a clock",
    "starlette": "Streamlit serves with it; our routes stand beside its own",
}
IMPORTED_AS = {
    "sigma": "pysigma",
    "re2": "google-re2",
    **{"ahocorasick": "pyahocorasick", "argon2": "argon2-cffi", "faust": "faust-streaming"},
    **{"kafka": "kafka-python", "yaml": "pyyaml"},
}

CONTRACTS = {
    "layers": "layers",
    "siblings": "independence",
    "judge": "layers",
    "detections": "independence",
    "pure": "forbidden",
}


@cache
def trees() -> dict[str, ast.Module]:
    """Every file of the program, parsed once, and only where a test asks for it."""
    return {name: ast.parse(text) for name, text in FILES.items()}


@cache
def calls(tree: ast.AST) -> list[tuple[int, str, ast.Call]]:
    """Every call: its line and the name called, dotted."""
    return [(node.lineno, ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def bodies(tree: ast.AST) -> Iterator[int]:
    """The lines of every function's body, its docstring left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            rest = node.body[1:] if ast.get_docstring(node) else node.body
            if rest:
                yield (rest[-1].end_lineno or 0) - rest[0].lineno + 1


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 200
    assert {name.split("/")[0] for name in FILES} == set(ROOMS)


# Sizes


def test_files_are_no_longer_than_four_hundred_lines() -> None:
    assert {name for name, text in FILES.items() if len(text.splitlines()) > LONGEST} == set()


def test_functions_are_short() -> None:
    lengths = [length for tree in trees().values() for length in bodies(tree)]
    assert median(lengths) <= 5
    assert quantiles(lengths, n=10)[-1] <= 20
    assert max(lengths) <= 40


# Words


def is_a_sentence(docstring: str | None) -> bool:
    """Whether the first paragraph is at least three words and ends."""
    first = (docstring or "").split("\n\n")[0].strip()
    return len(first.split()) >= 3 and re.search(r"[.?!)`]$", first) is not None


def test_every_module_says_in_a_sentence_what_lives_there() -> None:
    every = {**trees(), **{name: ast.parse(text) for name, text in TESTS.items()}}
    assert sorted(name for name, tree in every.items() if not is_a_sentence(ast.get_docstring(tree))) == []


def test_modules_are_named_for_what_they_hold() -> None:
    empty_words = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "core"}
    assert sorted(name for name in FILES if Path(name).stem in empty_words) == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplemented(?:Error)?)\b")
    assert {name for name, text in {**FILES, **TESTS}.items() if later.search(text)} == {"tests/project/test_house.py"}


# Clocks, errors, hostile bytes


def test_only_the_clock_reads_the_clock() -> None:
    readers = {name for name, tree in trees().items() if {call for _, call, _ in calls(tree)} & ASKS_THE_CLOCK}
    assert readers == {CLOCK, *ALSO_READ_IT}


def swallowed(tree: ast.AST) -> Iterator[int]:
    """Lines where any error at all is caught and nothing is done about it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            idle = all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
            if idle and re.search(r"\b(Base)?Exception\b", caught):
                yield node.lineno
    for line, call, node in calls(tree):
        if call in ("suppress", "contextlib.suppress") and ast.unparse(node.args[0]).startswith("Exc"):
            yield line


def test_no_error_is_swallowed() -> None:
    assert [f"{name}:{line}" for name, tree in trees().items() for line in swallowed(tree)] == []


def test_no_bytes_are_run_or_unpickled() -> None:
    runs = {"eval", "exec", "pickle.loads", "pickle.load", "os.system", "os.popen", "yaml.unsafe_load"}
    made = [(f"{name}:{line}", call, node) for name, tree in trees().items() for line, call, node in calls(tree)]
    assert [where for where, call, _ in made if call in runs] == []
    assert [where for where, _, node in made if any(keyword.arg == "shell" for keyword in node.keywords)] == []


def test_yaml_is_read_by_safe_loaders_only() -> None:
    loads = [(name, node) for name, tree in trees().items() for _, call, node in calls(tree) if call == "yaml.load"]
    assert loads
    for name, node in loads:
        assert re.search(rf"class {ast.unparse(node.args[1])}\(yaml\.SafeLoader\)", FILES[name]), name


# What is imported


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level name of every module imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_every_package_imported_is_asked_for_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[\[<>=~! ]", name)[0] for name in project["dependencies"]}
    used = {name for tree in trees().values() for name in imported(tree)} - set(ROOMS) - sys.stdlib_module_names
    strange = {name for name in used if IMPORTED_AS.get(name, name.replace("_", "-")) not in asked}
    assert strange == set(BROUGHT)


def test_the_import_contracts_stand_and_cover_every_room() -> None:
    linter = configparser.ConfigParser()
    linter.read(ROOT / ".importlinter")
    assert set(linter["importlinter"]["root_packages"].split()) == set(ROOMS)
    kinds = {name.rsplit(":", 1)[1]: linter[name]["type"] for name in linter.sections() if ":contract:" in name}
    assert kinds == CONTRACTS
    forbidden = set(linter["importlinter:contract:pure"]["forbidden_modules"].split())
    assert forbidden >= {"faust", "aiokafka", "kafka", "clickhouse_connect", "model.clock", "asyncio"}


def test_only_the_store_knows_clickhouses_client() -> None:
    users = {name for name, tree in trees().items() if "clickhouse_connect" in set(imported(tree))}
    assert users == {"storage/client.py"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_everything_and_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|--trusted|-f)\b", text, re.MULTILINE)
    pins = re.findall(r"^(\S[^\n]*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)", text, re.MULTILINE)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pins) == len(lines) > 50
    assert all(re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^=]", pin) for pin, _ in pins)


def test_the_development_lock_holds_the_same_versions() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")
