"""compose.yaml and the Dockerfile name only what exists: settings, commands, files."""

import re
import subprocess
from pathlib import Path
from typing import Any

import chdb
import pytest
import yaml
from defusedxml import ElementTree

from infra.local.broker import Node, properties
from infra.local.jars import KAFKA_VERSION
from model.settings import Settings
from model.topics import ALL, CASEWORK, DEAD_LETTERS, EVENTS, LOG, VIOLATIONS
from storage.rows import COLUMNS
from storage.sink import GROUP

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "infra" / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "hallmonitor"]
# Read by Streamlit itself.
NOT_OURS = {"STREAMLIT_SERVER_ADDRESS", "STREAMLIT_SERVER_PORT"}
ROOT = ElementTree.parse(PROJECT / "infra" / "clickhouse" / "users.xml").getroot()
USERS = {user.tag: user for user in ROOT.findall("users/*")}
ACLS = (PROJECT / "infra" / "kafka" / "users.sh").read_text()


def test_the_services_are_the_two_servers_and_our_three_processes() -> None:
    assert set(SERVICES) == {"kafka", "kafka-users", "clickhouse", *OURS}
    assert set(OURS) == {"run", "sink", "dashboard"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_our_processes_is_a_setting(name: str) -> None:
    variables = set(SERVICES[name]["environment"]) - NOT_OURS
    assert {variable.lower() for variable in variables} <= set(Settings.model_fields)


@pytest.mark.parametrize("name", OURS)
def test_our_processes_are_told_where_the_servers_of_this_file_are(name: str) -> None:
    given = SERVICES[name]["environment"]
    settings = Settings(_env_file=None, **{key.lower(): given[key] for key in set(given) - NOT_OURS})
    host, port = settings.kafka_bootstrap.split(":")
    assert f"CLIENTS://{host}:{port}" == SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert re.fullmatch(r"http://clickhouse:8123(/\w+)?", settings.clickhouse_url)
    password = USERS[settings.clickhouse_user].find("password")
    assert password is not None
    assert settings.clickhouse_password == SERVICES["clickhouse"]["environment"][password.attrib["from_env"]]
    assert f'user {settings.kafka_sasl_username} "$' in ACLS
    assert settings.kafka_sasl_password in SERVICES["kafka-users"]["environment"].values()


def granted(user: str) -> set[tuple[str, str]]:
    """Every right of a ClickHouse user with the table it is on, but for the list of parts, which each reads."""
    queries = [query.text or "" for query in USERS[user].iter("query")]
    queries.remove("GRANT SELECT ON system.parts")
    found = [re.fullmatch(r"GRANT ([A-Z, ]+) ON default\.(\S+)", query) for query in queries]
    assert all(found)
    return {(right, match[2]) for match in found if match for right in match[1].split(", ")}


def test_the_sink_may_only_insert_and_the_dashboard_only_read_and_note_retries() -> None:
    sink = granted("hallmonitor_sink")
    assert {table for right, table in sink if right == "INSERT"} == set(COLUMNS)
    read = {"reference", "migrations", "events", "dead_letters"}  # the last two: rows that newer ones replace
    assert sink - {("INSERT", table) for table in COLUMNS} == {("SELECT", table) for table in read}
    assert granted("hallmonitor_dashboard") == {("SELECT", "*"), ("INSERT", "dead_letter_retries")}
    assert not USERS.keys() - {"hallmonitor", "hallmonitor_sink", "hallmonitor_dashboard", "default"}
    assert USERS["default"].attrib == {"remove": "remove"}


@pytest.mark.parametrize("user", [name for name in USERS if name != "default"])
def test_clickhouses_own_parser_reads_every_grant_as_it_is_meant(user: str) -> None:
    """What a real server would refuse to start with: chDB has the parser, though not the users."""
    for query in USERS[user].iter("query"):
        written = (query.text or "").replace("'", "\\'")
        asked = f"SELECT formatQuerySingleLine('{written} TO {user}')"
        read = str(chdb.query(asked, "TSVRaw")).strip()
        assert sorted(re.split(r",? ", read)) == sorted(re.split(r",? ", f"{written} TO {user}")), read


def test_what_kafkas_users_may_names_our_topics_groups_and_transactions() -> None:
    assert subprocess.run(["bash", "-n", str(PROJECT / "infra" / "kafka" / "users.sh")], check=False).returncode == 0
    assert all(topic.name.startswith("audit.") for topic in ALL)
    read = {LOG.name, EVENTS.name, VIOLATIONS.name, DEAD_LETTERS.name, CASEWORK.name}
    assert f"for topic in {' '.join(sorted(read, key=ACLS.index))}; do" in ACLS
    assert f"--group {GROUP} " in ACLS
    assert "for topic in audit.log audit.casework; do\n    allow hallmonitor-dashboard" in ACLS


def test_no_command_line_shows_a_password_of_kafka() -> None:
    """Every account of a machine reads the command lines of all; `printf` is the shell's own and no process."""
    assert "umask 077" in ACLS
    assert [line for line in ACLS.splitlines() if "$2" in line] == [
        '    printf \'SCRAM-SHA-512=password=%s\\n\' "$2" >"$said"'
    ]


def test_no_two_processes_share_a_user() -> None:
    for variable in ("KAFKA_SASL_USERNAME", "CLICKHOUSE_USER"):
        assert len({SERVICES[name]["environment"][variable] for name in OURS}) == len(OURS)


@pytest.mark.parametrize("name", OURS)
def test_our_processes_wait_until_both_servers_are_healthy(name: str) -> None:
    waits = {server: how["condition"] for server, how in SERVICES[name]["depends_on"].items()}
    assert waits.pop("kafka-users") == "service_completed_successfully"
    assert waits == {"kafka": "service_healthy", "clickhouse": "service_healthy"}
    assert all(SERVICES[server]["healthcheck"]["test"] for server in waits)


def test_kafka_is_the_version_and_has_the_settings_of_the_embedded_one() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    node = Node(1, 9092, 9093)
    embedded = dict(line.split("=", 1) for line in properties(node, [node], Path("/data"), "secret").splitlines())
    given = {key[6:].lower().replace("_", "."): value for key, value in SERVICES["kafka"]["environment"].items()}
    shared = ("auto.create.topics.enable", "message.max.bytes", "replica.fetch.max.bytes", "process.roles")
    shared += ("group.initial.rebalance.delay.ms", "transaction.state.log.min.isr", "listener.security.protocol.map")
    assert {key: given[key] for key in shared} == {key: embedded[key] for key in shared}
    given = {key.replace("...", "-"): value for key, value in given.items()}  # how the image spells a dash
    own = {"listener.name.clients.plain.sasl.jaas.config"}  # its super user logs in before there is a credential
    assert set(given) - {"log.dirs"} - own <= set(embedded)


def test_what_is_published_is_published_on_loopback() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_all_our_processes_have_the_same_home_with_its_keys_and_ledger(name: str) -> None:
    home = SERVICES[name]["environment"]["HALLMONITOR_HOME"]
    assert f"state:{home}" in SERVICES[name]["volumes"]
    assert "state" in COMPOSE["volumes"]


def test_the_data_of_both_servers_outlives_their_containers() -> None:
    mounted = {volume.split(":")[0] for name in ("kafka", "clickhouse") for volume in SERVICES[name]["volumes"]}
    mounted = {name for name in mounted if not name.startswith(".")}
    assert mounted <= set(COMPOSE["volumes"])
    assert len(mounted) == 2


def test_every_file_the_image_is_built_from_is_there() -> None:
    for name in OURS:
        build = SERVICES[name]["build"]
        assert (PROJECT / "infra" / build["context"] / build["dockerfile"]).is_file()
    copied = re.findall(r"^COPY (\S+)", (PROJECT / "infra" / "Dockerfile").read_text(), re.MULTILINE)
    assert copied
    assert all((PROJECT / name).exists() for name in copied)
