"""The documents against the code: what a reader is told of exists, and all that exists is told."""

import re
import tomllib
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from cli.products import markdown
from model import topics
from model.settings import Settings
from model.tables import TABLES, VALIDITY
from model.vocabulary import DETECTIONS as IDS
from producers.catalog import PRODUCTS
from storage.migrate import migrations
from streams.detections.catalog import DETECTIONS
from streams.worker import metrics
from tests.support.pages import ALL, CODE, PAGES, ROOT, first_cells, named, rows, section


def test_every_detection_and_reason_is_documented_and_no_other() -> None:
    page = PAGES["docs/detections.md"]
    table = {named(row[0]).pop(): named(row[2]) for row in rows(page.split("\n## ")[0])[1:]}
    assert table == {detection.name: set(detection.reasons) for detection in DETECTIONS}
    for detection in DETECTIONS:
        assert first_cells(section(page, f"## {detection.name}")) == set(detection.reasons)
    assert set(IDS) == {detection.name for detection in DETECTIONS}


def test_every_parameter_a_detections_page_names_is_one_of_the_packs() -> None:
    page, pack = PAGES["docs/detections.md"], named(PAGES["docs/policy-pack.md"])
    keys = {part for key in pack for part in (key, key.rsplit(".", 1)[-1])}
    for detection in DETECTIONS:
        told = {word for row in rows(section(page, f"## {detection.name}")) for word in named(row[2])}
        assert {word for word in told if word not in keys} == set(), detection.name


def test_every_product_is_documented_with_exactly_what_it_yields(request: pytest.FixtureRequest) -> None:
    """The list is written from the products themselves; `--accept` writes it anew."""
    path = ROOT / "docs" / "products.md"
    head, rest = path.read_text().split("-->\n", 1)
    tail = rest[rest.index("<!-- end of products -->") :]
    written = f"{head}-->\n\n{markdown(PRODUCTS.values())}{tail}"
    if request.config.getoption("--accept"):
        path.write_text(written)
    assert path.read_text() == written


@pytest.mark.parametrize("name", TABLES)
def test_a_reference_table_is_documented_with_its_columns_key_and_words(name: str) -> None:
    table, told = TABLES[name], section(PAGES["docs/district-folder.md"], f"### {name}.csv")
    columns = re.search(r"^- Columns: (.*?)\.$", told, re.MULTILINE | re.DOTALL)
    assert columns
    assert re.findall(r"`(\w+)`(\*?)", columns[1]) == [
        (column, "*" if column in table.required else "") for column in table.columns
    ]
    unkept = re.search(r"^- Not kept: (.*?)\.$", told, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", unkept[1] if unkept else "") == list(table.unkept)
    key = re.search(r"^- Key: (.*?)\.", told, re.MULTILINE)
    assert key
    assert re.findall(r"`(\w+)`", key[1]) == list(table.key)
    words = {**table.words, **table.listed}
    for column in set(words) - {"status", "detection", "after_hours", "encryption_required"}:
        assert words[column] <= named(told), column


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
    apart = {name for migration in migrations() for name in re.findall(r"DROP TABLE (\w+_apart);", migration.sql)}
    stay = {name for names in made for name in names} - apart  # a migration's own, gone when it is done
    words = first_cells(section(page, "## Real servers"))
    assert words == {topic.name for topic in topics.ALL} | stay | {"migrations"}
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
    rooms = "model|policies|producers|simulator|streams|storage|dashboard|infra|cli|tests|docs"
    for path in re.findall(rf"`((?:{rooms})/[\w./-]+)`", ALL[page]):
        assert (ROOT / path).exists(), path
