"""Productions: what must be released is released, nobody else is named in any file, and the rows add up."""

import json
import unicodedata
from itertools import product
from pathlib import Path

import pytest

from casework.exports.checked import Keys, check_folder
from casework.exports.folder import ExportRefused
from casework.production.asked import Code, Codes, Ruling
from casework.production.files import dat_cells
from casework.production.letter import small
from casework.production.people import People
from casework.production.pseudonyms import Pseudonyms
from casework.production.scan import Leak
from casework.production.treatments import FIELDS, SHOWS, redaction
from model.batch import Fact
from model.event import Event
from tests.support.production_cases import (
    CODES,
    KEY,
    OTHERS,
    SIGNER,
    TARA,
    asked,
    encodings,
    event,
    everything,
    facts,
    index,
    made,
    rows,
    second_look,
)

TEXTS = ("raw", "user_agent", "reason", "url", "domain", "app", "vendor_action", "vendor_code", "session_id",
         "url_category", "protocol", "method", "destination", "device", "device_id", "source_id", "site", "reporter",
         "account_domain", "target_domain", "received_from", "product", "action", "event_id", "mac", "address",
         "logon_type", "outcome")  # fmt: skip
NAMES = ("account", "target_account", "person")


def plain(text: str) -> str:
    """Letters and digits alone, small and without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text).casefold() if one.isalnum())


def identifiers() -> list[str]:
    """Everything that names one of the bystanders."""
    found: list[str] = []
    for one in OTHERS:
        found += [one.person, one.account, one.email, f"{one.given} {one.family}", f"{one.family}, {one.given}",
                  f"{one.given[0]}{one.family}", one.family]  # fmt: skip
        if one.device:
            card = one.mac.replace(":", "")
            found += [one.device, f"{one.device}.maple.example", one.mac, one.mac.replace(":", "-").upper(), card,
                      ".".join((card[:4], card[4:8], card[8:]))]  # fmt: skip
    return found


def planted(texts: list[str], fields: tuple[str, ...] = TEXTS) -> tuple[list[Event], list[tuple[str, str]]]:
    """An event for each text in each field, and what was planted where."""
    places = list(product(fields, texts))
    return [event(n, **{field: _in_its_place(field, text)}) for n, (field, text) in enumerate(places)], places


def _in_its_place(field: str, text: str) -> str:
    return f"https://site.example/{text}?q={text}" if field == "url" else text


def leaks(out: Path, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Which planted texts stand in the row they were planted in."""
    found = rows(out)
    assert len(found) == len(places)
    told = ["\0".join(value for key, value in row.items() if key not in ("number", "event_id")) for row in found]
    cells = list(zip(places, told, found, strict=True))
    return [place for place, row, cell in cells if place[1] in row or plain(place[1]) in plain(row)
            or place[1] in cell["event_id"]]  # fmt: skip


# Nobody else


def test_no_bystander_is_seen_in_any_encoding(tmp_path: Path) -> None:
    few = ["mhillary", "s-90417", "02:00:5e:10:00:ff", "Núñez"]
    events, places = planted([way for name in few for way in encodings(name)], ("raw", "domain"))
    made(tmp_path / "p", events)
    assert leaks(tmp_path / "p", places) == []


def test_no_bystander_is_seen_in_any_field(tmp_path: Path) -> None:
    events, places = planted(["mhillary", "Maria Hillary", "s-90417", "maria-lap", "02-00-5E-10-00-FF"])
    made(tmp_path / "p", events)
    assert leaks(tmp_path / "p", places) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", range(len(encodings("x"))))
def test_no_bystander_is_seen_in_any_field_in_any_encoding(tmp_path: Path, way: int) -> None:
    events, places = planted([encodings(name)[way] for name in identifiers()])
    made(tmp_path / "p", events)
    assert leaks(tmp_path / "p", places) == []


def test_a_bystander_in_a_field_of_names_stands_under_a_pseudonym(tmp_path: Path) -> None:
    events = [event(n, **{field: one.account if field != "person" else one.person})
              for n, (field, one) in enumerate(product(NAMES, OTHERS))]  # fmt: skip
    made(tmp_path / "p", events)
    said = everything(tmp_path / "p")
    assert [name for name in identifiers() if name in said] == []
    words = {
        (one.person, row[field]) for (field, one), row in zip(product(NAMES, OTHERS), rows(tmp_path / "p"), strict=True)
    }
    assert len(words) == len(OTHERS)
    assert {word.split()[0] for _, word in words} == {"Student", "Staff"}


