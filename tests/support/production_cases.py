"""What the tests of productions share: an invented school, a subject and bystanders, events, and a production."""

import base64
import csv
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.production.asked import Asked, Code, Codes, Ruling
from casework.production.produce import Answer, Data, Made, produce
from casework.production.rulings import Rulings
from casework.production.scan import Scan
from casework.production.treatments import log_words
from casework.production.watched import Allowed, Watched
from documents.reading import pdf_text
from model.batch import Fact
from model.event import Event
from storage.ledger.keys import Signer

KEY = b"k" * 32
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(b"s" * 32))
CODES = Codes(
    {
        "student": Code("CA-PRA-STUDENT", "It identifies a student."),
        "home_address": Code("CA-PRA-HOME", "It is a home address."),
        "security": Code("CA-PRA-SECURITY", "It tells of inside systems."),
        "other_person": Code("CA-PRA-PERSON", "It names a person of whom the request does not speak."),
    }
)
SUBJECT = "s-tara"
PRODUCTS = frozenset({"squid", "openvpn", "windows_security", "freeradius", "isc_dhcp"})


@dataclass(frozen=True)
class Pupil:
    """Somebody of the school, with a device."""

    person: str
    account: str
    given: str
    family: str
    device: str = ""
    mac: str = ""
    role: str = "student"

    @property
    def email(self) -> str:
        return f"{self.account}@maple.example"


TARA = Pupil(SUBJECT, "tbell", "Tara", "Bell", "chr-0001", "02:00:00:00:01:01")
OTHERS = (
    Pupil("s-90417", "mhillary", "Maria", "Hillary", "chr-0417", "02:00:00:00:09:17"),
    Pupil("s-77310", "jdquist", "Jonas", "Dahlquist", "maria-lap", "02:00:5e:10:00:ff"),
    Pupil("t-5512", "oreyes", "Olga", "Reyes", "stf-0012", "02:00:00:00:55:12", role="teacher"),
    Pupil("s-60001", "znúñez", "Zoë", "Núñez"),
)


def facts(extra: Iterable[Fact] = ()) -> list[Fact]:
    """The tables of the school."""
    rows: list[tuple[str, str, dict[str, str]]] = [
        ("district", "maple", {"realms": "maple.example;maple"}),
        ("source", "proxy", {"id": "proxy", "product": "squid"}),
        ("source", "vpn", {"id": "vpn", "product": "openvpn"}),
        ("orgs", "north", {"sourcedId": "north", "name": "North"}),
        ("devices", "lab-7", {"device_id": "lab-7", "hostname": "lab-7.maple.example", "class": "lab"}),
        ("devices", "dc1", {"device_id": "dc1", "hostname": "dc1.maple.example", "class": "server"}),
        ("accounts", "svc-roster", {"account": "svc-roster", "kind": "service"}),
    ]
    for one in (TARA, *OTHERS):
        rows += [
            ("users", one.person, {"sourcedId": one.person, "username": one.account, "givenName": one.given,
                                   "familyName": one.family, "email": one.email}),
            ("roles", f"r-{one.person}", {"userSourcedId": one.person, "role": one.role, "orgSourcedId": "north"}),
            ("accounts", one.account, {"account": one.account, "person": one.person, "kind": "personal"}),
        ]  # fmt: skip
        if one.device:
            rows += [
                ("devices", one.device, {"device_id": one.device, "hostname": f"{one.device}.maple.example",
                                         "mac": one.mac, "class": "assigned"}),
                ("assignments", f"{one.device} {one.person}", {"device_id": one.device, "person": one.person}),
            ]  # fmt: skip
    return [*(Fact(table=table, key=key, row=row) for table, key, row in rows), *extra]


