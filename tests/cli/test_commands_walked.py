"""Every command there is, as every role: what it shows and whom it refuses. A command not placed here fails."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from casework.register import Register, decision
from casework.roles import RIGHTS, ROLES
from casework.users import added
from cli.main import main
from infra.local.stack import Stack
from model.clock import now
from model.settings import Settings
from storage.client import Store
from tests.support.desk_cases import ELSEWHERE, FOREIGN, GWEN, HOME, OWN, two_districts
from tests.support.storage_cases import with_keys

PASSWORD = "correct horse battery"
SPAN = ("--from", "2026-01-01", "--to", "2026-12-01")
# What shows rows to a user, asked as widely as it can be.
SHOWS = {
    "violations": ("--all", "--json"),
    "show": ("v3-here", "--json"),
    "case list": ("--all", "--json"),
    "case show": ("here", "--json"),
    "report coverage": ("account:tbell", *SPAN, "--district", HOME, "--json"),
    "report inventory": (*SPAN, "--district", HOME, "--json"),
    "report rollover": ("--district", HOME, "--json"),
    "report uniformity": (*SPAN, "--json"),
    "timeline": ("account:tbell", "--json"),
    "search": ("*e*", "--json"),
    "searches": ("--json",),
    "casework": ("--json",),
    "dead-letters list": ("--json",),
    "exemption preview": (HOME, "--detection", "shared_account", "--account", "tbell", "--json"),
    "replay": ("--district", HOME, "--compare"),
    "unmask list": (HOME, "--json"),
    "incident clocks": ("here", "--json"),
    "incident scope": ("here", "--json"),
    "incident timeline": ("here", "--pdf", "--out", "incident.pdf"),
    "incident vendor": ("here", "--json"),
    "receipt list": (HOME, "--all", "--json"),
    "receipt show": (HOME, "nothing", "--json"),
    "request show": ("here", "--json"),
    "ledger prove": ("v3-here", "--out", "proof.json"),
    "ledger verify": (HOME, "--json"),
}
_MATTER = ("--matter", "M", "--kind", "audit", "--reason", "R")
_ASKED = ("--law", "ok.ora", "--received", "2026-03-04", "--requester", "Pat", "--text", "x", *SPAN)
_FOUND = ("--kind", "account", "--subject", "tbell", "--discovered", "2026-03-06", "--by", "x", "--text", "x")
# What decides something: the right that it takes, and how it is called.
DECIDES = {
    "triage": ("triage", ("v1-here", "--state", "waiting")),
    "case add": ("work on cases", ("2026-0001", "--person", "p17")),
    "case attach": ("work on cases", ("2026-0001", __file__)),
    "case close": ("work on cases", ("2026-0001",)),
    "case export": ("work on cases", ("2026-0001", "--out", "case")),
    "case note": ("work on cases", ("2026-0001", "--text", "x")),
    "case open": ("work on cases", ("--title", "x", "--district", HOME)),
    "case reopen": ("work on cases", ("2026-0001", "--reason", "x")),
    "case share": ("work on cases", ("2026-0001", "--with", "x")),
    "users add": ("manage users", ("x", "--role", "viewer")),
    "users disable": ("manage users", ("x",)),
    "users passwd": ("manage users", ("x",)),
    "users roles": ("manage users", ("x", "--role", "viewer")),
    "unmask agree": ("unmask", (HOME, "p17")),
    "unmask ask": ("unmask", (HOME, "p17", "--reason", "x")),
    "hold place": ("place holds", (HOME, *_MATTER)),
    "hold release": ("place holds", ("nothing", "--reason", "x")),
    "incident close": ("handle incidents", ("nothing", "--reason", "x")),
    "incident decide": ("handle incidents", ("nothing", "--question", "encrypted", "--answer", "no", "--reason", "x")),
    "incident letters": ("handle incidents", ("nothing", "--out", "letters")),
    "incident open": ("handle incidents", (HOME, *_FOUND)),
    "incident state": ("handle incidents", ("nothing", "--fact", "contact", "--text", "x")),
    "request close": ("answer requests", ("nothing",)),
    "request collect": ("answer requests", ("nothing",)),
    "request decide": ("answer requests", ("nothing", "--column", "raw", "--action", "redact", "--code", "OK-HOME")),
    "request extend": ("answer requests", ("nothing", "--reason", "x")),
    "request letter": ("answer requests", ("nothing", "denial", "--out", "letter.pdf")),
    "request open": ("answer requests", (HOME, *_ASKED)),
    "request produce": ("answer requests", ("nothing", "--out", "production")),
    "retention approve": ("approve retention", ("nothing",)),
    "retention check": ("plan retention", (HOME,)),
    "retention plan": ("plan retention", (HOME,)),
    "retention run": ("plan retention", ("nothing",)),
}
# Who signs a receipt is who vendors.csv names, whatever the role (tests/casework/test_receipt_command.py); who sends a
# dead letter again goes by the account of the machine (docs/security.md).
BY_OTHER_RULES = {"receipt sign", "dead-letters retry"}
# What is for whoever may open the home folder, or touches no store: no user is asked for.
ON_THE_MACHINE = {
    *("parse", "sources suggest", "sources test", "products", "judge", "check", "run", "simulate", "schema"),
    *("up", "down", "status", "reset", "dashboard", "demo", "clock", "verify"),
    *("policy check", "policy coverage", "policy diff", "policy sigma"),
    *("ledger check", "ledger key", "ledger marks", "ledger new-marks", "ledger stamp"),
    *("hold list", "incident list", "incident show", "request list", "retention list", "retention certificate"),
    "users list",
}
Ask = Callable[..., Result]


def commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found
        if isinstance(found, click.Group):
            yield from commands(found, f"{before}{name} ")
        else:
            yield before + name, found


def test_every_command_is_placed() -> None:
    assert {name for name, _ in commands()} == SHOWS.keys() | DECIDES.keys() | BY_OTHER_RULES | ON_THE_MACHINE


def test_what_is_for_the_machine_alone_asks_for_no_user() -> None:
    asks = {name for name, found in commands() if any("--user" in one.opts for one in found.params)}
    assert asks == SHOWS.keys() | DECIDES.keys() | BY_OTHER_RULES


def test_no_command_takes_one_option_twice() -> None:
    for name, found in commands():
        taken = [option for one in found.params for option in one.opts]
        assert len(taken) == len(set(taken)), name


def test_what_always_prints_json_takes_the_option_too() -> None:
    prints = {f"request {word}" for word in ("open", "extend", "decide", "letter", "produce")}
    prints |= {"case attach", "case open", "hold place", "incident open", "retention run", "retention certificate"}
    assert prints <= {name for name, found in commands() if any("--json" in one.opts for one in found.params)}


@pytest.fixture(scope="module")
def settings(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = with_keys(tmp_path_factory.mktemp("walked"))
    store: Store = two_districts(stack, f"walked_{uuid.uuid4().hex[:8]}", decided=False)
    made = stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)
    with Register(made, store) as register:
        for role in ROLES:
            told: dict[str, Any] = {"districts": [HOME], "person": GWEN}
            register.write(added(f"walks-{role}", [role], PASSWORD, now(), "ada", "administrator", **told))
        for noun in ("violation", "case", "hold", "request", "incident", "search", "person"):
            event = decision(f"{noun}:{ELSEWHERE}", f"{noun}.opened", now(), actor="x", role="", district=FOREIGN)
            register.write(event)
    yield made
    store.close()


@pytest.fixture
def ask(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.chdir(tmp_path)

    def asked(role: str | None, command: str, *more: str) -> Result:
        home = {"HALLMONITOR_HOME": str(settings.hallmonitor_home), "HALLMONITOR_PASSWORD": PASSWORD}
        environment = {**settings.environment(), **home, "HALLMONITOR_NEW_PASSWORD": PASSWORD}
        user = ("--user", f"walks-{role}") if role else ()
        return CliRunner().invoke(main, [*command.split(), *more, *user], env=environment)

    return asked


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_command_shows_a_row_outside_the_scope_or_somebodys_own_case(ask: Ask, role: str) -> None:
    for command, words in SHOWS.items():
        said = ask(role, command, *words)
        assert said.exception is None or isinstance(said.exception, SystemExit), (command, said.exception)
        assert ELSEWHERE not in said.output, (command, said.output)
        assert OWN not in said.output, (command, said.output)


@pytest.mark.slow
def test_what_is_looked_for_is_there_to_be_found(ask: Ask) -> None:
    listed = ask(None, "violations", "--all", "--json").stdout
    assert ELSEWHERE in listed
    assert OWN in listed
    assert json.loads(ask(None, "show", "v3-here", "--json").stdout)["headline"] == f"here {OWN}"


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_command_decides_for_a_role_that_may_not(ask: Ask, role: str) -> None:
    closed = {command: words for command, (right, words) in DECIDES.items() if role not in RIGHTS[right]}
    said = {command: ask(role, command, *words) for command, words in closed.items()}
    assert [(command, one.output) for command, one in said.items()
                  if (one.exit_code, "takes the role" in one.output) != (1, True)] == []  # fmt: skip
