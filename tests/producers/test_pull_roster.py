"""Tables of people, schools and classes from a OneRoster 1.2 service: whole lists, every night, or none."""

import csv
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from cli.main import main
from model.district import District, load_district
from producers.district_folder import folder_mistakes, open_district
from producers.pull import roster as roster_module
from producers.pull.oneroster import WRITTEN
from producers.pull.roster import Roster, night_of
from tests.support.pulling import Clock
from tests.support.vendor_server import CLIENT, SECRET, Record, Reply, VendorServer, vendor_server

BASE_PATH = "/ims/oneroster/rostering/v1p2"
NIGHT = datetime(2026, 3, 4, 7, 30, tzinfo=UTC)  # 2:30 AM in New York
YAML = """
id: maple-falls
name: Maple Falls
timezone: America/New_York
policy: union-ok
realms: [maplefalls.example]
oneroster:
  {{url: "{url}/ims/oneroster/rostering/v1p2", token_url: "{url}/oauth", client_id: {client}, secret_file: secret}}
"""


class Service(VendorServer):
    """A student information system as the standard's REST binding says: limit, offset, Link, X-Total-Count, Basic."""

    links = True
    total: int | None = None

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        if self.next:
            return self.next.pop(0)
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Reply(401, b'{"imsx_codeMajor":"failure"}')
        where, query = urlsplit(path), dict(parse_qsl(urlsplit(path).query))
        name = where.path.removeprefix(f"{BASE_PATH}/")
        found = self.records.get(name, [])
        at, most = int(query["offset"]), min(self.page, int(query["limit"]))
        counted = len(found) if self.total is None else self.total
        sent = {"X-Total-Count": str(counted)}
        if self.links and at + most < len(found):
            sent["Link"] = f'<{self.url}{where.path}?limit={most}&offset={at + most}>; rel="next"'
        return Reply(200, json.dumps({name: found[at : at + most]}).encode(), sent)

    def grant(self, path: str, form: dict[str, str]) -> Reply:
        scope = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly"
        if path == "/oauth" and form == {"grant_type": "client_credentials", "scope": scope}:
            return self._token()
        return Reply(400, b'{"error":"invalid_scope"}')


def ref(sourced_id: str, kind: str) -> Record:
    return {"href": f"https://sis.example/{kind}s/{sourced_id}", "sourcedId": sourced_id, "type": kind}


def made(sourced_id: str, **more: Any) -> Record:
    return {"sourcedId": sourced_id, "status": "active", "dateLastModified": "2026-02-01T00:00:00.000Z", **more}


def user(number: int, role: str = "student", end: str | None = None) -> Record:
    about = {"username": f"u{number}", "enabledUser": "true", "givenName": "Pat", "familyName": f"Number {number}"}
    roles = [{"roleType": "primary", "role": role, "org": ref("s1", "org"), "beginDate": "2025-08-15", "endDate": end}]
    mail = {"email": f"u{number}@maplefalls.example", "grades": ["09", "10"], "primaryOrg": ref("s1", "org")}
    return made(f"p{number}", **about, **mail, roles=roles, password="never kept", phone="555-0100")


@pytest.fixture
def service() -> Iterator[Service]:
    with vendor_server(Service()) as server:
        assert isinstance(server, Service)
        school, terms = ref("s1", "org"), [ref("y1", "academicSession")]
        days = {"startDate": "2025-08-15", "endDate": "2026-06-01", "schoolYear": "2026"}
        taught = {"class": ref("c1", "class"), "user": ref("p1", "user"), "role": "student"}
        server.records = {
            "orgs": [made("s1", name="Maple High", type="school", parent=ref("d1", "org"))],
            "academicSessions": [made("y1", title="2025-26", type="schoolYear", **days)],
            "users": [user(n) for n in range(10)],
            "classes": [made("c1", title="Algebra", school=school, terms=terms, periods=["1", "3"])],
            "enrollments": [made("e1", **taught, beginDate="2025-08-15")],
        }
        yield server


@pytest.fixture
def folder(tmp_path: Path, service: Service) -> Path:
    (tmp_path / "reference").mkdir()
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "district.yaml").write_text(YAML.format(url=service.url, client=CLIENT))
    return tmp_path


