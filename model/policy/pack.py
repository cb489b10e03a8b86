"""From the files of a pack to the policy in force: read, put together with its base, checked; all mistakes at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path, PurePath
from typing import Any

from pydantic import ValidationError

from model.mistake import Mistake, mistakes_of
from model.plain_file import whole
from model.policy.loose_ends import loose_ends
from model.policy.protected_speech import dropped
from model.policy.whole import Policy
from model.strict_yaml import Unreadable, lines_of, read_yaml

SHIPPED = Path(__file__).resolve().parents[2] / "policies"
BASE = "base"
SIGMA = "sigma"  # the folder of a pack that holds rules of Sigma
DETECTIONS = "detections"  # the folder of a pack in which each file holds one detection, by its name
_DEEPEST = 5  # packs on packs
Files = Mapping[str, bytes]


@dataclass(slots=True)
class _Text:
    """A pack as written, merged so far: its values, where each key stands, and what is wrong."""

    said: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def shipped_pack(name: str) -> Files | None:
    """The files of a pack that ships with the program, by its id; None where there is no such pack."""
    folder = SHIPPED / name
    if not name.replace("-", "").isalnum() or not (folder / "pack.yaml").is_file():
        return None
    return pack_files(folder)


@cache
def base_policy() -> Policy:
    """The base pack, which ships whole: what holds where no other pack says otherwise."""
    found = load_pack(shipped_pack(BASE) or {})
    if not isinstance(found, Policy):
        raise RuntimeError(f"the base pack does not fit this release: {[str(mistake) for mistake in found]}")
    return found


def pack_files(folder: Path) -> Files:
    """The YAML files of a pack's folder, of its `detections/` and its `sigma/`, each named as a user would name it."""
    found = _named(folder, [*folder.glob("*.y*ml"), *folder.glob(f"{DETECTIONS}/*.y*ml")])
    return {**found, **sigma_files(folder)}


def sigma_files(folder: Path) -> Files:
    """The Sigma rules of a pack's folder, in folders of any depth."""
    return _named(folder, (file for file in folder.glob(f"{SIGMA}/**/*.y*ml") if file.is_file()))


def _named(folder: Path, files: Iterable[Path]) -> Files:
    return {f"{folder.name}/{file.relative_to(folder).as_posix()}": whole(file) for file in sorted(files)}


def shipped_packs() -> list[str]:
    """The ids of the packs that ship with the program, in order."""
    return sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "pack.yaml").is_file())


def load_pack(files: Files, packs: Callable[[str], Files | None] = shipped_pack) -> Policy | list[Mistake]:
    """The policy that a pack's YAML files (name -> content) and the packs it extends amount to; else every mistake.

    `packs` finds a pack by id. A pack that names none extends `base`; lists and plain values replace the base's,
    mappings are merged key by key.
    """
    text = _gather(files, packs, ())
    if text.mistakes:
        return text.mistakes
    found = [*_checked(text.said), *loose_ends(text.said)]
    if found:
        return sorted({_placed(text, mistake) for mistake in found}, key=lambda m: (m.file, m.line, m.key))
    policy = Policy.model_validate(text.said)
    return policy.model_copy(update={"hash": policy.digest()})


def _gather(files: Files, packs: Callable[[str], Files | None], above: tuple[str, ...]) -> _Text:
    own = _read(files)
    base = own.said.get("extends", None if own.said.get("id") == BASE else BASE)
    if base is None:
        return own
    found = packs(base) if isinstance(base, str) and base not in above and len(above) < _DEEPEST else None
    if found is None:
        file, line = own.places.get("extends", (next(iter(files), "pack"), 0))
        problem = f"there is no pack {base!r} to extend, or it extends itself"
        own.mistakes.append(Mistake(file, "extends", problem, line))
        return own
    under = _gather(found, packs, (*above, base))
    own.mistakes += [_placed(own, one) for one in dropped(own.said, under.said)]
    merged = merge(under.said, {"extends": base, **own.said})
    return _Text(merged, under.places | own.places, under.mistakes + own.mistakes)


