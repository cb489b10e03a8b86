"""Sigma files as the rules of a policy: every mistake and every part that is not judged here, with file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RE2RegexEngine
from sigma.rule import SigmaRule as Parsed

from model.mistake import Mistake
from model.policy.sigma import BASE_CLAUSE, RAW, AllOf, Selection, SigmaRule, Term, compiled
from model.sigma.correlating import correlated
from model.sigma.logsources import WORDS, Logsource, field_of, meaning
from model.sigma.values import Terms, Unsupported
from model.sigma.words import words_of
from model.strict_yaml import Unreadable, lines_of, read_yaml

MOST_RULES = 1_000
LONGEST_CONDITION = 1_000  # characters
DEEPEST_CONDITION = 10  # parentheses
_NEXT = re.compile(rb"(?m)^---[ \t]*\r?$")
_LEVELS = {"informational": "info", "low": "low", "medium": "medium", "high": "high", "critical": "critical"}
_OURS = "hallmonitor"  # the key of a rule under which a district says what Sigma has no word for
_OUR_KEYS = ("clauses", "staged", "when")


class _Quiet(RE2RegexEngine):
    """RE2 with the limits of `compiled`, and without its lines on stderr."""

    def compile(self, pattern: str, flags: int = 0) -> Any:
        letters = "".join(letter for flag, letter in _LETTERS.items() if flags & flag)
        return compiled((f"(?{letters})" if letters else "") + pattern)

    @property
    def error(self) -> type[Exception]:
        return ValueError


_LETTERS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}
_SAFE = SigmaPolicy(regex_engine=_Quiet())


@dataclass(slots=True)
class Document:
    """One document of a file as written: its values, its lines, and the name its rule goes by."""

    file: str
    said: dict[str, Any]
    lines: dict[str, int]
    first: int
    alone: bool = False  # the only one of its file without a name
    name: str = ""
    used: bool = False  # a correlation refers to it
    source: Logsource | None = None
    selection: Selection | None = None
    wrong: list[Mistake] = field(default_factory=list)

    def blame(self, problem: str, *keys: str) -> None:
        """Note a mistake at the first of these keys that stands there."""
        key = next((key for key in keys if key in self.lines), "")
        self.wrong.append(Mistake(self.file, key, " ".join(problem.split()), self.lines.get(key, self.first)))

    def key_of(self, name: str | None) -> str:
        """The key in the detection that asks for a field, whatever its modifiers."""
        ends = (f".{name}", f".{name}|")
        found = (key for key in self.lines if key.startswith("detection.") and key.count(".") > 1)
        return next((key for key in found if key.endswith(ends[0]) or ends[1] in key), "detection")


def read_sigma(files: Mapping[str, bytes]) -> tuple[dict[str, SigmaRule], list[Mistake]]:
    """The rules of these files (name -> content) by name, and every mistake; with a mistake no rule is to be used."""
    documents = [one for name, content in sorted(files.items()) for one in _documents(name, content)]
    if len(documents) > MOST_RULES:
        return {}, [Mistake(documents[0].file, "", f"there are more than {MOST_RULES:,} rules")]
    by_name: dict[str, Document] = {}
    for one in documents:
        _name(one, by_name)
        if "correlation" not in one.said and not one.wrong:
            _select(one)
    rules = {one.name: _rule(one, by_name) for one in documents if one.said}
    wrong = [mistake for one in documents for mistake in one.wrong]
    kept = {name: rule for name, rule in rules.items() if rule is not None and not by_name[name].used}
    return kept, sorted(set(wrong), key=lambda m: (m.file, m.line, m.key))


def _documents(name: str, content: bytes) -> list[Document]:
    """The documents of a file; each is read with empty lines before it, so that its lines are the file's."""
    starts = [0, *(match.end() for match in _NEXT.finditer(content))]
    ends = [*(match.start() for match in _NEXT.finditer(content)), len(content)]
    texts = [(start, content[start:end]) for start, end in zip(starts, ends, strict=True) if content[start:end].strip()]
    found = [_document(name, content.count(b"\n", 0, start), text) for start, text in texts]
    unnamed = [one for one in found if not one.said.get("name")]
    for one in unnamed:
        one.alone = len(unnamed) == 1
    return found