def event(number: int = 0, **told: Any) -> Event:
    """A web request of the subject at 9:00, unless it is told otherwise."""
    start: dict[str, Any] = {
        "event_id": f"{number:032x}",
        "source_id": "proxy",
        "product": "squid",
        "category": "proxy",
        "action": "web.requested",
        "occurred_at": f"2026-03-04T14:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
        "outcome": "success",
        "verdict": "allowed",
        "account": "tbell",
        "account_domain": "maple.example",
        "account_basis": "observed",
        "address": "10.20.1.5",
        "url": "http://games.example/play?user=tbell",
        "domain": "games.example",
        "method": "GET",
        "bytes_in": 5120,
        "raw": f"1772632800.{number:03d} 88 10.20.1.5 TCP_MISS/200 5120 GET http://games.example/play tbell DIRECT",
    }
    return Event(**{**start, **told})


def asked(**told: Any) -> Asked:
    """A request about the subject's account."""
    start: dict[str, Any] = {"request_id": "2026-0001", "district": "maple", "law": "ca.pra", "accounts": ("tbell",)}
    return Asked(**{"as_of": "2026-03-10T15:00:00.000Z", **start, **told})


def made(
    out: Path,
    events: Iterable[Event],
    *rulings: Ruling,
    of: Asked | None = None,
    extra: Iterable[Fact] = (),
    codes: Codes = CODES,
    hands: int = 1,
) -> Made:
    """A production of these events into `out`."""
    held, tables = list(events), facts(extra)
    answer = Answer(
        district_name="Maple Falls",
        date="March 10, 2026",
        law_title="California Public Records Act",
        law_source="Gov. Code 7922.535",
        requester="Pat Doe",
        made_by="ruth",
        query={"accounts": ["tbell"]},
        products=PRODUCTS,
    )
    data = Data(lambda: held, lambda: tables)
    return produce(
        out, of or asked(), Rulings(rulings), codes, data, answer, (KEY, SIGNER), lambda said: None, hands=hands
    )


def second_look(events: Iterable[Event] = ()) -> Scan:
    """The second look of a request about the subject, where these events are of others."""
    watched = Watched(Allowed({SUBJECT}, {"tbell"}, {"chr-0001"}), facts())
    for one in events:
        watched.meet(one, own=False)
    return Scan(watched, frozenset(), log_words())


def rows(out: Path) -> list[dict[str, str]]:
    """The rows of production.csv."""
    with (out / "production.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def index(out: Path) -> list[dict[str, str]]:
    """The lines of the withholding index."""
    with (out / "withholding_index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(out: Path) -> str:
    """All that can be read in a folder, the PDF's pages as text."""
    parts = []
    for path in sorted(out.iterdir()):
        content = path.read_bytes()
        parts.append("\n".join(pdf_text(content)) if path.suffix == ".pdf" else content.decode("utf-8-sig"))
    return "\n".join(parts)


def quopri(content: bytes) -> str:
    """As mail writes bytes."""
    return "".join(f"={byte:02X}" for byte in content)


def encodings(text: str) -> list[str]:
    """A text in the ways in which logs and attackers write it."""
    content = text.encode()
    once = "".join(f"%{byte:02x}" for byte in content)
    return [
        text, text.upper(), text.lower(), text.title(), text[::-1],
        "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
        once, once.upper(), urllib.parse.quote(once), urllib.parse.quote(text),
        base64.b64encode(content).decode(), base64.b64encode(b"x" + content).decode().rstrip("="),
        base64.urlsafe_b64encode(content).decode(), base64.b32encode(content).decode(), content.hex(),
        "".join(f"\\u{ord(one):04x}" for one in text), "".join(f"&#{ord(one)};" for one in text),
        ".".join(text), " ".join(text), "-".join(text), f"x{text}x", f"{text}99", f"PC-{text}", f"{text}.docx",
        "xn--" + text.encode("punycode").decode(),
        "\n".join((text[: len(text) // 2], text[len(text) // 2 :])), "\r\n".join(text), "\u200b".join(text),
        "\u00ad".join(text), "\u2060".join(text), "\u0301".join(text), quopri(content),
    ]  # fmt: skip