UNLISTED = ["zqkrowe", "jane.unlisted@other.example", "Kwame Osei", "10.44.7.9", "fe80::1ff:fe23:4567:890a", "8841923"]


def test_somebody_whom_no_table_lists_is_not_seen_in_free_text_either(tmp_path: Path) -> None:
    texts = [way for name in UNLISTED for way in encodings(name)]
    events, places = planted(texts, ("raw", "url"))
    made(tmp_path / "p", events)
    assert leaks(tmp_path / "p", places) == []


def test_what_somebody_elses_event_says_of_their_machine_is_not_seen_in_the_subjects_rows(tmp_path: Path) -> None:
    theirs = event(0, account="mhillary", device="marias-ipad", mac="02:aa:bb:cc:dd:01", address="2001:db8::7:9")
    own = event(1, raw="Mar 4 2001:0db8:0:0:0:0:0007:0009 marias-ipad 02-AA-BB-CC-DD-01 for tbell", address=None)
    made(tmp_path / "p", [theirs, own])
    said = (tmp_path / "p" / "production.csv").read_text().lower()
    assert all(name not in said for name in ("ipad", "dd-01", "dd:01", "db8"))
    assert "for tbell" in said


def test_an_account_of_the_same_name_elsewhere_is_somebody_else(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0), event(1, account_domain="gmail.com", raw="x")])
    first, second = rows(tmp_path / "p")
    assert first["account"] == "tbell"
    assert second["account"].startswith("Account ")
    assert "gmail" not in second["account_domain"]


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::44"])
def test_the_public_address_of_a_tunnels_client_is_a_home(tmp_path: Path, address: str) -> None:
    told = {"category": "vpn", "product": "openvpn", "address": address}
    made(tmp_path / "p", [event(0, **told, raw=f"tbell/{address}:1194 SENT CONTROL")])
    assert rows(tmp_path / "p")[0]["address"] == "[CA-PRA-HOME]"
    assert address not in everything(tmp_path / "p")


def test_inside_systems_are_left_out_as_security_information(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0, reporter="dc1.maple.example", destination="sis.maple.example", address="10.1.1.1",
                                raw="dc1.maple.example 10.1.1.1")])  # fmt: skip
    (row,) = rows(tmp_path / "p")
    assert [row[name] for name in ("reporter", "destination", "address", "raw")] == ["[CA-PRA-SECURITY]"] * 4


def test_a_number_in_pieces_is_no_small_number(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0, raw="id 90 417 closed"), event(1, raw="at 12 34 56 78")])
    assert [row["raw"] for row in rows(tmp_path / "p")] == ["id [CA-PRA-STUDENT] closed", "at [CA-PRA-STUDENT]"]


# What must be released


def test_the_subjects_own_events_are_released(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0), event(1, domain="docs.google.com", url="https://docs.google.com/d/1?q=x")])
    first, second = rows(tmp_path / "p")
    kept = {"number": "HM-000001", "occurred_at": "2026-03-04T14:00:00.000Z", "action": "web.requested",
            "account": "tbell", "domain": "games.example", "verdict": "allowed", "bytes_in": "5120", "method": "GET",
            "product": "squid", "source_id": "proxy"}  # fmt: skip
    assert {name: first[name] for name in kept} == kept
    assert first["url"] == "http://games.example/[CA-PRA-STUDENT]"
    assert "GET http://games.example/play tbell DIRECT" in first["raw"]
    assert (second["number"], second["domain"]) == ("HM-000002", "docs.google.com")


def test_hosts_of_the_subject_and_of_nobody_are_released(tmp_path: Path) -> None:
    hosts = ["chr-0001", "lab-7.maple.example", "chr-0417", "somebodys-phone"]
    made(tmp_path / "p", [event(n, device=host) for n, host in enumerate(hosts)])
    left = "[CA-PRA-STUDENT]"
    assert [row["device"] for row in rows(tmp_path / "p")] == [*hosts[:2], left, left]


def test_a_row_in_which_nothing_is_exempt_is_released_whole(tmp_path: Path) -> None:
    done = made(tmp_path / "p", [event(0, address=None, url="http://games.example/", raw="GET for tbell")])
    assert (done.counts.released, done.counts.redacted) == (1, 0)
    assert index(tmp_path / "p") == []