def _document(name: str, before: int, text: bytes) -> Document:
    """One document, behind so many lines."""
    padded = b"\n" * before + text
    try:
        said = read_yaml(padded)
    except Unreadable as error:
        return Document(name, {}, {}, 0, wrong=[Mistake(name, "", str(error), error.line)])
    if isinstance(said, dict):
        lines = lines_of(padded)
        return Document(name, said, lines, min(lines.values(), default=before + 1))
    return Document(name, {}, {}, before + 1, wrong=[Mistake(name, "", "holds no Sigma rule", before + 1)])


def _name(one: Document, by_name: dict[str, Document]) -> None:
    """A rule goes by its `name`, else by its file's where no other there has none, else by its id."""
    said = one.said.get("name") or (PurePath(one.file).stem if one.alone else one.said.get("id"))
    if one.wrong:
        return
    one.name = re.sub(r"[^a-z0-9_.-]+", "_", str(said or "").lower()).strip("_.-")[:80]
    if not one.name:
        one.blame("the file holds several rules, and this one has neither a name nor an id")
    elif one.name in by_name:
        other = by_name[one.name]
        one.blame(f"another rule is called {one.name!r}: {other.file}:{other.first}", "name", "id", "title")
    else:
        by_name[one.name] = one
        if isinstance(one.said.get("id"), str):
            by_name.setdefault(one.said["id"].lower(), one)


def _select(one: Document) -> None:
    """The events that a plain rule selects."""
    conditions = _conditions(one)
    if conditions is None:
        return
    parsed = _parsed(one, Parsed)
    source = _source(one)
    if parsed is None or source is None:
        return
    one.source = source
    try:
        terms = Terms(lambda name: _looked_up(name, source))
        found = [terms.of(condition.parsed) for condition in parsed.detection.parsed_condition]
    except Unsupported as error:
        one.blame(str(error), one.key_of(error.field))
    except (SigmaError, RecursionError) as error:
        one.blame(str(error) or "it is nested too deep", "detection.condition", "detection")
    else:
        one.selection = _selection(one, source, found)


def _conditions(one: Document) -> list[str] | None:
    """The condition as written, if it can be parsed in no time; pySigma's parser has no bound of its own."""
    detection = one.said.get("detection")
    said = detection.get("condition") if isinstance(detection, dict) else None
    listed = said if isinstance(said, list) else [said]
    texts = [text for text in listed if isinstance(text, str)]
    if len(texts) < len(listed) or not isinstance(detection, dict):
        one.blame("a rule needs `detection` with a `condition` that is text", "detection.condition", "detection")
        return None
    for text in texts:
        nested = max((text[:n].count("(") - text[:n].count(")") for n in range(len(text))), default=0)
        if len(text) > LONGEST_CONDITION or nested > DEEPEST_CONDITION:
            limits = f"{LONGEST_CONDITION:,} characters or {DEEPEST_CONDITION} parentheses deep"
            one.blame(f"the condition is longer than {limits}", "detection.condition")
            return None
    if "timeframe" in detection or any("|" in text for text in texts):
        one.blame(
            "aggregations in a condition (| count() …) and timeframe are of Sigma 1; write a correlation",
            "detection.timeframe",
            "detection.condition",
        )
        return None
    return texts


