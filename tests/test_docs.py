"""The documents against the code: what a reader is told exists, works, and is all there is."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner
from prometheus_client.metrics import MetricWrapperBase

from cli.main import COMMANDS, main
from model import topics
from model.settings import Settings
from model.tables import TABLES, VALIDITY
from model.vocabulary import DETECTIONS as IDS
from producers.catalog import PRODUCTS
from storage.migrate import migrations
from streams import metrics
from streams.catalog import DETECTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted((ROOT / "docs").rglob("*.md"))}
ALL = {"README.md": README, "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_text(), **PAGES}
SHELL = [sys.executable, "-c", "from cli.main import main; main()"]
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one of the same depth."""
    marks = heading.split(" ")[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^{marks} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    return found[1]


def named(text: str) -> set[str]:
    """Every word in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, heads and rules left out."""
    lines = [line for line in CODE.sub("", text).splitlines() if line.startswith("| ") and not line.startswith("| --")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def first_cells(text: str) -> set[str]:
    """The words in backticks of every first cell."""
    return {word for row in rows(text) for word in named(row[0])}


# README: the commands


def test_the_readme_begins_with_the_two_commands_and_make_knows_them() -> None:
    first = re.match(r"    make (\w+)\n    make (\w+)\n\n", README)
    assert first
    assert first.groups() == ("demo", "test")
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in first.groups())


def test_ci_begins_with_the_test_command_of_the_readme_to_the_letter() -> None:
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text().splitlines()]
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands[0] == "make test"


def test_the_readme_lists_every_command_and_no_other() -> None:
    told = first_cells(section(README, "## Commands"))
    assert told == {f"hallmonitor {name}" for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str) -> None:
    said = CliRunner().invoke(main, [name, "--help"])
    assert said.exit_code == 0, said.output
    assert len(said.output.split()) > 12


def spoken() -> list[tuple[str, str]]:
    """Every `hallmonitor …` in the documents."""
    found = [(page, span) for page, text in ALL.items() for span in named(CODE.sub("", text))]
    return [(page, span) for page, span in found if span.startswith("hallmonitor ")]


def command(words: list[str]) -> click.Command:
    """The command that the words after `hallmonitor` begin with."""
    found: click.Command = main
    while isinstance(found, click.Group) and words and re.fullmatch(r"[a-z-]+", words[0]):
        known = found.get_command(click.Context(found), words.pop(0))
        assert known, f"no such command before {words}"
        found = known
    return found


@pytest.mark.parametrize(("page", "span"), spoken(), ids=lambda value: value)
def test_a_command_the_documents_speak_of_has_the_options_they_give_it(page: str, span: str) -> None:
    words = span.split()[1:]
    options = {option for parameter in command(list(words)).params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options | {"--help"}


def test_an_option_that_stands_alone_is_one_of_some_command() -> None:
    commands = [command([name]) for name in COMMANDS]
    commands += [sub for one in commands if isinstance(one, click.Group) for sub in one.commands.values()]
    known = {option for one in commands for parameter in one.params for option in parameter.opts}
    told = {span.split()[0] for text in ALL.values() for span in named(CODE.sub("", text)) if span.startswith("--")}
    assert told
    assert told <= known | {"--help"}


def test_every_command_that_compose_starts_is_there() -> None:
    services = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text())["services"].values()
    ours = [service for service in services if service["image"] == "hallmonitor"]
    assert {service["command"][0] for service in ours if "command" in service} <= set(COMMANDS)
    modules = [service["entrypoint"][-1] for service in ours if "entrypoint" in service]
    assert all(importlib.util.find_spec(module) for module in modules)


def test_every_make_target_the_documents_speak_of_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    spoken_of = {target for text in ALL.values() for target in re.findall(r"`make ([a-z-]+)`", text)}
    assert spoken_of
    assert spoken_of <= targets


# README: one's own logs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district that somebody gets who types what the README shows."""
    base = tmp_path_factory.mktemp("readme")
    files = re.findall(r"`(maple-falls/[\w./-]+)`[^`]*\n\n```\w+\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert len(files) == 5
    for name, content in files:
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(content)
    return base


@pytest.fixture(scope="module")
def judged(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SHELL, "judge", "maple-falls"], cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )


def test_the_readmes_own_district_has_no_mistake(folder: Path) -> None:
    said = CliRunner().invoke(main, ["policy", "check", str(folder / "maple-falls")])
    assert said.exit_code == 0, said.output