def _read(files: Files) -> _Text:
    text = _Text()
    rules = {name: content for name, content in files.items() if PurePath(name).parts[1:2] == (SIGMA,)}
    named = {name: content for name, content in sorted(files.items()) if name.endswith((".yaml", ".yml"))}
    named = {name: content for name, content in named.items() if name not in rules}
    if not named:
        text.mistakes.append(Mistake("pack", "", "there is no .yaml file: neither a district.yaml nor a pack"))
    for name, content in named.items():
        _read_file(name, content, text)
    if rules:
        _read_rules(rules, text)
    return text


def _read_rules(rules: Files, text: _Text) -> None:
    """Sigma's rules; their reader is imported only where there are any, for it takes a second."""
    from model.sigma.reading import read_sigma

    found, mistakes = read_sigma(rules)
    text.mistakes += mistakes
    text.said = merge(text.said, {SIGMA: {name: rule.model_dump(mode="json") for name, rule in found.items()}})
    text.places |= {f"{SIGMA}.{name}": (rule.file, 1) for name, rule in found.items()}


def misspelled(policy: "Policy", files: Files) -> list[Mistake]:
    """Fields that Sigma rules of the policy name and no record that we know has: warnings, with file and line."""
    if not policy.sigma:
        return []
    from model.sigma.doubts import doubted

    return doubted(policy.sigma, files)


@lru_cache(maxsize=256)
def _parsed(content: bytes) -> tuple[Any, dict[str, int]]:
    """A file's values and the line of each key; read once, since the packs that ship are asked for again and again."""
    said = read_yaml(content)
    return said, lines_of(content) if isinstance(said, dict) else {}


def _read_file(name: str, content: bytes, text: _Text) -> None:
    try:
        said, found = _parsed(content)
    except Unreadable as error:
        text.mistakes.append(Mistake(name, "", str(error), error.line))
        return
    if not isinstance(said, dict):
        text.mistakes.append(Mistake(name, "", "holds no mapping of keys to values"))
        return
    detection = _detection_of(name)
    prefix = f"{DETECTIONS}.{detection}" if detection else ""
    lines = {f"{prefix}.{path}".strip("."): line for path, line in found.items()}
    for key in [prefix] if prefix else sorted(said):
        if key in text.places:
            problem = f"stands in {text.places[key][0]} too; say it once"
            text.mistakes.append(Mistake(name, key, problem, lines.get(key, 1)))
    if SIGMA in said and not detection:
        text.mistakes.append(Mistake(name, SIGMA, "rules of Sigma are files in the folder sigma/", lines.get(SIGMA, 1)))
    text.said = merge(text.said, {DETECTIONS: {detection: said}} if detection else said)
    places = {DETECTIONS: 1, prefix: 1} | lines if prefix else lines
    text.places |= {path: (name, line) for path, line in places.items()}


def _detection_of(name: str) -> str | None:
    """The detection that a file of a pack's `detections/` is about; None for any other file."""
    path = PurePath(name)
    return path.stem if path.parts[1:-1] == (DETECTIONS,) else None


def merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` laid on `under`, mappings key by key."""
    merged = dict(under)
    for key, value in over.items():
        below = under.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _checked(said: dict[str, Any]) -> Iterator[Mistake]:
    if said.get("hash"):
        yield Mistake("", "hash", "is worked out, never written; remove it")
    try:
        Policy.model_validate(said)
    except ValidationError as error:
        yield from mistakes_of(error, Policy)


def _placed(text: _Text, mistake: Mistake) -> Mistake:
    """With the file and line of its key, or of the nearest key above it."""
    parts = mistake.key.split(".")
    above = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    file, line = next((text.places[path] for path in above if path in text.places), ("pack", 0))
    return mistake._replace(file=file, line=line)
