"""Somebody plants identifiers of bystanders, in any field and writing; and what is harmless must not be lost."""

import csv
import io
import os
import re
import string
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.production.asked import Asked
from casework.production.cells import WORDS, Cells
from casework.production.produce import Data, Workshop
from casework.production.production import Production, Rows
from casework.production.rulings import Rulings
from casework.production.scan import Scan
from casework.production.treatments import FIELDS, log_words
from model.batch import Fact
from model.event import Event
from tests.casework.test_productions import identifiers, plain
from tests.support.production_cases import CODES, KEY, PRODUCTS, asked, encodings, event, facts, made, rows, second_look

TEXTS = tuple(
    field for field in FIELDS if field not in ("bytes_in", "bytes_out", "part", "offset", "destination_port",
                                               "duration_s", "attribution")
)  # fmt: skip
SOME = settings(max_examples=int(os.environ.get("ATTACKS", "25")), deadline=None)


def redacted(
    events: list[Event], extra: Iterable[Fact] = (), of: Asked | None = None
) -> tuple[list[dict[str, str]], Scan, Cells]:
    """The rows of a production without its files, and the second look that it would have."""
    tables = facts(extra)
    rulings = Rulings([])
    shop = Workshop(of or asked(), rulings, CODES, Data(lambda: events, lambda: tables), KEY)
    cells = Cells(shop.people, shop.pseudonyms, CODES, PRODUCTS)
    making = Rows(shop.people, cells, CODES, rulings)
    production = Production()
    found = [one.cells for one in production.numbered(map(making.of, events)) if one.cells is not None]
    cells.shown |= production.words
    scan = Scan(shop.watched, frozenset(), log_words())
    return [dict(zip(("number", *FIELDS), one, strict=True)) for one in found], scan, cells


def refused(found: list[dict[str, str]], scan: Scan, cells: Cells) -> list[tuple[str, str]]:
    """Cells for which the second look would stop the production."""
    harmless = {*WORDS, *PRODUCTS, *cells.shown, *(f"[{code}]" for code in CODES.every)}
    return [(field, cell) for row in found for field, cell in row.items()
            if cell and cell not in harmless and scan._cell(field, cell)]  # fmt: skip


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str]:
    """A field, somebody's identifier, and that identifier encoded once or twice, between other text."""
    name = draw(st.sampled_from(identifiers()))
    ways = encodings(name)
    text = ways[draw(st.integers(0, len(ways) - 1))]
    if draw(st.booleans()):
        again = encodings(text)
        text = again[draw(st.integers(0, len(again) - 1))]
    around = st.sampled_from(
        ["", " ", "user=", "http://site.example/", "GET ", "/", "x", "-", "@", "\\", "%20", "\t", "0"]
    )
    return draw(st.sampled_from(TEXTS)), name, draw(around) + text + draw(around)


@SOME
@given(planted())
def test_no_identifier_is_seen_and_no_production_is_stopped_for_it(plant: tuple[str, str, str]) -> None:
    field, name, text = plant
    found, scan, cells = redacted([event(1, **{field: text})])
    (row,) = found
    said = "\0".join(cell for column, cell in row.items() if column != "number")
    assert text.strip() == "" or text not in said
    assert plain(name) not in plain(re.sub(r"\[[A-Z-]+\]|\d{4}-\d\d-\d\dT[\d:.]+Z", "\0", said))
    assert refused(found, scan, cells) == []


NAME = st.text(string.ascii_letters + "éñüßø '-", min_size=2, max_size=12).filter(lambda one: one.strip(" '-"))
WORD = st.sampled_from(sorted(log_words()))


ACCOUNT = st.text(string.ascii_lowercase + string.digits, min_size=3, max_size=8)
PEOPLE = st.lists(st.tuples(NAME | WORD, NAME | WORD, ACCOUNT | WORD), min_size=1, max_size=6)


@pytest.mark.parametrize("between", ["\\u{%s}", "%s ", "%s:", "0x%s,", "{%s}", "\\x{%s}"])
@pytest.mark.parametrize("name", ["02:00:00:00:09:17", "s-90417", "chr-0417"])
def test_no_name_is_left_over_as_the_numbers_of_its_letters(name: str, between: str) -> None:
    text = "".join(between % f"{ord(letter):x}" for letter in name)
    (row,), _, _ = redacted([event(1, user_agent=f"Mozilla/5.0 ({text})", raw=f"GET {text} tbell")])
    for cell in (row["user_agent"], row["raw"]):
        numbers = re.findall(r"(?<![\w.])[0-9a-f]{2}(?![\w.])", re.sub(r"\[[A-Z-]+\]", " ", cell))
        assert len(numbers) < 3, cell


@SOME
@example([("AA", "AA", "example")], ["aapp"])
@example([("Org", "Net", "org")], ["app"])
@given(PEOPLE, st.lists(WORD | st.integers(0, 99_999).map(str), min_size=1, max_size=12))
def test_whatever_people_are_called_the_redaction_satisfies_the_second_look(
    people: list[tuple[str, str, str]], words: list[str]
) -> None:
    extra = [Fact(table="users", key=f"x{n}", row={"sourcedId": f"x{n}", "username": account, "givenName": first,
                                                   "familyName": last, "email": f"{account}@maple.example"})
             for n, (first, last, account) in enumerate(people)]  # fmt: skip
    accounts = [account for _, _, account in people]
    events = [event(n, account=account) for n, account in enumerate(accounts)]
    events.append(event(50, raw=" ".join(words), reason="-".join(words[:3]), user_agent="/".join(words[:4]),
                        domain=".".join([*words[:2], "example"])))  # fmt: skip
    assert refused(*redacted(events, extra)) == []


