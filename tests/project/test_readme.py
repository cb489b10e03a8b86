"""The README: its two commands, every command and option it and the documents speak of, and its own small district."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from cli.main import COMMANDS, main
from tests.support.pages import ALL, CODE, PAGES, README, ROOT, first_cells, named, section

SHELL = [sys.executable, "-c", "from cli.main import main; main()"]


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


# One's own logs


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