def _parsed(one: Document, kind: type[Any]) -> Any:
    """What pySigma makes of it; None where that is wrong, which is noted."""
    try:
        said = {key: value for key, value in one.said.items() if key != _OURS}
        found = kind.from_dict(said, collect_errors=True, policy=_SAFE)
    except (SigmaError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        one.blame(f"pySigma cannot read it: {error}", "detection", "correlation")
        return None
    for wrong in found.errors:
        one.blame(str(wrong), *_about(one, str(wrong)))
    return None if found.errors else found


def _about(one: Document, said: str) -> list[str]:
    """The keys that an error may be about: those of which it names the value or the last part, else the first named."""
    quoted = set(re.findall(r"'\s*([^']{1,400}?)\s*'", said))
    named = [key for key, value in _leaves("", one.said) if value in quoted]
    named += [key for key in one.lines for word in quoted if len(word) > 1 and word in key.rsplit(".", 1)[-1]]
    top = [key for key in one.lines if "." not in key and key in said.lower()]
    return [*named, *top, "detection", "correlation"]


def _leaves(path: str, said: Any) -> Iterator[tuple[str, str]]:
    named = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else None
    if named is None:
        yield path, str(said)
        return
    for name, value in named:
        yield from _leaves(f"{path}.{name}" if path else str(name), value)


def _source(one: Document) -> Logsource | None:
    said = one.said.get("logsource")
    known = said if isinstance(said, dict) else {}
    product, category, service = (str(known.get(key) or "").lower() for key in ("product", "category", "service"))
    found = meaning(product, category, service)
    if isinstance(found, str):
        one.blame(found, "logsource.service", "logsource.category", "logsource.product", "logsource")
        return None
    return found


def _looked_up(name: str, source: Logsource) -> str:
    found = field_of(name, source)
    if found is None:
        raise Unsupported(
            f"no record of this logsource has a field {name!r}; docs/sigma.md lists those there are", name
        )
    return found


def _selection(one: Document, source: Logsource, found: list[Term]) -> Selection:
    terms = found if source.also is None else [source.also, *found] if source.early else [*found, source.also]
    condition = terms[0] if len(terms) == 1 else AllOf(all_of=tuple(terms))
    words = {product: words_of(condition, RAW + name) for product, name in WORDS.items() if product in source.products}
    return Selection(
        name=one.name,
        products=source.products,
        condition=condition,
        words={product: tuple(sorted(said)) for product, said in words.items() if said is not None},
    )


def _rule(one: Document, by_name: Mapping[str, Document]) -> SigmaRule | None:
    """The rule of a document; None, with the mistakes noted, where it cannot be judged."""
    level = _LEVELS.get(str(one.said.get("level", "medium")))
    if level is None:
        one.blame(f"the level is none of {', '.join(_LEVELS)}", "level")
    said = {**_ours(one), "file": one.file, "severity": level, "title": one.said.get("title") or one.name}
    said |= {"rule_id": str(one.said.get("id") or ""), "description": _sentence(one.said.get("description"))}
    said["falsepositives"] = tuple(map(_sentence, _listed(one.said.get("falsepositives"))))
    if "correlation" in one.said:
        parsed = None if one.wrong else _parsed(one, SigmaCorrelationRule)
        said |= correlated(one, parsed, by_name) if parsed is not None else {}
    elif one.selection is not None and one.source is not None:
        said |= {"selections": (one.selection,), "categories": one.source.categories}
    return None if one.wrong else _made(one, said)


def _made(one: Document, said: dict[str, Any]) -> SigmaRule | None:
    try:
        return SigmaRule.model_validate(said)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False):
            key = ".".join(map(str, found["loc"]))
            one.blame(f"{key}: {found['msg']}", f"{_OURS}.{key}", key.split(".")[0], "title")
    return None


def _ours(one: Document) -> dict[str, Any]:
    said = one.said.get(_OURS, {})
    if not isinstance(said, dict) or said.keys() - set(_OUR_KEYS):
        one.blame(f"{_OURS} may say {', '.join(_OUR_KEYS)}, and nothing else", _OURS)
        return {}
    clauses = said.get("clauses", [BASE_CLAUSE])
    if not isinstance(clauses, list) or not clauses:
        one.blame("clauses is a list of clause ids", f"{_OURS}.clauses")
        clauses = [BASE_CLAUSE]
    return {"clauses": tuple(clauses), "when": said.get("when", "always"), "staged": said.get("staged")}


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said] if said else []


def _sentence(said: Any) -> str:
    return " ".join(str(said or "").split())[:1_000]
