"""What the tests of people and their rights share: a store of two districts in which every text says whose it is."""

from collections.abc import Callable
from typing import Any

import msgspec

from casework.fold import Entry
from casework.register import NotRecorded, Register, decision
from casework.roles import ROLES
from casework.users import User
from infra.local.stack import Stack
from model import topics
from model.batch import Batch, Fact, Kind
from model.casework import CaseworkEvent, encode_casework, noun_of
from model.clock import now
from model.codec import encode_batch, join_lines
from model.dead_letter import DeadLetter, encode_dead_letter
from model.event import encode_event
from model.policy import Policy, load_pack, shipped_pack
from model.violation import Clause, encode_violation
from storage.client import Store
from tests.support.storage_cases import SENT_MS, Record, event, fresh_store, store_records, violation

HOME, FOREIGN = "maple-falls", "birch-hill"
# In every text of a row that nobody of HOME may read; of a row about the reader; of a row of another school.
ELSEWHERE, OWN, FARSCHOOL = "zz-elsewhere", "zz-own", "zz-farschool"
STUDENTS = ("p17", "p18", "tbell", "Tess", "Tom")  # what stands for a student in them
GWEN = "p90"  # the person who reads; also an account and the sponsor of a vendor


def users() -> list[User]:
    """One user for each role, all of them Gwen, all of HOME alone; and an analyst of one school."""
    fields: dict[str, Any] = {"districts": (HOME,), "person": GWEN, "kept": "x"}
    found = [User(name="gwen", roles=(role,), **fields) for role in ROLES]
    return [*found, User(name="gwen", roles=("analyst",), schools=("o1",), **fields)]


def line(topic: str, district: str, rows: list[bytes], offset: int, kind: Kind = "events") -> Record:
    """Lines of a district's partition."""
    batch = Batch(kind=kind, district=district, source_id="", body=join_lines(rows), count=len(rows))
    key, value, headers = encode_batch(batch)
    return Record(topic, 0, offset, SENT_MS, key, value, headers)


def two_districts(stack: Stack, database: str, decided: bool = True) -> Store:
    """Events, violations, dead letters, tables and decisions of two districts; `decided` False: no decisions."""
    store = fresh_store(stack, database)
    for number, (district, mark) in enumerate(((HOME, "here"), (FOREIGN, ELSEWHERE))):
        records = _district(district, mark, 100 * number)
        store_records(store, [one for one in records if decided or one.topic != topics.CASEWORK.name])
    return store


def failing(kind: str) -> Callable[[Register, CaseworkEvent], Entry]:
    """`Register.write` as it is, but for decisions of one kind, which no server takes."""
    write = Register.write

    def written(register: Register, event: CaseworkEvent) -> Entry:
        if event.kind == kind:
            raise NotRecorded("Kafka did not acknowledge")
        return write(register, event)

    return written


def _district(district: str, mark: str, start: int) -> list[Record]:
    named: dict[str, Any] = {"account": "tbell", "device_id": "d1", "address": "10.1.0.7", "device": mark}
    rows = [
        event(f"e1-{mark}", person="p17", site="o1", raw=mark, **named),
        event(f"e2-{mark}", "14:10:00", person="p18", site="o2", raw=f"{mark} {FARSCHOOL}", **named),
    ]
    evidence = violation("x").evidence
    seen = [
        violation(
            f"v1-{mark}", district=district, person="p17", headline=mark, event_ids=[f"e1-{mark}"],
            clauses=[Clause(clause_id=f"c-{mark}", section="Policy 4", quote="Nobody shares a password.")],
        ),
        violation(f"v2-{mark}", district=district, person="p18", headline=f"{mark} {FARSCHOOL}"),
        violation(f"v3-{mark}", district=district, person=GWEN, headline=f"{mark} {OWN}", event_ids=[]),
        violation(f"v4-{mark}", district=district, account="gwen.hall", headline=f"{mark} {OWN}", event_ids=[]),
        violation(f"v5-{mark}", district=district, vendor="acme", headline=f"{mark} {OWN}", event_ids=[]),
        violation(f"v6-{mark}", district=district, headline=f"{mark} {OWN}", event_ids=[],
                  evidence=msgspec.structs.replace(evidence, exhibits=[_exhibit(mark)])),
    ]  # fmt: skip
    # An earlier revision that did not name her yet.
    seen.insert(0, msgspec.structs.replace(violation(f"v3-{mark}", district=district, headline=f"{mark} {OWN}")))
    seen[0] = msgspec.structs.replace(seen[0], revision=0)
    letter = DeadLetter(dead_letter_id=f"d-{mark}", district=district, source_id="dc1", stage="parse", reason=mark,
                        raw=f"{mark} {FARSCHOOL}")  # fmt: skip
    nouns = ("case", "hold", "request", "incident", "search", "person")
    about = [*(f"{noun}:{mark}" for noun in nouns), f"violation:v1-{mark}", f"violation:destroyed-{mark}"]
    told = [decision(one, f"{noun_of(one)}.opened", now(), actor=f"ana-{mark}", role="", district=district)
            for one in about]  # fmt: skip
    key = district.encode()
    return [
        line(topics.EVENTS.name, district, _facts(district, mark), start + 1, "reference"),
        line(topics.EVENTS.name, district, [encode_event(one) for one in rows], start + 2),
        line(topics.VIOLATIONS.name, district, [encode_violation(one) for one in seen], start + 3),
        line(topics.DEAD_LETTERS.name, district, [encode_dead_letter(letter)], start + 4),
        *(Record(topics.CASEWORK.name, 0, start + 5 + n, SENT_MS, key, encode_casework(one), [])
          for n, one in enumerate(told)),
    ]  # fmt: skip


def _exhibit(mark: str) -> Any:
    from model.violation import Exhibit

    return Exhibit(event_id=f"e1-{mark}", occurred_at="2026-03-04T14:00:00.000Z", source_id="dc1", shows="x",
                   person=GWEN)  # fmt: skip


def _pack() -> str:
    pack = load_pack(shipped_pack("union-ok"))
    assert isinstance(pack, Policy)
    return pack.model_dump_json()


def _facts(district: str, mark: str) -> list[bytes]:
    def fact(table: str, key: str, **row: str) -> bytes:
        return msgspec.json.encode(Fact(table=table, key=key, row=row))

    home = {"name": mark, "timezone": "America/New_York", "policy": "union-ok"}
    return [
        fact("district", district, **home),
        fact("policy", "union-ok", pack=_pack()),
        fact("users", "p17", sourcedId="p17", givenName="Tess", familyName=mark),
        fact("users", "p18", sourcedId="p18", givenName="Tom", familyName=f"{mark} {FARSCHOOL}"),
        fact("users", GWEN, sourcedId=GWEN, givenName="Gwen", familyName=mark),
        fact("roles", "r1", userSourcedId="p17", role="student", orgSourcedId="o1"),
        fact("roles", "r2", userSourcedId="p18", role="student", orgSourcedId="o2"),
        fact("orgs", "o1", sourcedId="o1", type="school", name=mark),
        fact("orgs", "o2", sourcedId="o2", type="school", name=f"{mark} {FARSCHOOL}"),
        fact("accounts", "tbell", account="tbell", person="p17", kind="personal"),
        fact("accounts", "gwen.hall", account="gwen.hall", person=GWEN, kind="personal"),
        fact("vendors", "acme", vendor="acme", name=mark, sponsor=GWEN),
    ]
