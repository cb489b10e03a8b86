"""A district's folder as found on disk: who it is, its policy, what it knows, and the raw files of each source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.district import FILE, District, Source, load_district
from model.mistake import Mistake
from model.plain_file import whole
from model.policy import Policy, load_pack, misspelled, pack_files, shipped_pack, sigma_files
from model.policy.whole import AROUND
from model.realms import realms_row, warning
from model.spelling import meant
from model.tables import TABLES
from model.vocabulary import SENSITIVE
from producers.catalog import PRODUCTS
from producers.guess import instead_of, untimely
from producers.pull.told import pull_mistakes
from producers.reader import AHEAD, BEHIND
from producers.reference_csv import Problem
from producers.reference_folder import SHEET, Load, Shelf, load
from producers.source import sources_of
from producers.transports.file_bytes import Damaged, chunks

OWN_POLICY = "policy"


class Mistaken(ValueError):
    """A folder that cannot be judged; `mistakes` names all that is wrong with it, `problems` the bad rows (strict)."""

    def __init__(self, root: Path, mistakes: list[Mistake], problems: list[Problem]) -> None:
        self.mistakes, self.problems = mistakes, problems
        said = "\n".join(f"  {wrong}" for wrong in [*mistakes, *problems])
        super().__init__(f"{root} is not a district folder that can be judged:\n{said}")


@dataclass(frozen=True, slots=True)
class DistrictFolder:
    """One district. `logs`: the raw files of each source, oldest name first; a source with a spool has none."""

    root: Path
    district: District
    policy: Policy
    reference: Load
    logs: dict[str, list[Path]]
    warnings: list[str]

    @property
    def facts(self) -> list[Fact]:
        """Everything the judge must know before the first event: the settings, then the reference rows."""
        return settings_facts(self.district, self.policy, self.reference.shelf.facts) + self.reference.facts


def open_district(
    root: Path, *, before: Shelf | None = None, loaded_at: int | None = None, delta: bool = False, strict: bool = False
) -> DistrictFolder:
    """Read a district folder (not its logs, which may be huge). Raises `Mistaken` with every mistake at once.

    Bad rows of the reference are in `reference.problems`; with `strict` they make the folder invalid. `before`,
    `loaded_at` (ms) and `delta` as in `reference_folder.load`.
    """
    district, mistakes = _district(root)
    policy, bad_policy = _policy(root, district)
    mistakes += bad_policy
    if district is None or policy is None or mistakes:
        raise Mistaken(root, mistakes, [])
    files = csv_files(root)
    reference = load(files, district.zone, before=before, loaded_at=loaded_at, delta=delta, strict=strict)
    if strict and reference.errors:
        raise Mistaken(root, [], reference.errors)
    logs = {source.id: _log_files(root / "logs" / source.id) for source in district.sources}
    said = warning(district.realms, reference.shelf.facts)
    warnings = ([f"{FILE}: realms: {said}"] if said else []) + [
        str(wrong)
        for wrong in [*_log_mistakes(root, district, logs), *misspelled(policy, sigma_files(root / OWN_POLICY))]
    ]
    return DistrictFolder(root, district, policy, reference, logs, warnings)


def folder_mistakes(root: Path) -> tuple[list[Mistake], list[Problem]]:
    """All that is wrong with a district folder, logs, reference rows and warnings included, for `policy check`."""
    district, mistakes = _district(root)
    policy, bad_policy = _policy(root, district)
    if district is None:
        return mistakes + bad_policy, []
    logs = {source.id: _log_files(root / "logs" / source.id) for source in district.sources}
    found = load(csv_files(root), district.zone)
    said = warning(district.realms, found.shelf.facts)
    problems = [problem._replace(file=f"reference/{problem.file}") for problem in found.problems]
    problems += [Problem(FILE, 0, "realms", said, warning=True)] if said else []
    problems += _hiding(found.shelf.facts, policy) if policy else []
    doubts = misspelled(policy, sigma_files(root / OWN_POLICY)) if policy else []
    problems += [Problem(one.file, one.line, one.key, one.problem, warning=True) for one in doubts]
    return mistakes + bad_policy + _log_mistakes(root, district, logs), problems


def _hiding(facts: Iterable[Fact], policy: Policy) -> list[Problem]:
    """Hosts that domains.csv calls sensitive and everybody knows as a way around the filter: that word goes first."""
    rows = [one.row for one in facts if one.table == "domains" and one.row]
    hosts = sorted({row["domain"] for row in rows if row["category"] == SENSITIVE})
    said = "is known as {}, so it is not treated as sensitive"
    known = [(host, policy.well_known(host)) for host in hosts]
    return [
        Problem("reference/domains.csv", 0, "category", said.format(kind.replace("_", " ")), warning=True, value=host)
        for host, kind in known
        if kind in AROUND
    ]


def settings_facts(district: District, policy: Policy, reference: list[Fact]) -> list[Fact]:
    """District, policy and sources as facts, so that the log itself says by what it was judged."""
    named = {"name": district.name, "timezone": district.timezone, "policy": policy.id}
    named |= realms_row(district.realms, reference) | ({"state": district.state} if district.state else {})
    return [
        Fact(table="district", key=district.id, row=named),
        _policy_fact(policy, district.zone),
        *(Fact(table="source", key=source.id, row=_source_row(source)) for source in district.sources),
    ]


def _policy_fact(policy: Policy, zone: ZoneInfo) -> Fact:
    """The pack; in force from the first instant of its first day, or always."""
    first = policy.in_force_from
    since = None if first is None else round(datetime.combine(first, time(), zone).timestamp() * 1000)
    row = {"pack": policy.model_dump_json(), "label": policy.label}
    return Fact(table="policy", key=policy.id, row=row, valid_from=since)


def csv_files(root: Path) -> dict[str, bytes]:
    """The CSVs of a folder's reference/, by name; of other sheets and what is no table of ours only the names."""
    tables = {f"{name}.csv".casefold() for name in TABLES}
    found = sorted(file for file in (root / "reference").glob("*") if SHEET.search(file.name) and not file.is_dir())
    return {file.name: whole(file) if file.name.casefold() in tables else b"" for file in found}


