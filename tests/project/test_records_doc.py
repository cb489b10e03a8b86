"""docs/records.md against the program: commands, options, files, codes, letters and clocks are those that there are."""

import re
from typing import get_args

import click
import pytest

from casework.production.files import CSV, DAT, INDEX, LETTER, RECONCILIATION
from casework.requests.request import ACTIONS
from cli.main import main
from model.law import LETTERS, load_law
from model.law.requests import Covers
from storage.ledger.stored import EVENT_CLASSES
from tests.support.pages import PAGES, first_cells, rows, section

PAGE = PAGES["docs/records.md"]
LAW = load_law()
GROUP = main.get_command(click.Context(main), "request")


def command(name: str) -> click.Command:
    assert isinstance(GROUP, click.Group)
    found = GROUP.get_command(click.Context(GROUP), name)
    assert found, name
    return found


def test_every_command_is_told_and_no_other() -> None:
    assert isinstance(GROUP, click.Group)
    told = {one.removeprefix("request ") for one in first_cells(section(PAGE, "## From intake to close"))}
    assert told == set(GROUP.commands)


def test_the_example_uses_options_that_there_are() -> None:
    block = re.search(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    assert block
    lines = block[1].replace("\\\n", "").splitlines()
    assert [line.split()[2] for line in lines] == ["open", "collect", "decide", "letter", "produce", "close"]
    for line in lines:
        known = {name for one in command(line.split()[2]).params for name in one.opts}
        assert set(re.findall(r"--[a-z-]+", line)) <= known, line


def test_every_law_has_its_clock_and_its_extension() -> None:
    table = {row[0].strip("`"): row for row in rows(section(PAGE, "## Clocks"))[1:]}
    assert set(table) == set(LAW.requests)
    for name, law in LAW.requests.items():
        assert f"`{law.respond}`" in table[name][1]
        assert (law.extension is None) == (table[name][2] == "none"), name
        assert "once" in table[name][2] or not (law.extension and law.extension.once), name


def test_every_action_letter_file_and_class_is_told() -> None:
    assert first_cells(section(PAGE, "## Decisions")) == set(ACTIONS)
    assert first_cells(section(PAGE, "## Letters")) == set(LETTERS)
    files = {CSV, DAT, INDEX, RECONCILIATION, LETTER, "README.txt", "manifest.json"}
    assert first_cells(section(PAGE, "## The production")) == files
    assert all(f"`{one}`" in PAGE for one in EVENT_CLASSES)


def test_the_code_of_the_example_is_one_of_its_law() -> None:
    (code,) = re.findall(r"--code (\S+)", PAGE)
    assert code in LAW.requests["ok.ora"].exemptions


@pytest.mark.parametrize("name", LAW.requests)
def test_whatever_is_left_out_without_a_decision_has_a_code(name: str) -> None:
    covered = {kind for one in LAW.requests[name].exemptions.values() for kind in one.covers}
    assert covered == set(get_args(Covers))


def test_it_says_what_it_does_not_do_and_that_it_is_no_legal_advice() -> None:
    assert "## What it does not do" in PAGE
    assert "not legal advice" in PAGE
