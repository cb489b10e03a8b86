"""`hallmonitor simulate` from the outside: what it prints, where, and with which exit code."""

import json
from pathlib import Path

from click.testing import CliRunner

from cli.simulate import command

QUICK = ["--seed", "1", "--people", "100", "--days", "1", "--requests", "1"]


def test_json_on_stdout_says_what_was_written(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, [str(tmp_path / "new"), *QUICK, "--json"])
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    lines = sum(len(path.read_text().splitlines()) for path in (tmp_path / "new/logs/proxy").iterdir())
    assert told["records"]["proxy"] == lines


def test_without_json_stdout_is_empty(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, [str(tmp_path / "new"), *QUICK])
    assert (answer.exit_code, answer.stdout) == (0, "")


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    answer = CliRunner().invoke(command, [str(tmp_path), *QUICK])
    assert answer.exit_code == 2
    assert "is not empty" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_impossible_option_is_wrong_use(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, [str(tmp_path), *QUICK, "--start", "2026-07-06"])
    assert answer.exit_code == 2
    assert "no school day" in answer.stderr


def test_an_unknown_scenario_is_wrong_use(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, [str(tmp_path), *QUICK, "--only", "no_such_thing"])
    assert answer.exit_code == 2
    assert "no_such_thing" in answer.stderr


def test_an_unknown_zone_is_wrong_use(tmp_path: Path) -> None:
    answer = CliRunner().invoke(command, [str(tmp_path), *QUICK, "--timezone", "Mars/Olympus", "--dst", "fall"])
    assert answer.exit_code == 2
    assert "Mars/Olympus" in answer.stderr