def roster(folder: Path, clock: Clock) -> Roster:
    district = load_district((folder / "district.yaml").read_bytes())
    assert isinstance(district, District), district
    assert district.oneroster
    return Roster(folder, folder / "home", district, district.oneroster, clock)


def pull(folder: Path, clock: Clock | None = None) -> str:
    clock = clock or Clock(NIGHT)
    return roster(folder, clock).pull(clock.wait)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "reference" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("links", [True, False], ids=["Link header", "offset alone"])
def test_every_page_of_every_list_becomes_a_row_of_its_table(folder: Path, service: Service, links: bool) -> None:
    service.links = links
    assert pull(folder) == ""
    assert [row["sourcedId"] for row in table(folder, "users")] == [f"p{n}" for n in range(10)]
    role = {"sourcedId": "p3|s1|student", "userSourcedId": "p3", "role": "student", "beginDate": "2025-08-15"}
    assert role.items() <= table(folder, "roles")[3].items()
    assert {"termSourcedIds": "y1", "periods": "1,3", "schoolSourcedId": "s1"}.items() <= table(folder, "classes")[
        0
    ].items()
    assert {"classSourcedId": "c1", "userSourcedId": "p1"}.items() <= table(folder, "enrollments")[0].items()
    assert {"parentSourcedId": "d1", "name": "Maple High"}.items() <= table(folder, "orgs")[0].items()


def test_the_tables_are_read_like_any_others_without_a_mistake(folder: Path) -> None:
    pull(folder)
    mistakes, problems = folder_mistakes(folder)
    assert (mistakes, [one for one in problems if not one.warning]) == ([], [])
    found = {fact.table for fact in open_district(folder).reference.facts if fact.row}
    assert set(WRITTEN) <= found


def test_id_and_secret_go_in_the_header_and_what_is_not_needed_is_not_kept(folder: Path, service: Service) -> None:
    sent: list[dict[str, str]] = []
    real = service.granting
    service.granting = lambda path, form, headers: (sent.append(headers), real(path, form, headers))[1]  # type: ignore[func-returns-value]
    pull(folder)
    assert sent[0]["authorization"] == f"Basic {b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
    written = "".join(path.read_text() for path in (folder / "reference").iterdir())
    assert "never kept" not in written
    assert "555-0100" not in written


def test_our_own_columns_and_rows_stay_and_what_the_service_gave_and_gives_no_more_ends(
    folder: Path, service: Service
) -> None:
    pull(folder)
    users = folder / "reference" / "users.csv"
    lines = users.read_text().splitlines()
    lines[1] = lines[1].rstrip(",") + ",TX"  # `state` is the last column, and ours
    users.write_text("\n".join([*lines, "v1,active,,vendor1,Vi,Vendor,,,,,,"]) + "\n")
    service.records["users"].pop(4)
    assert pull(folder) == ""
    found = {row["sourcedId"]: row for row in table(folder, "users")}
    assert found["p0"]["state"] == "TX"
    assert found["v1"]["givenName"] == "Vi"
    assert "p4" not in found


@pytest.mark.parametrize("total", [11, 9])
def test_a_list_that_is_not_whole_changes_nothing(folder: Path, service: Service, total: int) -> None:
    pull(folder)
    before = (folder / "reference" / "users.csv").read_bytes()
    service.total = total
    service.records["users"][0]["givenName"] = "Other"
    assert "nothing is taken" in pull(folder)
    assert (folder / "reference" / "users.csv").read_bytes() == before


def test_a_service_that_has_lost_its_people_ends_nobody(folder: Path, service: Service) -> None:
    service.records["users"] = [user(n) for n in range(40)]
    pull(folder)
    service.records["users"] = service.records["users"][:5]
    assert "gives 5 users, and gave 40 before" in pull(folder)
    assert len(table(folder, "users")) == 40


def test_who_agrees_that_a_list_has_shrunk_ends_those_who_left_and_agrees_once(folder: Path, service: Service) -> None:
    service.records["users"] = [user(n) for n in range(40)]
    pull(folder)
    service.records["users"] = service.records["users"][:10]
    agreed = folder / "home" / "oneroster" / "maple-falls.agreed"
    assert f"make the empty file {agreed}" in pull(folder)
    agreed.touch()
    assert pull(folder) == ""
    assert len(table(folder, "users")) == 10
    assert not agreed.exists()


