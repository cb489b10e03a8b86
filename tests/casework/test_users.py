"""The people who use it: added, disabled, signed in slowly after failures, and refused what their role may not."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casework.passwords import HASHER as REAL  # as it is before tests are given a quick one
from casework.passwords import PasswordRefused, fits, hashed
from casework.register import Register
from casework.roles import RIGHTS, ROLES, may
from casework.scope import names_of, reading
from casework.signing_in import NotSignedIn, sign_in, wait_s
from casework.users import User, added, all_users, last_administrator, user_of
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.settings import Settings
from storage.client import Store
from storage.queries.casework import matching
from tests.support.storage_cases import (
    event,
    events,
    facts,
    fresh_store,
    store_records,
    violation,
    violations,
    with_keys,
)

AT = datetime(2026, 3, 4, 14, tzinfo=UTC)
RIGHT, NEW = "correct horse battery", "staple and more"


# Pure


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "Gwen.Hall", "x" * 300])
def test_a_password_that_protects_nothing_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused):
        hashed(password, "gwen.hall")


def test_only_the_password_fits_and_nobody_has_none() -> None:
    kept = hashed(RIGHT, "gwen")
    assert kept.startswith("$argon2id$")
    assert fits(RIGHT, kept)
    assert not fits("nobody has this password", None)
    assert not fits(NEW, kept)


def test_a_password_is_hashed_at_the_cost_that_rfc_9106_names_second() -> None:
    assert REAL.hash(RIGHT).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_each_failure_after_the_third_makes_the_next_try_wait_longer_and_never_over_a_minute() -> None:
    waits = [wait_s([AT] * failures, AT) for failures in range(10)]
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4:] == [2, 4, 8, 16, 32, 60]
    assert wait_s([AT] * 9, AT + timedelta(seconds=60)) == 0
    assert wait_s([AT] * 9, AT + timedelta(minutes=15)) == 0


def test_every_role_may_something_and_every_right_has_a_role() -> None:
    assert {role for roles in RIGHTS.values() for role in roles} == set(ROLES)
    assert [right for right in RIGHTS if may(("viewer",), right)] == ["open what was shared"]


def test_the_last_administrator_is_known() -> None:
    first = User(name="ada", roles=("administrator",), kept="x")
    second = User(name="bea", roles=("administrator",), kept="x", disabled=True)
    assert last_administrator([first, second], "ada")
    assert not last_administrator([first, second], "bea")


# Servers


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: on a home where other tests have added users there is no first administrator."""
    with Stack(tmp_path_factory.mktemp("users-stack")) as own:
        yield own


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, f"users_{uuid.uuid4().hex[:8]}")
    store_records(store, [violations([violation("v1abc", person="p17")], 1)])
    store_records(store, [events([event("e1", account="tbell", person="p17")], 2)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = with_keys(tmp_path_factory.mktemp("home"))
    return stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)


@pytest.fixture
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as register:
        yield register


@pytest.fixture(scope="module")
def ada(settings: Settings) -> str:
    """The first administrator of the home, added by its owner."""
    done = asked(settings, "users", "add", "ada", "--role", "administrator", new=RIGHT)
    assert done.exit_code == 0, done.output
    return "ada"


def asked(settings: Settings, *arguments: str, password: str | None = RIGHT, new: str | None = None) -> Result:
    environment: dict[str, Any] = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    environment |= {"HALLMONITOR_PASSWORD": password, "HALLMONITOR_NEW_PASSWORD": new}
    return CliRunner().invoke(main, arguments, env=environment)


def test_after_the_first_administrator_nobody_is_added_without_one(settings: Settings, ada: str) -> None:
    assert asked(settings, "users", "add", "eve", "--role", "administrator", new=RIGHT).exit_code == 2
    done = asked(
        settings, "users", "add", "gwen", "--role", "analyst", "--district", "maple-falls", "--user", ada, new=NEW
    )
    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in asked(settings, "users", "list", "--json").stdout.splitlines()]
    assert {one["name"]: one["roles"] for one in told}["gwen"] == ["analyst"]
    assert "argon2" not in asked(settings, "users", "list", "--json").output
    assert "argon2" not in asked(settings, "casework", "--kind", "user.added", "--json").output


def test_where_clickhouse_was_emptied_the_users_are_those_that_kafka_knows(
    settings: Settings, ada: str, store: Store
) -> None:
    store.command("TRUNCATE TABLE casework")
    assert asked(settings, "users", "add", "eve", "--role", "administrator", new=RIGHT).exit_code == 2
    assert asked(settings, "users", "roles", ada, "--role", "administrator", "--user", ada).exit_code == 0


def test_what_a_role_may_not_is_refused_and_recorded(settings: Settings, ada: str, register: Register) -> None:
    _known(register, "vic", ("viewer",))
    done = asked(settings, "users", "add", "eve", "--role", "administrator", "--user", "vic", new=NEW)
    assert done.exit_code == 1
    assert "takes the role administrator" in done.output
    (refused,) = matching(register.store, kinds=("command.refused",), actor="vic")
    assert refused.body["right"] == "manage users"
    assert user_of(register, "eve") is None


