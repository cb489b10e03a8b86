"""Makes the folder of a production: rows, files, letter, the second look, and only then the signed folder itself."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from casework.exports.folder import CHECK, refuse_unless_empty, write_folder
from casework.exports.manifest import About, Manifest
from casework.production.asked import Asked, Codes, Ruling
from casework.production.cells import WORDS, Cells, person_in
from casework.production.files import (
    COLUMNS,
    CSV,
    DAT,
    INDEX,
    INDEX_COLUMNS,
    LETTER,
    RECONCILIATION,
    Progress,
    write_reconciliation,
    write_rows,
)
from casework.production.hands import Hands
from casework.production.letter import README, Told, fixed_texts, letter
from casework.production.people import People
from casework.production.production import PERSONS, Production, Reconciliation, Rows
from casework.production.pseudonyms import Pseudonyms
from casework.production.rulings import Rulings
from casework.production.scan import Scan, words_of
from casework.production.treatments import log_words, redaction
from casework.production.watched import Allowed, Watched
from documents.pdf import pdf
from model.batch import Fact
from model.event import Event, parse_at
from model.reference import host_name
from storage.ledger.keys import Signer

_WORTH = 1_000  # rows for which another process is worth its beginning


class Data(NamedTuple):
    """Where rows and tables come from; each may be read more than once and gives the same each time.

    `events` in a stable order, `facts` of the district in the order of the log.
    """

    events: Callable[[], Iterable[Event]]
    facts: Callable[[], Iterable[Fact]]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a production is made for, and by whom: what stands in letter and manifest.

    `query` is the request's criteria; `spoken` are texts of people that stand in the letter (the requester's name).
    """

    district_name: str
    date: str
    law_title: str
    law_source: str
    requester: str
    made_by: str
    query: dict[str, Any]
    products: frozenset[str]
    ledger_root: str | None = None
    ledger_entry: int | None = None


class Made(NamedTuple):
    """What was made: the manifest, the counts, and the students whom the request names."""

    manifest: Manifest
    counts: Reconciliation
    students: tuple[str, ...]


class Workshop:
    """Everything that one production needs, once its rows were read through for whom they name."""

    def __init__(self, asked: Asked, rulings: Rulings, codes: Codes, data: Data, key: bytes) -> None:
        named = asked.and_released(rulings.released_people())
        self.asked = asked
        self.codes = codes
        self.rulings = rulings
        self.people = People(named, data.facts())
        self._check_parent_view()
        people, domains = self.people, frozenset(map(host_name, asked.domains))
        allowed = Allowed(people.subjects, people.accounts, people.own_devices, domains)
        self.watched = Watched(allowed, data.facts())
        self.pseudonyms = Pseudonyms(key, self.people)
        self.rows = 0
        unlisted: set[str] = set()
        for event in data.events():
            self.rows += 1
            own = self.people.is_own(event)
            self.people.meet(event)
            self.watched.meet(event, own)
            unlisted |= {name for field in PERSONS if (name := person_in(field, event, self.people))}
        self.pseudonyms.learn(unlisted)

    def _check_parent_view(self) -> None:
        """One student's record is inspected by one family: such a request names one person, and no others."""
        if self.asked.law not in redaction().own_record:
            return
        students = self.people.students()
        if len(students) != 1 or set(students) != self.people.subjects:
            raise NotOneStudent(
                f"{self.asked.law} opens the record of one student; this request names {len(students)} students among"
                f" {len(self.people.subjects)} people. Open a request for each student"
            )


class NotOneStudent(ValueError):
    """A request for a student's record that does not name exactly one student."""