def test_who_came_in_a_night_that_was_cut_off_ends_like_any_other(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def die_behind(path: Path, target: Path) -> Path:
        found = real(path, target)
        if target.name == "roles.csv":
            raise KeyboardInterrupt
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die_behind)
        with pytest.raises(KeyboardInterrupt):
            pull(folder)
    service.records["users"].pop(4)
    assert pull(folder) == ""
    assert "p4" not in {row["sourcedId"] for row in table(folder, "users")}


def test_a_disk_that_is_full_between_two_tables_changes_none(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = roster_module.write_beside

    def full(path: Path, pieces: Any) -> Path:
        if path.name == "roles.csv":
            raise OSError(28, "No space left on device")
        return real(path, pieces)

    with monkeypatch.context() as patch:
        patch.setattr(roster_module, "write_beside", full)
        assert "No space left" in pull(folder)
    assert not list((folder / "reference").glob("*.csv"))


@pytest.mark.parametrize("record", ["a text", {"status": "active"}, {"sourcedId": 7}, None])
def test_a_record_without_an_id_changes_nothing(folder: Path, service: Service, record: Any) -> None:
    service.records["users"][3] = record
    assert pull(folder) != ""
    assert not (folder / "reference" / "users.csv").exists()


def test_a_wrong_secret_is_said_and_not_repeated(folder: Path, service: Service) -> None:
    service.granting = lambda *_: Reply(401, b'{"error":"invalid_client"}')  # type: ignore[method-assign]
    said = pull(folder)
    assert "invalid_client" in said
    assert SECRET not in said


# When


def test_it_is_due_once_a_night_and_after_a_failure_again_in_a_quarter_of_an_hour(
    folder: Path, service: Service
) -> None:
    clock = Clock(NIGHT)
    service.next = [Reply(404, b"")]
    assert roster(folder, clock).due()
    pull(folder, clock)
    assert not roster(folder, clock).due()
    clock.at += timedelta(minutes=16)
    assert roster(folder, clock).due()
    pull(folder, clock)
    clock.at += timedelta(hours=23)
    assert not roster(folder, clock).due()
    clock.at += timedelta(hours=1)
    assert roster(folder, clock).due()


def test_a_night_begins_by_the_districts_wall_clock_also_when_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    for now, night in (
        ("2026-03-04T06:59:00+00:00", "2026-03-03T07:00:00+00:00"),
        ("2026-03-04T07:00:00+00:00", "2026-03-04T07:00:00+00:00"),
        ("2026-03-09T05:00:00+00:00", "2026-03-08T07:00:00+00:00"),
        ("2026-03-09T06:00:00+00:00", "2026-03-09T06:00:00+00:00"),
    ):
        at, then = (round(datetime.fromisoformat(text).timestamp() * 1000) for text in (now, night))
        assert night_of(at, "02:00", zone) == then, now


# district.yaml, sources test


def test_a_secret_that_is_not_there_is_a_mistake_with_its_key(folder: Path) -> None:
    (folder / "secret").unlink()
    assert [one.key for one in folder_mistakes(folder)[0]] == ["oneroster.secret_file"]


def test_sources_test_says_whether_the_service_works(folder: Path, service: Service) -> None:
    result = CliRunner().invoke(main, ["sources", "test", "oneroster", "--district", str(folder)])
    assert result.exit_code == 0, result.output
    assert "oneroster users: works; 6 records read" in result.stdout
    service.granting = lambda *_: Reply(403, b'{"error":"insufficient_scope"}')  # type: ignore[method-assign]
    result = CliRunner().invoke(main, ["sources", "test", "--district", str(folder)])
    assert result.exit_code == 1


@pytest.mark.parametrize("total", ["\u00b2", "9" * 5_000])
def test_a_count_that_is_no_number_stops_nothing(folder: Path, service: Service, total: str) -> None:
    service.total = total  # type: ignore[assignment]
    assert roster(folder, Clock(NIGHT)).pull(lambda _: True) == ""