RAW = [
    "Mar  4 09:00:00 sshd[99]: Accepted password for tbell from port 22 ssh2",
    '{"outcome": "SUCCESS", "actor": "Tara Bell", "published": "2026-03-04T14:00:00.000Z"}',
    "<Data Name='TargetUserName'>tbell</Data>",
    'tbell [04/Mar/2026:09:00:00 -0500] "GET http://games.example/ HTTP/1.1" 200 5120',
]


@pytest.mark.parametrize("raw", RAW)
def test_a_line_that_is_accounted_for_word_by_word_is_released(tmp_path: Path, raw: str) -> None:
    made(tmp_path / "p", [event(0, raw=raw)])
    assert rows(tmp_path / "p")[0]["raw"].replace(" [CA-PRA-STUDENT]", "") in (raw, raw.replace(" ssh2", ""))


def test_query_strings_are_dropped_in_raw_lines_too(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0, raw="GET http://games.example/search?q=login+help&user=tbell DIRECT")])
    assert rows(tmp_path / "p")[0]["raw"] == "GET [CA-PRA-STUDENT] DIRECT"


# Rows


def test_the_rows_add_up_and_each_is_counted_once(tmp_path: Path) -> None:
    twice = event(2)
    again = event(3, source_id="proxy-2", occurred_at=twice.occurred_at, raw=twice.raw)
    part = event(4, part=1, occurred_at=twice.occurred_at, raw=twice.raw)
    events = [event(0), event(1, category="vpn"), twice, again, part]
    done = made(tmp_path / "p", events, Ruling(about="category", value="vpn_events", action="withhold", code="CA-X"))
    told = json.loads((tmp_path / "p" / "reconciliation.json").read_text())
    assert told == {"responsive": 5, "released": 0, "redacted": 3, "withheld": 1, "duplicate": 1}
    assert done.counts.responsive == 5
    assert [row["number"] for row in rows(tmp_path / "p")] == ["HM-000001", "HM-000002", "HM-000003"]
    assert [line["number"] for line in index(tmp_path / "p") if line["code"] == "CA-X"] == [""]


def test_the_load_file_holds_the_same_cells(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0, raw="GET\nhttp 200"), event(1, account="mhillary")])
    content = (tmp_path / "p" / "production.dat").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf\xc3\xbenumber\xc3\xbe\x14")
    lines = content.decode("utf-8-sig").split("\r\n")
    table = [["number", *FIELDS], *(list(row.values()) for row in rows(tmp_path / "p"))]
    assert [dat_cells(line) for line in lines[:-1]] == [[c.replace("\n", "®") for c in line] for line in table]


def test_a_cell_is_no_formula(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0, raw="=1+1", user_agent="-2")])
    assert rows(tmp_path / "p")[0]["user_agent"].startswith("'")


# Decisions


def test_the_narrower_decision_counts(tmp_path: Path) -> None:
    rulings = [
        Ruling(about="category", value="proxy", action="withhold", code="CA-ALL"),
        Ruling(about="row", value=event(0).event_id, action="release"),
        Ruling(about="row", value=event(1).event_id, action="redact", code="CA-ROW"),
        Ruling(about="column", value="domain", action="redact", code="CA-COLUMN"),
    ]
    made(tmp_path / "p", [event(0), event(1), event(2)], *rulings)
    first, second = rows(tmp_path / "p")
    assert (first["account"], first["domain"]) == ("tbell", "[CA-COLUMN]")
    assert (second["account"], second["domain"], second["action"]) == ("[CA-ROW]", "[CA-ROW]", "web.requested")


def test_a_decision_renumbers_no_pseudonym(tmp_path: Path) -> None:
    events = [event(n, target_account=one.account) for n, one in enumerate(OTHERS)]
    made(tmp_path / "p", events)
    made(tmp_path / "q", events, Ruling(about="person", value=OTHERS[0].person, action="withhold", code="CA-X"),
         Ruling(about="row", value=events[1].event_id, action="withhold", code="CA-X"))  # fmt: skip
    before, after = ([row["target_account"] for row in rows(tmp_path / name)] for name in "pq")
    assert after == before[2:]


def test_a_person_who_is_released_stands_under_their_name_and_nobody_else_does(tmp_path: Path) -> None:
    events = [event(n, target_account=one.account) for n, one in enumerate(OTHERS)]
    made(tmp_path / "p", events, Ruling(about="person", value="t-5512", action="release"))
    assert [row["target_account"] == "oreyes" for row in rows(tmp_path / "p")] == [False, False, True, False]


