"""Every command that the documents of the records desk show is given, in their order, as an officer would give it."""

import json
import os
import re
import shlex
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from casework.register import Register
from casework.users import added
from cli.main import main
from documents.reading import pdf_text
from infra.local.stack import Stack
from model.clock import now
from model.settings import Settings
from tests.support.desk_cases import two_districts
from tests.support.pages import PAGES
from tests.support.storage_cases import with_keys

pytestmark = pytest.mark.slow
PASSWORD = "correct horse battery"
OFFICERS = {"ruth": "records_officer", "adam": "administrator", "prue": "privacy_officer"}
BLOCK = re.compile(r"```(?:bash|console)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def settings(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = with_keys(tmp_path_factory.mktemp("walked"))
    with closing(two_districts(stack, f"walked_{uuid.uuid4().hex[:8]}", decided=False)) as store:
        told = stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)
        with Register(told, store) as register:
            for name, role in OFFICERS.items():
                register.write(added(name, [role], PASSWORD, now(), "ada", "administrator"))
        yield told


def commands(page: str) -> list[str]:
    """Every line of the page's blocks, whole."""
    found = (block.replace("\\\n", " ").splitlines() for block in BLOCK.findall(PAGES[page]))
    return [line for lines in found for line in lines if line.strip()]


@pytest.mark.parametrize("page", ["docs/records.md", "docs/retention.md", "docs/incidents.md"])
def test_each_command_of_a_document_does_what_the_document_says(
    page: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {**settings.environment(), "HALLMONITOR_PASSWORD": PASSWORD,
                   "HALLMONITOR_HOME": str(settings.hallmonitor_home.absolute())}  # fmt: skip
    known: dict[str, str] = {}
    for line in commands(page):
        words = [known.get(word, word) for word in shlex.split(line)]
        assert words[0] == "hallmonitor", line
        words, into = (words[: words.index(">")], words[-1]) if ">" in words else (words, "")
        done = CliRunner().invoke(main, words[1:], env={**os.environ, **environment})
        assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception!r}"
        _learn(known, words, done.stdout, done.stderr)
        if into:
            Path(into).write_text(done.stdout)
    _look(tmp_path)


def _learn(known: dict[str, str], words: list[str], out: str, said: str) -> None:
    """The ids that a page writes in capitals, and the number of its request."""
    if words[1:3] == ["request", "open"]:
        known["2026-0001"] = json.loads(out)["request_id"]
    if words[1:3] == ["incident", "open"]:
        known["INCIDENT"] = json.loads(out)["incident_id"]
    if words[1:3] == ["retention", "plan"]:
        found = re.search(r"Plan ([0-9a-f]+)", said)
        assert found, said
        known["PLAN"] = found[1]


def _look(folder: Path) -> None:
    """Every file that was written can be opened, and says something."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            said = "\n".join(pdf_text(content)) if path.suffix == ".pdf" else content.decode()
            assert len(said) > 20, path
