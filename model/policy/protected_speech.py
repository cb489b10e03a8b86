"""Protected speech in a pack: no rule and no list of a detection asks for such a topic, and no word is dropped."""

from collections.abc import Iterator
from typing import Any

from model.mistake import Mistake
from model.policy.sigma import URI, URI_QUERY, URI_STEM
from model.vocabulary import SENSITIVE

KEY = "protected_speech"
LISTS = ("filter_categories", "topics")
# Where the topic of a request may stand; None: anywhere in the record.
_TELLING = {None, URI, URI_STEM, URI_QUERY, "url", "domain", "url_category", "destination", "app", "raw"}


def whole_words(text: str) -> str:
    """The words of a text in lower case, with one space around each, so that a phrase is found whole."""
    letters = "".join(c if c.isalnum() else " " for c in text.lower()[:400])
    return f" {' '.join(letters.split())} "


def dropped(said: dict[str, Any], under: dict[str, Any]) -> Iterator[Mistake]:
    """The words of the pack below that a pack leaves out: it may add words of its own."""
    for name in LISTS:
        own, below = (_texts(_of(one, KEY, name)) for one in (said, under))
        missing = [word for word in below if word not in own]
        if own and missing:
            yield Mistake("", f"{KEY}.{name}", f"lacks {', '.join(missing[:5])}: words may be added, none taken away")


def topics_asked_for(said: dict[str, Any]) -> Iterator[Mistake]:
    """Where a merged pack asks for such a topic."""
    topics = [(topic, whole_words(topic)) for topic in _texts(_of(said, KEY, "topics"))]
    for key, text in _asked(said):
        plain = whole_words(text)
        named = next((topic for topic, words in topics if words in plain), None)
        if named or (text == SENSITIVE and key.endswith("categories")):
            yield Mistake("", key, f"asks for {named or text!r}: no rule may read a topic of protected speech")


def _asked(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, rule in _items(_of(said, "detections")):
        yield from _leaves(f"detections.{name}.parameters", _of(rule, "parameters"))
    for name, rule in _items(_of(said, "sigma")):
        for one in _of(rule, "selections") or ():
            yield from ((f"sigma.{name}", value) for value in _values(_of(one, "condition")))


def _leaves(key: str, said: Any) -> Iterator[tuple[str, str]]:
    if isinstance(said, dict):
        for name, one in said.items():
            yield from _leaves(f"{key}.{name}", one)
    elif isinstance(said, list | tuple):
        yield from ((key, text) for text in _texts(said))


def _values(term: Any) -> Iterator[str]:
    """The texts that a condition looks for where a topic may stand."""
    if isinstance(term, list | tuple):
        for one in term:
            yield from _values(one)
    elif isinstance(term, dict) and "how" in term:
        if term.get("field") in _TELLING and isinstance(term.get("value"), str):
            yield term["value"]
    elif isinstance(term, dict):
        yield from _values(list(term.values()))


def _of(said: Any, *path: str) -> Any:
    for part in path:
        said = said.get(part) if isinstance(said, dict) else None
    return said


def _items(said: Any) -> list[tuple[str, Any]]:
    return list(said.items()) if isinstance(said, dict) else []


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list | tuple) else []