def test_a_released_column_is_shown_as_far_as_it_names_nobody(tmp_path: Path) -> None:
    events = [event(0, reporter="edge-fw-2"), event(1, reporter="chr-0417")]
    made(tmp_path / "p", events, Ruling(about="column", value="reporter", action="release"))
    assert [row["reporter"] for row in rows(tmp_path / "p")] == ["edge-fw-2", "[CA-PRA-SECURITY]"]


def test_no_two_requests_share_a_persons_pseudonym_and_no_two_people_one() -> None:
    seen = set()
    for turn in range(200):
        people = People(asked(request_id=f"2026-{turn:04d}", ordinal=turn), facts())
        words = Pseudonyms(KEY, people)
        given = {(one.person, words.word(one.account)) for one in OTHERS}
        assert len({word for _, word in given}) == len(OTHERS)
        seen |= given
    assert len(seen) == 200 * len(OTHERS)


def test_the_same_decisions_and_data_give_the_same_bytes(tmp_path: Path) -> None:
    events = [event(n, target_account=one.account) for n, one in enumerate(OTHERS)]
    for name in "pq":
        made(tmp_path / name, events)
    names = sorted(path.name for path in (tmp_path / "p").iterdir())
    assert {"letter.pdf", "manifest.json", "production.csv", "production.dat", "reconciliation.json"} < set(names)
    assert [
        name for name in names if (tmp_path / "p" / name).read_bytes() != (tmp_path / "q" / name).read_bytes()
    ] == []


def test_the_folder_verifies_offline_and_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0)])
    assert check_folder(tmp_path / "p", Keys(SIGNER.public)).intact
    with pytest.raises(ExportRefused, match="not empty"):
        made(tmp_path / "p", [event(0)])


def test_a_person_in_a_decision_is_no_name_in_the_manifest(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(0)], Ruling(about="person", value="s-90417", action="withhold", code="CA-X"))
    manifest = json.loads((tmp_path / "p" / "manifest.json").read_text())
    assert manifest["decisions"][0]["value"].startswith("Student ")
    assert "90417" not in everything(tmp_path / "p")


# The second look


def test_a_note_that_names_somebody_stops_the_production_and_leaves_nothing(tmp_path: Path) -> None:
    note = Ruling(about="row", value=event(1).event_id, action="withhold", code="CA-X", note="It shows Maria Hillary.")
    with pytest.raises(Leak) as refused:
        made(tmp_path / "p", [event(0), event(1)], note)
    assert refused.value.found[:3] == ("withholding_index.csv", 3, "explanation")
    assert "illary" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_what_the_redaction_would_let_through_stops_the_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.production.cells.Cells._text", lambda self, value, row: "GET mhillary DIRECT")
    with pytest.raises(Leak, match=r"production.csv, row 1, column method"):
        made(tmp_path / "p", [event(0)])
    assert list(tmp_path.iterdir()) == []


NAMED = ["mhillary", "mhillary@maple.example", "chr-0417", "02:00:5e:10:00:ff", "s-90417"]


@pytest.mark.parametrize("name", NAMED)
def test_the_second_look_reads_every_encoding(name: str) -> None:
    look = second_look()
    ways = [way for n, way in enumerate(encodings(name)) if n not in (4, 25)]  # not backwards, nor over a line's end
    assert [way for way in ways if not look.named(f"GET {way} DIRECT")] == []


@pytest.mark.parametrize("text", ["Hillary", "Dahlquist, Jonas", "jonas dahlquist", "Nunez", "NÚÑEZ", "10.9.8.7",
                                  "2001:DB8:0::0007:9", "::ffff:10.9.8.7", "laptop-mhillary-2"])  # fmt: skip
def test_it_finds_names_and_addresses_in_other_spellings(text: str) -> None:
    theirs = [event(1, account="mhillary", address="10.9.8.7"), event(2, account="mhillary", address="2001:db8::7:9")]
    assert second_look(theirs).named(f"GET {text} DIRECT")


@pytest.mark.parametrize("text", ["GET 200 for tbell", "transmit hillside", "Tara Bell", "chr-0001.maple.example",
                                  "at 09:04:17", "[04/Mar/2026:09:04:17 -0600]", "administrator",
                                  "2026-03-04T14:00:00.000Z"])  # fmt: skip
