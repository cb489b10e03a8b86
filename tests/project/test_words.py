"""American and plain: what people read has American spelling and no phrase that has to be read twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.main import COMMANDS, main
from tests.support.pages import ALL, ROOT

BRITISH = (
    r"(?:un)?recognis\w+|organis\w+|authoris\w+|summaris\w+|normalis\w+|randomis\w+|initialis\w+|minimis\w+|analys(?:e|ed|es)"
    r"|colour\w*|behaviour\w*|favour\w*|honour\w*|neighbour\w*|licen[c]e\w*|centre\w*|grey|cancell(?:ed|ing)|travell\w+"
    r"|labell\w+|modell\w+|programme\w*|enrolment\w*|pupil\w*|judgement\w*|whilst|amongst|learnt|spelt|misspelt"
    r"|defence|offence|catalogue\w*|artefact\w*|tunnell\w+"
)
RIDDLES = (
    r"there is no leave|by whose leave|standing leave|without leave|innocents|told beforehand|creates them so"
    r"|sign of life|nobody's here|is not to say who|laid to"
)
BANNED = re.compile(rf"\b(?:{BRITISH}|{RIDDLES})\b", re.IGNORECASE)
CONTRACT = re.compile(
    r"\w\.unrecognised|record\.unrecognised|[a-z_]+:\s*unrecognised|`[^`\n]*`"
)  # names that programs know, and code
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
SAYS = (
    *("streams/attribution", "streams/detections", "streams/engine", "streams/evidence", "streams/patterns"),
    *("dashboard", "documents"),
)
PRODUCT_PAGES = sorted((ROOT / "producers").glob("*/README.md"))
NAMES = frozenset({"recognised", "unrecognised"})  # columns and keys of JSON


def sentences(path: Path) -> Iterator[str]:
    """The texts of more than one word in a module: what a finding, a page or an error can say, and its docstrings."""
    found = (text.strip('"') for text in TEXT.findall(path.read_text()))
    return (text for text in found if text not in NAMES)


def banned(text: str) -> list[str]:
    """The words of a text that an American school office would not use."""
    return BANNED.findall(CONTRACT.sub("", text))


@pytest.mark.parametrize("word", ["recognised", "Colour", "timetabled by whose leave", "a judgement"])
def test_the_list_bites(word: str) -> None:
    assert banned(f"It is {word}.")


@pytest.mark.parametrize("text", ["It was recognized.", "`record.unrecognised` stays.", "It leaves the school."])
def test_the_list_spares_plain_words_and_names_of_the_contract(text: str) -> None:
    assert not banned(text)


@pytest.mark.parametrize("page", ALL)
def test_a_document_is_american_and_plain(page: str) -> None:
    assert not banned(ALL[page])


@pytest.mark.parametrize("page", PRODUCT_PAGES, ids=lambda page: page.parent.name)
def test_what_a_product_tells_is_american_and_plain(page: Path) -> None:
    assert not banned(page.read_text())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_text_is_american_and_plain(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    words = [name, *getattr(command, "commands", {})]
    for sub in [[], *([one] for one in words[1:])]:
        assert not banned(CliRunner().invoke(main, [name, *sub, "--help"]).output)


@pytest.mark.parametrize("room", [*SAYS, "cli"])
def test_what_a_module_can_say_is_american_and_plain(room: str) -> None:
    said = {str(path): [b for text in sentences(path) for b in banned(text)] for path in (ROOT / room).rglob("*.py")}
    assert not {path: words for path, words in said.items() if words}
