"""The simulator as a whole: same seed same bytes, flat memory, complete folders, every scenario planted somewhere."""

import csv
import gzip
import hashlib
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from ipaddress import ip_address, ip_network
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from cli.expectation import read_expected
from producers.district_folder import open_district
from simulator.expectations import SUBJECTS
from simulator.options import Options, OptionsInvalid, checked, week_of_dst
from simulator.scenarios import all_scenarios
from simulator.simulation import Report, simulate
from simulator.spool import Spool

SMALL = Options(seed=11, people=100)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """A small district, simulated once for this file."""
    folder = tmp_path_factory.mktemp("small")
    return folder, simulate(folder, SMALL)


def fingerprint(folder: Path) -> str:
    """One hash over the names, contents and times of all files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
            if path.parts[-3] == "logs":
                digest.update(str(path.stat().st_mtime).encode())
    return digest.hexdigest()


def test_the_same_seed_and_options_give_the_same_bytes(small: tuple[Path, Report], tmp_path: Path) -> None:
    simulate(tmp_path, SMALL)
    assert fingerprint(tmp_path) == fingerprint(small[0])


def test_another_seed_gives_another_district(small: tuple[Path, Report], tmp_path: Path) -> None:
    simulate(tmp_path, Options(seed=12, people=100))
    assert fingerprint(tmp_path) != fingerprint(small[0])


@pytest.mark.slow
def test_memory_does_not_grow_with_days(tmp_path: Path) -> None:
    few, many = (peak_of(tmp_path / str(days), days) for days in (4, 12))
    assert many < few * 1.35


def peak_of(folder: Path, days: int) -> int:
    """Bytes held at the worst moment of a run without scenarios."""
    tracemalloc.start()
    simulate(folder, Options(seed=1, people=100, days=days, requests=2, scenarios=("vendor_without_ticket",)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_district_folder_opens_without_a_word(small: tuple[Path, Report]) -> None:
    opened = open_district(small[0])
    assert opened.warnings == []
    assert opened.reference.problems == []


def test_expected_yaml_is_what_check_reads(small: tuple[Path, Report]) -> None:
    folder, report = small
    expected = read_expected(folder / "expected.yaml")
    assert (len(expected.violations), len(expected.suppressed)) == (report.violations, report.suppressed)


def test_every_reason_feasible_is_planted(small: tuple[Path, Report]) -> None:
    expected = read_expected(small[0] / "expected.yaml")
    planted = {(row.detection, row.reason) for row in expected.violations}
    vendor = (
        "none",
        "early",
        "overrun",
        "wrong_system",
        "wrong_approver",
        "no_it_approval",
        "after_hours",
        "agreement_ended",
    )
    wanted = {("unapproved_vendor_session", reason) for reason in vendor}
    wanted |= {("shared_account", reason) for reason in ("two_sites", "two_devices", "many_devices")}
    wanted |= {("filter_circumvention", reason) for reason in ("succeeded", "attempted")}
    wanted |= {("device_used_by_another", reason) for reason in ("outsider", "other", "technician")}
    wanted |= {
        ("staff_account_on_student_device", reason) for reason in ("wrote_records", "guessed", "staff_app", "in_use")
    }
    ended = ("past_term", "separated", "suspended", "no_contract", "still_enabled", "reactivated_without_request")
    wanted |= {("ended_account_in_use", reason) for reason in ended}
    lost = ("late_report", "no_police_report", "used_after_report", "tracked_without_loss")
    wanted |= {("lost_device", reason) for reason in lost}
    rights = ("unapproved", "brief", "self_granted", "logging_disabled")
    wanted |= {("unapproved_privilege_change", reason) for reason in rights}
    wanted |= {("unfiltered_device", reason) for reason in ("agent_unhealthy", "unfiltered")}
    pulls = ("exported_records", "whole_export", "unsanctioned_storage")
    wanted |= {("bulk_data_pull", reason) for reason in pulls}
    wanted |= {("bandwidth_abuse", reason) for reason in ("peer_to_peer", "streaming", "downloads")}
    wanted |= {("vendor_outside_vpn", reason) for reason in ("no_vpn", "remote_tool")}
    wanted |= {("unreturned_device", "not_returned"), ("overdue_duty", "sponsor"), ("overdue_duty", "purchase")}
    wanted |= {("sigma:legacy_mail", "event"), ("sigma:many_export_sign_ins", "event_count")}
    assert wanted <= planted


def test_no_two_findings_of_a_detection_share_subject_and_day(small: tuple[Path, Report]) -> None:
    """One finding per subject and school day is the rule; two expectations for one would ask for the impossible."""
    rows = yaml.safe_load((small[0] / "expected.yaml").read_text())
    keys = [
        (row["detection"], *(row.get(name) for name in SUBJECTS), str(row["between"][0])[:10])
        for row in rows["violations"] + rows["suppressed"]
    ]
    assert len(keys) == len(set(keys))


def test_each_expected_subject_is_in_the_tables(small: tuple[Path, Report]) -> None:
    folder = small[0]
    named = (("accounts", "account"), ("devices", "device_id"), ("users", "sourcedId"), ("vendors", "vendor"))
    known = {row[column] for table, column in named for row in rows_of(folder, table)}
    expected = read_expected(folder / "expected.yaml")
    rows = (*expected.violations, *expected.suppressed)
    assert {row.account or row.device_id or row.person or row.vendor for row in rows} <= known


def test_each_suppression_names_a_row_that_exists(small: tuple[Path, Report]) -> None:
    folder = small[0]
    papers = {row["approval_id"] for row in rows_of(folder, "approvals")} | {
        row["exemption_id"] for row in rows_of(folder, "exemptions")
    }
    papers |= {row["checkout_id"] for row in rows_of(folder, "checkouts")}
    assert {row.by for row in read_expected(folder / "expected.yaml").suppressed} <= papers


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    """A reference table as written."""
    with (folder / "reference" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def variants() -> Iterator[Options]:
    """Runs that together give room to every scenario."""
    yield SMALL
    yield Options(3, people=100, snow_day=date(2026, 2, 5), late_snow_day=date(2026, 2, 10), requests=1)
    for kind in ("spring", "fall"):
        yield Options(4, people=100, start=week_of_dst(kind, 2026, "America/Chicago"), requests=1)


@pytest.mark.slow
def test_every_scenario_finds_room_in_some_run(tmp_path: Path) -> None:
    planted: set[str] = set()
    for number, options in enumerate(variants()):
        planted |= set(simulate(tmp_path / str(number), options).planted)
    assert planted == set(all_scenarios())


def test_a_scenario_without_room_is_named_with_the_reason(small: tuple[Path, Report]) -> None:
    assert small[1].left_out["vendor_on_snow_day"] == "needs --snow-day"


def test_only_what_is_asked_for_is_planted(tmp_path: Path) -> None:
    options = Options(1, people=100, days=4, requests=1, scenarios=("vendor_without_ticket",))
    assert simulate(tmp_path, options).planted == ["vendor_without_ticket"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(1, people=99), "--people 99"),
        (Options(1, people=100_000, schools=2), "too few"),
        (Options(1, snow_day=date(2026, 2, 7)), "not a weekday"),
    ],
)
def test_an_impossible_option_is_named(options: Options, said: str) -> None:
    with pytest.raises(OptionsInvalid, match=said):
        checked(options)


@pytest.mark.parametrize(
    ("options", "thin"),
    [
        (Options(1, people=100, requests=4), True),
        (Options(1, people=100, requests=5), False),
        (Options(1, people=100, requests=1, days=7), False),
        (Options(1, people=100, requests=1, scenarios=("vendor_without_ticket",)), False),
    ],
)
def test_a_district_whose_proxy_logs_mostly_what_is_planted_is_thin(options: Options, thin: bool) -> None:
    assert options.is_thin == thin


def test_a_summer_without_school_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionsInvalid, match="no school day"):
        simulate(tmp_path, Options(1, people=100, start=date(2026, 7, 6)))


def test_a_spool_sorts_what_does_not_fit_in_memory(tmp_path: Path) -> None:
    spool = Spool(run=7)
    for number in range(50):
        spool.add(number * 37 % 50, f"{number * 37 % 50:03d}")
    assert spool.write(tmp_path / "out") == 50
    lines = (tmp_path / "out").read_text().splitlines()
    assert all(one < other for one, other in pairwise(lines))


def test_lines_of_one_instant_keep_their_order(tmp_path: Path) -> None:
    spool = Spool(run=3)
    for number in range(10):
        spool.add(5, str(number))
    spool.write(tmp_path / "out")
    assert (tmp_path / "out").read_text().split() == [str(number) for number in range(10)]


def test_every_inside_address_lies_in_a_network_of_its_kind(small: tuple[Path, Report]) -> None:
    networks = [(ip_network(row["cidr"]), row["kind"]) for row in rows_of(small[0], "networks")]
    leased = {
        match
        for path in (small[0] / "logs" / "dhcp").iterdir()
        for match in re.findall(r"DHCPACK on (\S+)", path.read_text())
    }
    homeless = [text for text in leased if not any(ip_address(text) in network for network, _ in networks)]
    assert len(leased) > 50
    assert homeless == []


def test_packed_days_hold_the_same_lines(tmp_path: Path) -> None:
    options = Options(1, people=100, days=2, requests=1)
    simulate(tmp_path / "plain", options)
    simulate(tmp_path / "packed", replace(options, compressed=True))
    name = f"logs/proxy/proxy-{options.start}.log"
    packed = gzip.decompress((tmp_path / "packed" / f"{name}.gz").read_bytes())
    assert packed == (tmp_path / "plain" / name).read_bytes()
    assert (tmp_path / "packed" / f"logs/proxy/proxy-{options.dates[-1]}.log").exists()