TELLS = {
    "holds": {"lease.granted", "tunnel.addressed", "tunnel.opened", "account.authenticated"},
    "sits": {"account.logged_on", "session.unlocked"},
}
"""What a source's records can tell: who held an address or where a card was connected; who sat at a device."""


def _source_row(source: Source) -> dict[str, str]:
    product = PRODUCTS[source.product]
    lateness = product.lateness if source.lateness is None else source.lateness
    return {
        "product": source.product,
        "categories": ";".join(product.categories),
        "lateness_s": str(lateness.total_seconds()),
        "tells": ";".join(word for word, actions in TELLS.items() if actions & set(product.yields)),
    }


def _district(root: Path) -> tuple[District | None, list[Mistake]]:
    try:
        content = whole(root / FILE)
    except OSError as error:
        return None, [Mistake(str(root / FILE), "", f"cannot be read ({error.strerror}); a district folder needs it")]
    found = load_district(content, frozenset(PRODUCTS))
    return (None, found) if isinstance(found, list) else (found, [])


def _policy(root: Path, district: District | None) -> tuple[Policy | None, list[Mistake]]:
    """The policy in force; a pack in the folder is checked even where district.yaml cannot be read."""
    own = root / OWN_POLICY
    if district is None and not own.is_dir():
        return None, []
    if district is None or district.own_policy:
        files = pack_files(own)
        if not files:
            return None, [Mistake(FILE, "policy", f"{own} holds no .yaml file")]
    else:
        found = shipped_pack(district.policy)
        if found is None:
            return None, [
                Mistake(FILE, "policy", f"no pack {district.policy!r} ships; write ./policy for one of your own")
            ]
        files = {**found, **sigma_files(own)}
    policy = load_pack(files)
    return (None, policy) if isinstance(policy, list) else (policy, [])


def _log_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))


def _log_mistakes(root: Path, district: District, logs: dict[str, list[Path]]) -> list[Mistake]:
    """What is there but not asked for, and what is asked for but not there."""
    named = {source.id for source in district.sources}
    strangers = [
        Mistake(f"logs/{path.name}", "", f"no source of {FILE} has this id; it is not read. {_what_to_do(path, named)}")
        for path in sorted((root / "logs").glob("*"))
        if path.name not in named and not path.name.startswith(".")
    ]
    empty = [
        Mistake(
            FILE,
            f"sources.{number}.id",
            f"no files in logs/{source.id}, and it says neither listen nor pull; do one of them",
        )
        for number, source in enumerate(district.sources)
        if not logs[source.id] and not source.listen and not source.pull
    ]
    wrong = _wrong_products(district, logs) + _wrong_receipts(root, district, logs)
    return strangers + empty + wrong + pull_mistakes(root, district)


def _wrong_products(district: District, logs: dict[str, list[Path]]) -> list[Mistake]:
    """Sources whose product knows almost nothing of their first file, where another product knows most of it."""
    found = []
    for number, source in enumerate(district.sources):
        if (files := logs[source.id]) and (wrong := instead_of(source.product, _first_bytes(files[0]))):
            own, better = wrong
            said = f"{source.product} knows {own.known} of the first {own.records} records of {files[0].name}"
            said += f"; {better.product} knows {better.known} of {better.records}. Is that the product?"
            found.append(Mistake(FILE, f"sources.{number}.product", said))
    return found


def _wrong_receipts(root: Path, district: District, logs: dict[str, list[Path]]) -> list[Mistake]:
    """Sources whose `received_at` makes the times of their first or last file unbelievable."""
    limits = f"more than {BEHIND.days} days before that or {AHEAD // timedelta(minutes=1)} minutes after it"
    todo = "Say when the files came, or leave it out if nobody knows"
    found = []
    for number, source in enumerate(sources_of(district, root)):
        files = logs[source.id] if source.received_at else []
        told = [(file.name, at) for file in files[:1] + files[1:][-1:] if (at := untimely(source, _first_bytes(file)))]
        if told:
            name, at = told[0]
            said = f"records of {name} happened at {at}, {limits}: nothing is found by such times. {todo}"
            found.append(Mistake(FILE, f"sources.{number}.received_at", said))
    return found


def _first_bytes(file: Path) -> bytes:
    """The beginning of a log; none where it cannot be read, which whoever reads it whole will say."""
    try:
        return next(chunks(file), b"")
    except (OSError, Damaged):
        return b""


def _what_to_do(path: Path, named: set[str]) -> str:
    if not path.is_dir():
        return "Put it into the folder of the source that wrote it"
    near = meant(path.name, named)
    return f"Did you mean {near}?" if near else f"Add the source, or rename the folder to one of {_listed(named)}"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "the sources (there is none yet)"