def test_judging_the_readmes_district_says_what_the_readme_says(judged: subprocess.CompletedProcess[str]) -> None:
    found = re.search(r"^```console\n\$ hallmonitor judge .*?\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found
    violations = [json.loads(line) for line in judged.stdout.splitlines()]
    lines = ["\t".join(one[key] for key in ("status", "detection", "reason", "headline")) for one in violations]
    assert found[1].splitlines() == [*judged.stderr.splitlines(), *lines]


def test_an_events_id_can_be_computed_again_as_evidence_md_says(
    folder: Path, judged: subprocess.CompletedProcess[str]
) -> None:
    snippet = re.search(r"^```python\n(.*?)^```", PAGES["docs/evidence.md"], re.MULTILINE | re.DOTALL)
    assert snippet
    told: dict[str, Any] = {}
    exec(snippet[1], told)
    log = folder / "maple-falls" / "logs" / "edge-vpn" / "asa.log"
    arguments = ["parse", "cisco_asa", str(log), "--source", "edge-vpn", "--timezone", "America/Chicago"]
    events = [json.loads(line) for line in CliRunner().invoke(main, arguments).stdout.splitlines()]
    assert [event["event_id"] for event in events] == [told["recomputed"](event) for event in events]
    proof = json.loads(judged.stdout)["event_ids"]
    assert set(proof) < {event["event_id"] for event in events}


# What there is


def test_every_detection_and_reason_is_documented_and_no_other() -> None:
    page = PAGES["docs/detections.md"]
    table = {named(row[0]).pop(): named(row[2]) for row in rows(page.split("\n## ")[0])[1:]}
    assert table == {detection.name: set(detection.reasons) for detection in DETECTIONS}
    for detection in DETECTIONS:
        assert first_cells(section(page, f"## {detection.name}")) == set(detection.reasons)
    assert named(section(page, "## Ids given, not built")) == set(IDS) - {detection.name for detection in DETECTIONS}


def test_every_parameter_a_detections_page_names_is_one_of_the_packs() -> None:
    page, pack = PAGES["docs/detections.md"], named(PAGES["docs/policy-pack.md"])
    keys = {part for key in pack for part in (key, key.rsplit(".", 1)[-1])}
    for detection in DETECTIONS:
        told = {word for row in rows(section(page, f"## {detection.name}")) for word in named(row[2])}
        assert {word for word in told if word not in keys} == set(), detection.name


def test_every_product_is_documented_with_exactly_what_it_yields() -> None:
    page = PAGES["docs/products.md"]
    assert set(re.findall(r"^## (\w+)$", page, re.MULTILINE)) == set(PRODUCTS)
    for name, product in PRODUCTS.items():
        actions = {word for word in named(section(page, f"## {name}")) if re.fullmatch(r"[a-z_]+\.[a-z_]+", word)}
        assert actions == set(product.yields) - {"record.unrecognised"}, name
        assert ", ".join(product.categories) in section(page, f"## {name}")


@pytest.mark.parametrize("name", TABLES)
def test_a_reference_table_is_documented_with_its_columns_key_and_words(name: str) -> None:
    table, told = TABLES[name], section(PAGES["docs/district-folder.md"], f"### {name}.csv")
    columns = re.search(r"^- Columns: (.*?)\.$", told, re.MULTILINE | re.DOTALL)
    assert columns
    assert re.findall(r"`(\w+)`(\*?)", columns[1]) == [
        (column, "*" if column in table.required else "") for column in table.columns
    ]
    key = re.search(r"^- Key: (.*?)\.", told, re.MULTILINE)
    assert key
    assert re.findall(r"`(\w+)`", key[1]) == list(table.key)
    for column in set(table.words) - {"status", "detection", "after_hours"}:
        assert table.words[column] <= named(told), column


def test_the_columns_every_table_may_have_are_documented() -> None:
    assert set(VALIDITY) <= first_cells(section(PAGES["docs/district-folder.md"], "## reference/*.csv"))


def test_every_setting_is_documented() -> None:
    told = first_cells(section(PAGES["docs/operations.md"], "## Settings"))
    assert told == {name.upper() for name in Settings.model_fields}


def test_every_default_of_a_setting_is_the_one_documented() -> None:
    for name, _, default in rows(section(PAGES["docs/operations.md"], "## Settings")):
        value = Settings.model_fields[name.strip("`").lower()].default if name.startswith("`") else None
        if value not in (None, "") and default.startswith("`"):
            assert default.strip("`") == str(value), name


def test_every_topic_table_and_metric_is_documented() -> None:
    page = PAGES["docs/operations.md"]
    made = [re.findall(r"CREATE (?:TABLE|VIEW) IF NOT EXISTS (\w+)", migration.sql) for migration in migrations()]
    words = first_cells(section(page, "## Real servers"))
    assert words == {topic.name for topic in topics.ALL} | {name for names in made for name in names} | {"migrations"}
    counted = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    assert first_cells(section(page, "## Watching")) == {metric._name for metric in counted}


def test_every_dependency_is_argued_and_no_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    told = first_cells(PAGES["docs/decisions/0000-dependencies.md"])
    assert told == {re.split(r"[\[<>=~! ]", name)[0] for name in asked}


def test_every_decision_says_context_decision_and_consequence() -> None:
    decisions = {name: text for name, text in PAGES.items() if name.startswith("docs/decisions/")}
    numbers = [int(Path(name).name[:4]) for name in decisions]
    assert numbers == list(range(len(numbers)))
    for name, text in decisions.items():
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequence"], name


def test_the_glossary_says_each_word_once() -> None:
    entries = re.findall(r"^- \*\*(.+?)\*\*", PAGES["docs/glossary.md"], re.MULTILINE)
    words = [word for entry in entries for word in entry.split(", ")]
    assert len(words) > 60
    assert sorted(words) == sorted(set(words))


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^## \[?{re.escape(version)}\]?", ALL["CHANGELOG.md"], re.MULTILINE)


# Links


def anchors(text: str) -> set[str]:
    """What a page's headings are linked by."""
    heads = re.findall(r"^#+ (.+)$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", ALL)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", ALL[page])):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path.read_text()), target


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set(), ["README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        for target in re.findall(r"\]\(([^)#\s]+)", ALL.get(page, "")):
            path = ((ROOT / page).parent / target).resolve()
            found = sorted(path.glob("*.md")) if path.is_dir() else [path]
            ahead += [
                name for one in found if (name := one.relative_to(ROOT).as_posix()) in ALL and name not in reached
            ]
    assert reached == set(ALL)


@pytest.mark.parametrize("page", ALL)
def test_every_file_a_page_names_is_there(page: str) -> None:
    rooms = "model|policies|producers|streams|storage|dashboard|infra|cli|tests|docs"
    for path in re.findall(rf"`((?:{rooms})/[\w./-]+)`", ALL[page]):
        assert (ROOT / path).exists(), path
