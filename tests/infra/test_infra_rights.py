"""ClickHouse itself, with the rights of infra/clickhouse/users.xml: each user may do its work, and no more.

The engine is the embedded one, of the server's version. What it cannot show: that a server asks for a grant on
`system.parts` at all; the engine answers without one.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from storage.migrate import migrations
from storage.retention import purge
from storage.row_marks import BEARERS
from storage.rows import COLUMNS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
USERS = ElementTree.parse(ROOT / "infra" / "clickhouse" / "users.xml").getroot().find("users")
# As one process can open the engine once, each user has its own. It answers what became of each statement.
ASKED = """
import json, sys
from chdb.state.sqlitelike import ChdbError, Connection
folder, config, *statements = json.load(sys.stdin)
connection = Connection(f"{folder}?config-file={config}&users_config={config}")
answers = []
for one in statements:
    try:
        answers.append(connection.query(one, "TSV").bytes().decode())
    except (ChdbError, RuntimeError) as error:
        answers.append(str(error))
json.dump(answers, sys.stdout)
"""
LOOK = "SELECT DISTINCT `table` FROM system.parts WHERE database = currentDatabase() ORDER BY `table`"
INSERT = """INSERT INTO {table} SETTINGS input_format_skip_unknown_fields = 1 FORMAT JSONEachRow
{{"event_id": "e1", "violation_id": "v1", "dead_letter_id": "d1", "product": "squid"}}"""
PURGING = [
    "TRUNCATE TABLE purging",
    "INSERT INTO purging VALUES ('casework', 'd1')",
    "ALTER TABLE casework DELETE IN PARTITION ID '0' WHERE event_id IN (SELECT id FROM purging)",
    "ALTER TABLE events UPDATE raw = '' WHERE raw != ''",
    "ALTER TABLE casework DROP PARTITION ID 'nonesuch'",
    purge._INACTIVE,
]
EMBEDDED = "GRANT READ ON FILE"  # its database also looks for tables among files; a server's does not
SETTINGS = """<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default>
<password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
<grants>{grants}</grants></default></users></clickhouse>"""
TABLE = (
    "CREATE TABLE migrations (number UInt32, name String, checksum String) ENGINE = ReplacingMergeTree ORDER BY number"
)


def config(folder: Path, grants: list[str]) -> Path:
    """The engine's settings in which its one user has these rights."""
    path = folder / "config.xml"
    path.write_text(SETTINGS.format(grants="".join(f"<query>{one}</query>" for one in (*grants, EMBEDDED))))
    return path


def granted(user: str) -> list[str]:
    """The rights of a user."""
    assert USERS is not None
    found = USERS.find(user)
    assert found is not None
    return [query.text or "" for query in found.iter("query")]


def asked(folder: Path, grants: list[str], *statements: str) -> list[str]:
    """What the engine says to each statement of a user with these rights."""
    told: Any = [str(folder / "data"), str(config(folder, grants)), *statements]
    command = [sys.executable, "-c", ASKED]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=True)
    answers: list[str] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A database whose tables the user `hallmonitor` made, and what the engine said to that."""
    folder = tmp_path_factory.mktemp("rights")
    (folder / "data").mkdir()
    statements = [statement for one in migrations() for statement in one.statements]
    return folder, asked(folder, granted("hallmonitor"), TABLE, *statements, "SYSTEM FLUSH LOGS")


def denied(answers: list[str]) -> list[str]:
    return [one for one in answers if "Exception" in one]


def test_who_operates_it_may_make_all_tables_and_nothing_that_is_the_servers(made: tuple[Path, list[str]]) -> None:
    *tables, servers = made[1]
    assert denied(tables) == []
    assert "ACCESS_DENIED" in servers


def test_who_operates_it_may_purge(made: tuple[Path, list[str]]) -> None:
    assert denied(asked(made[0], granted("hallmonitor"), *PURGING)) == []


def test_the_sink_may_insert_into_each_table_and_delete_from_none(made: tuple[Path, list[str]]) -> None:
    inserts = [INSERT.format(table=table) for table in COLUMNS]
    deletes = [f"ALTER TABLE {table} DELETE WHERE 1" for table in COLUMNS]
    answers = asked(made[0], granted("hallmonitor_sink"), *inserts, *deletes, "TRUNCATE TABLE events")
    assert denied(answers[: len(inserts)]) == []
    assert all("ACCESS_DENIED" in one for one in answers[len(inserts) :])


@pytest.mark.parametrize("user", ["hallmonitor", "hallmonitor_sink", "hallmonitor_dashboard"])
def test_each_user_sees_the_parts_of_the_tables_whose_rows_bear_marks(made: tuple[Path, list[str]], user: str) -> None:
    rows = [INSERT.format(table=table) for table in BEARERS]
    assert denied(asked(made[0], granted("hallmonitor_sink"), *rows)) == []
    (parts,) = asked(made[0], granted(user), LOOK)
    assert set(BEARERS) <= set(parts.split())


def test_the_dashboard_reads_every_table_and_changes_none(made: tuple[Path, list[str]]) -> None:
    reads = [f"SELECT count() FROM {table}" for table in COLUMNS]
    writes = [INSERT.format(table=table) for table in COLUMNS]
    answers = asked(made[0], granted("hallmonitor_dashboard"), *reads, *writes, *PURGING[:3])
    assert denied(answers[: len(reads)]) == []
    assert all("ACCESS_DENIED" in one for one in answers[len(reads) :])