def test_it_lets_through_what_names_nobody_else(text: str) -> None:
    assert (
        second_look([event(0, account="admin"), event(1, account="90417"), event(2, account="090417")]).named(text)
        == ""
    )


def test_people_who_are_called_like_words_of_ours_stop_no_production(tmp_path: Path) -> None:
    names = ["Student", "Page", "Number", "Request", "Records", "Login", "Will", "Date", "Law", "April"]
    extra = [
        Fact(table="users", key=f"u{n}", row={"sourcedId": f"9{n:03d}", "username": name.lower(), "givenName": name,
                                             "familyName": names[n - 1]})
        for n, name in enumerate(names)
    ]  # fmt: skip
    events = [event(0, raw="GET login page 200"), event(1, account="admin"), event(2, account="student")]
    made(tmp_path / "p", events, extra=extra)
    assert rows(tmp_path / "p")[0]["raw"].startswith("GET [CA-PRA-STUDENT]")


# The parent's view, the tables of treatments


def test_a_parent_sees_the_childs_own_values_and_nobody_elses(tmp_path: Path) -> None:
    told = {"category": "vpn", "address": "203.0.113.9", "session_id": "a1b2c3", "mac": TARA.mac, "device": TARA.device}
    parent = asked(law="us.ferpa", accounts=(), persons=(TARA.person,))
    made(tmp_path / "p", [event(0, **told), event(1, **told, account="mhillary")], of=parent)
    own, other = rows(tmp_path / "p")
    assert [own[name] for name in ("address", "session_id", "mac")] == ["[CA-PRA-HOME]", "[CA-PRA-STUDENT]", TARA.mac]
    made(tmp_path / "q", [event(0, **told)], of=parent)
    (own,) = rows(tmp_path / "q")
    assert [own[name] for name in ("address", "session_id", "mac")] == ["203.0.113.9", "a1b2c3", TARA.mac]
    assert other["account"].startswith("Student ")


def test_every_field_of_an_event_has_a_treatment_that_exists() -> None:
    assert set(redaction().fields) == set(FIELDS)
    assert {one.show for one in redaction().fields.values()} == set(SHOWS)


def test_a_field_that_the_table_does_not_name_is_not_shown() -> None:
    assert redaction().of("something_new").show == "never"


def test_a_small_number_of_people_is_not_told() -> None:
    assert (small(4), small(5)) == ("fewer than 5", "5")


def test_an_exemption_that_a_law_lacks_is_stood_in_for_by_the_nearest() -> None:
    assert Codes({"student": Code("OK-A", "x")}).of("security").code == "OK-A"
    assert CODES.of("home_address").code == "CA-PRA-HOME"
    assert facts()


def test_a_row_of_the_tables_without_its_key_stops_no_production_and_its_names_are_watched(tmp_path: Path) -> None:
    row = {"givenName": "Quendolin", "familyName": "Abernathyx", "mac": ""}
    broken = [Fact(table=table, key="x", row=row)
              for table in ("users", "accounts", "devices", "roles", "orgs", "domains", "assignments")]  # fmt: skip
    done = made(tmp_path / "p", [event(1, raw="GET quendolinabernathyx tbell")], extra=broken)
    assert done.counts.responsive == 1
    assert "abernathyx" not in everything(tmp_path / "p").lower()


@pytest.mark.parametrize("listed", ["chr-0001", "chr-0001;", " ; chr-0001"])
def test_a_device_that_no_table_has_is_not_the_subjects_for_an_empty_id_in_a_list(tmp_path: Path, listed: str) -> None:
    other = {"account": None, "account_domain": None, "device": "bobs-ipad", "raw": "bobs-ipad GET unblock-it.example"}
    row = Fact(table="checkouts", key="c1", row={"checkout_id": "c1", "device_id": listed, "person": TARA.person})
    made(tmp_path / "p", [event(1), event(2, **other)], of=asked(domains=("unblock-it.example",)), extra=[row])
    assert "bobs-ipad" not in str(rows(tmp_path / "p"))


def test_a_number_in_pieces_over_a_lines_end_is_left_out_and_a_long_one_holds_nothing_up(tmp_path: Path) -> None:
    made(tmp_path / "p", [event(1, raw="10.4\n4.7.9 " + "7" * 60_000)])  # quadratic once: minutes
    assert "4.7.9" not in str(rows(tmp_path / "p"))