def produce(
    out: Path,
    asked: Asked,
    rulings: Rulings,
    codes: Codes,
    data: Data,
    answer: Answer,
    secrets: tuple[bytes, Signer],
    progress: Progress,
    record: Callable[[Made], None] = lambda _: None,
    hands: int = 1,
) -> Made:
    """Write the production into `out`, which is absent or empty; the same arguments give the same bytes.

    `hands`: how many processes make and search rows; the bytes are the same with any number of them.

    `secrets`: the key of the pseudonyms, and what signs. `record` is told of it once it is whole, and before it is
    there: whatever is killed, no folder leaves the house of which nobody wrote down that it did. Raises `Leak` (and
    writes nothing), `ExportRefused`, `HandsLost`, OSError, and what `record` raises.
    """
    refuse_unless_empty(out)
    progress("reading whom the rows name")
    shop = Workshop(asked, rulings, codes, data, secrets[0])
    out.parent.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".rows", dir=out.parent))
    try:
        hands = min(hands, 1 + shop.rows // _WORTH)
        production = _write(begun, shop, data, answer, progress, hands)
        files = {name: begun / name for name in (CSV, DAT, INDEX, RECONCILIATION, LETTER)}
        about = _about(shop, answer)
        manifest = write_folder(begun / "signed", files, about, README, secrets[1])
        progress("looking through every file for other people's names")
        harmless = {*WORDS, *answer.products, *production.words, *(f"[{code}]" for code in codes.every)}
        Scan(shop.watched, _ours(shop, answer), log_words()).folder(begun / "signed", harmless, hands)
        made = Made(manifest, production.reconciliation, shop.people.students())
        refuse_unless_empty(out)
        record(made)
        (begun / "signed").rename(out)
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return made


def _write(folder: Path, shop: Workshop, data: Data, answer: Answer, progress: Progress, hands: int) -> Production:
    released = frozenset(name for name, one in shop.rulings.columns.items() if one.action == "release")
    cells = Cells(shop.people, shop.pseudonyms, shop.codes, answer.products, released)
    rows, production = Rows(shop.people, cells, shop.codes, shop.rulings), Production()
    with Hands(rows.of_each, hands) as many:
        write_rows(folder, production.numbered(many.each(data.events())), progress)
    write_reconciliation(folder, production.reconciliation)
    told = Told(
        sender=answer.district_name,
        date=answer.date,
        made_by=answer.made_by,
        law_title=answer.law_title,
        law_source=answer.law_source,
        requester=answer.requester,
        counts=production.reconciliation,
        used=production.used,
        pseudonyms=frozenset(production.words),
    )
    made = pdf(letter(shop.asked, told, shop.codes), parse_at(shop.asked.as_of))
    (folder / LETTER).write_bytes(made)
    return production


def _about(shop: Workshop, answer: Answer) -> About:
    return About(
        kind="production",
        district=shop.asked.district,
        query={"request_id": shop.asked.request_id, "law": shop.asked.law, **answer.query},
        decisions=[_told(one, shop) for one in shop.rulings.all],
        made_by=answer.made_by,
        made_at=shop.asked.as_of,
        ledger_root=answer.ledger_root,
        ledger_entry=answer.ledger_entry,
    )


def _told(one: Ruling, shop: Workshop) -> dict[str, Any]:
    """A decision as the manifest tells it: a person whom the request does not name goes by the pseudonym."""
    value = one.value
    if one.about == "person" and not shop.people.is_subject(value):
        value = shop.pseudonyms.word(value)
    return {"about": one.about, "value": value, "action": one.action, "code": one.code}


def _ours(shop: Workshop, answer: Answer) -> frozenset[str]:
    """Words that may stand in our own texts, whoever is called so: they are there for another reason."""
    people = (answer.date, answer.made_by, answer.requester, answer.district_name, answer.law_title, answer.law_source)
    keys = (*Manifest.__struct_fields__, *answer.query, "about value action code from to production hallmonitor")
    asked = (shop.asked.district, shop.asked.request_id, shop.asked.law, *shop.asked.domains)
    codes = (text for one in shop.codes.every.values() for text in (one.code, one.explains))
    texts = (*people, *keys, *asked, *codes, *COLUMNS, *INDEX_COLUMNS, *WORDS, *Reconciliation.__struct_fields__, CHECK)
    return words_of(
        [*texts, *fixed_texts(shop.codes), *README, CSV, DAT, INDEX, RECONCILIATION, LETTER, *_verdicts(shop)]
    )


def _verdicts(shop: Workshop) -> list[str]:
    """Words of decisions: what they are about, what was decided, and the values that are no people."""
    return [
        text
        for one in shop.rulings.all
        for text in (one.about, one.action, one.value if one.about in ("column", "category") else "")
    ]