ENDS = ["example", "maple", "org", "app", "com", "http", "google", "k12", "net", "edu", "io"]


@pytest.mark.parametrize("account", ENDS)
def test_nobody_called_like_a_public_suffix_or_the_district_stops_a_production(account: str) -> None:
    extra = [Fact(table="users", key="x", row={"sourcedId": "x", "username": account, "givenName": account.title(),
                                               "familyName": "Quist", "email": f"{account}@maple.example"}),
             Fact(table="domains", key="clever.example", row={"domain": "clever.example"})]  # fmt: skip
    hosts = ["www.maple.example", "docs.google.com", "games.example", "games.app", "library.org", "news.com.au",
             "north.k12.ok.us", "clever.example", f"{account}.example", f"{account}.games.app"]  # fmt: skip
    events = [event(n, domain=host, url=f"http://{host}/", raw=f"GET {host} tbell@maple.example")
              for n, host in enumerate(hosts)]  # fmt: skip
    found, scan, cells = redacted([*events, event(90, account=account)], extra)
    assert refused(found, scan, cells) == []
    assert [row["domain"] for row in found][2] == "games.example"
    assert [row["account_domain"] for row in found] == ["maple.example"] * 11


def test_the_requested_persons_own_address_is_nobody_elses_name() -> None:
    extra = [Fact(table="users", key="x", row={"sourcedId": "x", "username": "bellma", "givenName": "Mabel",
                                               "familyName": "Bell", "email": "bellma@maple.example"})]  # fmt: skip
    found, scan, cells = redacted([event(0, raw="accepted tbell@MAPLE.EXAMPLE")], extra)
    assert found[0]["raw"] == "accepted tbell@MAPLE.EXAMPLE"
    assert refused(found, scan, cells) == []
    assert scan.named("accepted bell.ma")


def test_the_requested_persons_own_device_is_theirs_where_somebody_else_acts_on_it() -> None:
    name = "chr-0001.maple.example"
    theirs = event(0, device=name, device_id="chr-0001")
    others = event(1, device=name, device_id="chr-0001", account="oreyes", target_account="tbell", raw="")
    found, scan, cells = redacted([theirs, others])
    assert found[0]["device"] == name
    assert refused(found, scan, cells) == []


TAKEN = ["mhillary.app", "hillary.example", "mhillary.maple.example", "m.hillary.example", "games.hillary",
         "www.mhillary.org", "jdqu.ist.example", "mhill.ary", "oreyes.co.uk"]  # fmt: skip


@pytest.mark.parametrize("host", TAKEN)
def test_a_name_before_a_public_suffix_or_over_its_dot_is_found_by_the_second_look(host: str) -> None:
    seen = second_look()._cell("domain", host)
    (row,), _, _ = redacted([event(0, domain=host, url=f"https://{host}/")])
    assert plain(host) not in plain(row["domain"])
    assert seen


@SOME
@given(st.lists(WORD, min_size=1, max_size=20))
def test_known_words_that_are_nobodys_are_all_released(words: list[str]) -> None:
    (row,), _, _ = redacted([event(0, raw=" ".join(words))])
    assert row["raw"] == " ".join(words)


@SOME
@given(st.text(max_size=60), st.sampled_from(TEXTS))
def test_hostile_text_in_any_field_gives_a_row(text: str, field: str) -> None:
    found, scan, cells = redacted([event(0, **{field: text})])
    assert len(found) == 1
    assert refused(found, scan, cells) == []


@given(st.text(max_size=40))
def test_what_a_cell_holds_comes_back_from_the_csv(text: str) -> None:
    (row,), _, _ = redacted([event(0, raw=text)])
    made_of = io.StringIO()
    csv.writer(made_of).writerow(row.values())
    assert next(csv.reader(io.StringIO(made_of.getvalue(), newline=""))) == list(row.values())


HOSTS = [
    *("www.youtube.com", "docs.google.com", "games.example", "cdn2.games.example", "unblocked.games.example"),
    *("login.microsoftonline.com", "news.bbc.co.uk", "en.wikipedia.org", "croxyproxy.com", "www.maple.example"),
]


@pytest.mark.parametrize("host", HOSTS)
def test_the_host_of_a_public_site_is_released(host: str) -> None:
    (row,), _, _ = redacted([event(0, domain=host, url=f"https://{host}/")])
    assert (row["domain"], row["url"]) == (host, f"https://{host}/")


PRIVATE = ["maria-hillary.blogspot.com", "mhillary.example", "xn--mhillary-.example", "6d68696c6c617279.example",
           "chr-0417.local.example", "sis.maple.example", "dc1", "10.1.2.3", "mhillary-chr.games.example"]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_host_that_names_somebody_or_an_inside_system_is_not(host: str) -> None:
    (row,), _, _ = redacted([event(0, domain=host, url=f"https://{host}/")])
    assert "[CA-PRA-" in row["domain"]
    assert plain(host) not in plain(row["domain"])


@pytest.mark.slow
def test_a_long_production_is_made_in_bounded_memory(tmp_path: Path) -> None:
    done = made(tmp_path / "p", (event(n) for n in range(5_000)))
    assert done.counts.responsive == len(rows(tmp_path / "p")) == 5_000


def test_a_tunnel_shows_its_host_and_a_servers_address_is_no_home() -> None:
    (row,), _, _ = redacted([event(0, url="docs.google.com:443", destination="203.0.113.80", raw="to 203.0.113.80")])
    assert row["url"] == "docs.google.com/"
    assert (row["destination"], row["raw"]) == ("[CA-PRA-STUDENT]", "to [CA-PRA-STUDENT]")
