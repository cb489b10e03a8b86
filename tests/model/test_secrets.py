"""What must never be said: passwords in addresses, in settings that are printed, and ids of people in metrics."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.metrics import MetricWrapperBase

from infra.local.child import Child
from infra.local.readiness import servers
from model.settings import Settings, without_secrets
from storage.client import Store, Unavailable
from streams.worker import metrics

SECRET = "correct-horse"
URL = f"http://reader:{SECRET}@127.0.0.1:9/audit?password={SECRET}"


@given(st.text("ab:@%", max_size=12))
def test_whatever_a_password_holds_an_address_is_printed_without_it(tail: str) -> None:
    assert without_secrets(f"http://reader:secret{tail}@host:8123/audit") == "http://host:8123/audit"


@given(st.text("ab:/?#@%[]", max_size=12))
def test_not_even_of_what_is_no_address_is_the_password_printed(tail: str) -> None:
    assert "secret" not in without_secrets(f"http://reader:secret{tail}@host:8123/audit")


def test_an_address_keeps_what_says_where_it_is() -> None:
    assert without_secrets(URL) == "http://127.0.0.1:9/audit"


def test_a_store_that_does_not_answer_does_not_say_its_password() -> None:
    for url in (URL, URL.replace("http", "ftp")):
        with pytest.raises((Unavailable, ValueError)) as caught:
            Store(url)
        assert SECRET not in str(caught.value)
        assert SECRET not in repr(caught.value)


def test_settings_are_shown_without_passwords() -> None:
    shown = repr(Settings(clickhouse_url=URL, clickhouse_password=SECRET, kafka_sasl_password=SECRET))
    assert SECRET not in shown
    assert "clickhouse_user" in shown


def test_the_status_of_servers_names_no_password(tmp_path: Path) -> None:
    facts = servers(tmp_path, "127.0.0.1:9", URL)
    assert SECRET not in str(facts)
    assert facts["clickhouse_url"] == "http://127.0.0.1:9/audit"


def test_a_password_is_read_from_its_file_and_handed_on_as_that_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    settings = Settings(clickhouse_password="", clickhouse_password_file=str(file))
    assert settings.clickhouse_password == SECRET
    told = settings.environment()
    assert (told["CLICKHOUSE_PASSWORD"], told["CLICKHOUSE_PASSWORD_FILE"]) == ("", str(file))
    with pytest.raises(ValueError, match="CLICKHOUSE_PASSWORD_FILE cannot be read"):
        Settings(clickhouse_password="", clickhouse_password_file=str(tmp_path / "none"))


def test_the_sink_of_a_run_signs_in_as_the_user_who_may_only_insert(tmp_path: Path) -> None:
    settings = Settings(clickhouse_user="maker", clickhouse_sink_user="sink", clickhouse_sink_password=SECRET)
    assert SECRET not in repr(settings)
    script = "import os; print(os.environ['CLICKHOUSE_USER'], os.environ['CLICKHOUSE_PASSWORD'])"
    (tmp_path / "told.py").write_text(script)
    command = [sys.executable, str(tmp_path / "told.py")]
    child = Child("sink", 0, command, tmp_path / "log", lambda: True, environment=settings.sink_environment())
    child.start()
    child.wait_or_kill(20)
    assert (tmp_path / "log").read_text() == f"sink {SECRET}\n"
    assert Settings(clickhouse_user="maker").sink_environment() == {}


def test_metrics_are_counted_by_district_source_and_partition_and_never_by_a_person() -> None:
    found = [metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)]
    assert found
    assert {label for metric in found for label in metric._labelnames} <= {"district", "source", "partition"}