def test_a_wrong_password_is_recorded_with_its_name_and_the_fifth_has_to_wait(register: Register) -> None:
    for _ in range(4):
        with pytest.raises(NotSignedIn, match="do not fit"):
            sign_in(register, "mallory", "wrong", AT, "a test")
    with pytest.raises(NotSignedIn, match="try again in 2 s"):
        sign_in(register, "mallory", "wrong", AT, "a test")
    found = matching(register.store, kinds=("user.login_failed",), actor="mallory")
    assert [one.body["from"] for one in found] == ["a test"] * 4


def test_passwords_that_are_tried_at_once_wait_as_those_do_that_are_tried_one_after_the_other(
    register: Register,
) -> None:
    def tried(number: int) -> str:
        try:
            sign_in(register, "dana", f"wrong {number}", now(), "a test")
        except NotSignedIn as refused:
            return str(refused)
        return "let in"

    with ThreadPoolExecutor(8) as many:
        said = list(many.map(tried, range(8)))
    assert sum("do not fit" in one for one in said) == 4
    assert sum("try again" in one for one in said) == 4


def test_who_is_disabled_or_has_a_new_password_is_not_let_in_by_the_old(
    settings: Settings, ada: str, register: Register
) -> None:
    _known(register, "bo", ("analyst",))
    assert asked(settings, "users", "passwd", "bo", "--user", "bo", new=NEW).exit_code == 0
    with pytest.raises(NotSignedIn):
        sign_in(register, "bo", RIGHT, now(), "a test")
    assert sign_in(register, "bo", NEW, now(), "a test").roles == ("analyst",)
    assert asked(settings, "users", "roles", "bo", "--role", "reviewer", "--user", ada).exit_code == 0
    assert user_of(register, "bo").roles == ("reviewer",)  # type: ignore[union-attr]
    assert asked(settings, "users", "disable", "bo", "--user", ada).exit_code == 0
    with pytest.raises(NotSignedIn):
        sign_in(register, "bo", NEW, now(), "a test")


def test_the_last_administrator_cannot_be_disabled_or_leave_the_role(settings: Settings, ada: str) -> None:
    assert "nobody could manage" in asked(settings, "users", "disable", "ada", "--user", ada).output
    assert "nobody could manage" in asked(settings, "users", "roles", "ada", "--role", "analyst", "--user", ada).output


@pytest.mark.slow
def test_every_reading_command_reads_as_the_user_may(settings: Settings, ada: str, register: Register) -> None:
    """One command after another as a viewer, who may read nothing, and as an analyst, who may."""
    _known(register, "val", ("viewer",))
    _known(register, "ann", ("analyst",))
    commands = (("violations", "--json"), ("show", "v1"), ("timeline", "tbell", "--json"), ("search", "tb*", "--json"))
    for command in commands:
        assert "p17" not in asked(settings, *command, "--user", "val").stdout, command
        assert "p17" in asked(settings, *command, "--user", "ann").stdout, command
        assert "p17" in asked(settings, *command).stdout, command
        assert asked(settings, *command, "--user", "ann", password="wrong").exit_code == 1


def test_two_administrators_who_saw_the_same_user_do_not_overwrite_each_other(
    settings: Settings, ada: str, register: Register
) -> None:
    from casework.users import changed

    _known(register, "cy", ("viewer",))
    seen = user_of(register, "cy")
    assert seen is not None
    assert register.write(changed(seen, "user.roles_changed", now(), "ada", "administrator", roles=["analyst"])).holds
    late = register.write(changed(seen, "user.roles_changed", now(), "bea", "administrator", roles=["reviewer"]))
    assert not late.holds
    assert user_of(register, "cy").roles == ("analyst",)  # type: ignore[union-attr]


def test_a_user_without_rights_reads_an_empty_store(register: Register, store: Store) -> None:
    from storage.queries.violations import Filter, queue

    assert len(queue(store, None, Filter())) == 1
    assert queue(reading(store, User(name="val", roles=("viewer",))), None, Filter()) == []


def _known(register: Register, name: str, roles: tuple[str, ...]) -> None:
    if user_of(register, name) is None:
        register.write(added(name, roles, RIGHT, now(), "ada", "administrator"))


@pytest.mark.usefixtures("ada")  # before these: Kafka tells whoever asks of them, and the first is the administrator
def test_accounts_of_one_person_are_one_person_and_those_of_nobody_are_apart(stack: Stack, settings: Settings) -> None:
    store = fresh_store(stack, f"names_{uuid.uuid4().hex[:8]}")
    row = {"sourcedId": "p7", "username": "ruth", "email": "rlane@maple.example"}
    accounts = (("ruth", None), ("ruth-admin", "p7"), ("rlane@maple.example", None), ("ruth@maple.example", None),
                ("local", None))  # fmt: skip
    with closing(store), Register(settings.model_copy(update={"clickhouse_url": store.url}), store) as register:
        store_records(store, [facts([Fact(table="users", key="p7", row=row)])])  # who ruth is, users.csv says
        for one, person in accounts:
            register.write(added(one, ["records_officer"], RIGHT, now(), "ada", "administrator", person=person))
        names = {one.name: names_of(register, one) for one in all_users(register)}
    ruth = {"ruth", "ruth-admin", "rlane@maple.example", "ruth@maple.example"}
    assert [names[one] for one, _ in accounts] == [ruth, ruth, ruth, ruth, {"local"}]
