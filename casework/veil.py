"""The veil over what somebody reads: in each answer of the store people are called by their pseudonyms; pure.

It lies below every page, download and command, where the rows come in. In a question the pseudonym is turned back into
what it stands for, so that a link or an id from an answer can be asked for.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from casework.pseudonyms import SHAPE, WORD, Pseudonyms, folded, owner

# Columns of ours that never hold what stands for a person, and could only be taken for it by chance.
_PLAIN: Final = frozenset({
    "event_id", "violation_id", "dead_letter_id", "district", "source_id", "product", "category", "action",
    "outcome", "verdict", "time_quality", "occurred_at", "received_at", "stored_at", "started_at", "ended_at",
    "recorded_at", "valid_from", "valid_to", "first_at", "last_at", "until", "day", "at", "kind", "detection",
    "reasons", "severity", "confidence", "status", "basis", "policy", "code_hash", "rule", "rule_major",
    "school_day", "window_utc", "window_local", "timezone", "version", "digest_pointer", "clause_id",
    "section", "quote", "logon_type", "protocol", "field", "table", "stage", "event_ids", "last_event_id",
    "dead_letters", "epoch", "revision", "raw_encoding", "vendor_code", "role", "purpose"
})  # fmt: skip
_OURS: Final = frozenset({"body", "row", "told", "content", "proof", "attribution"})  # columns that hold JSON of ours
_OF_A_STUDENT: Final = frozenset({"sourcedId", "status", "role", "grades", "orgs", "primaryOrgSourcedId", "state"})
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_GAP = 3  # characters between two words of a name: `, `, `%20`


class Veil:
    """What is shown instead of whom. `shown`: pseudonyms of people whom this reader may see as they are."""

    def __init__(self, known: Pseudonyms, shown: frozenset[str] = frozenset()) -> None:
        self._known = known
        self._shown = shown

    def answer(self, lines: bytes) -> bytes:
        """JSON rows with pseudonyms in them."""
        rows = (msgspec.json.decode(line) for line in lines.split(b"\n") if line)
        return b"".join(msgspec.json.encode(self._object(row, ours=True)) + b"\n" for row in rows)

    def question(self, value: Any) -> Any:
        """A parameter of a question, each pseudonym in it turned back into what it stands for."""
        if isinstance(value, str):
            return SHAPE.sub(lambda found: self._known.meant.get(found[0].lower(), found[0]), value)
        if isinstance(value, list | tuple):
            return [self.question(one) for one in value]
        return value

    def text(self, text: str) -> str:
        """A text in which everybody who is hidden goes by a pseudonym."""
        whole = self._pseudonym(self._known.exact.get(folded(text)))
        return whole or self._decoded(self._words(text))

    def _object(self, row: Mapping[str, Any], ours: bool) -> dict[str, Any]:
        if self._is_student(row):
            row = {name: value for name, value in row.items() if name in _OF_A_STUDENT} | {
                "givenName": self.text(str(row["sourcedId"])),
                "familyName": "",
            }
        if row.get("raw_encoding") == "base64":
            row = self._bytes(row)
        return {
            name: value if ours and name in _PLAIN else self._value(value, ours and name in _OURS, ours)
            for name, value in row.items()
        }

    def _value(self, value: Any, is_json: bool, ours: bool) -> Any:
        if isinstance(value, str):
            return self._json(value, is_json) if value[:1] in ("{", "[") else self.text(value)
        if isinstance(value, dict):
            return self._object(value, ours)
        return [self._value(one, is_json, ours) for one in value] if isinstance(value, list) else value

    def _json(self, text: str, ours: bool) -> str:
        """JSON within a text; what is none, or holds nobody, stays as it was written."""
        try:
            told = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return self.text(text)
        hidden = self._value(told, False, ours)
        return text if hidden == told else msgspec.json.encode(hidden).decode()

    def _is_student(self, row: Mapping[str, Any]) -> bool:
        """Whether it is the row of `users` of somebody who is hidden: then hardly anything of it is shown."""
        told = row.get("sourcedId")
        return "givenName" in row and isinstance(told, str) and self.text(told) != told

    def _bytes(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record that is no UTF-8, with the names that stand in it as plain letters."""
        try:
            text = b64decode(str(row.get("raw", ""))).replace(b"\0", b"").decode("utf-8", "replace")
        except ValueError:
            return row
        hidden = self.text(text)
        return row if hidden == text else {**row, "raw": hidden, "raw_encoding": None}

    def _decoded(self, text: str) -> str:
        """The same for names that are written in escapes: `Jos%C3%A9`, `Jos\\u00e9`."""
        if "%" not in text and "\\u" not in text:
            return text
        plain = unquote(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text), errors="replace")
        hidden = self._words(plain)
        return text if hidden == plain else hidden

    def _words(self, text: str) -> str:
        known = self._known.words
        found = list(WORD.finditer(text))
        words = [folded(one[0]) for one in found]
        parts: list[str] = []
        done = at = 0
        while at < len(words):
            told = known.get(words[at])
            length, name = self._longest(told, words, found, at) if told else (1, None)
            if name:
                parts += [text[done : found[at].start()], name]
                done = found[at + length - 1].end()
            at += length
        return "".join([*parts, text[done:]]) if parts else text

    def _longest(
        self, told: list[tuple[tuple[str, ...], str]], words: list[str], found: list[re.Match[str]], at: int
    ) -> tuple[int, str | None]:
        """How many words the longest name has that stands there, and its pseudonym."""
        for rest, name in told:
            end = at + 1 + len(rest)
            near = all(found[n + 1].start() - found[n].end() <= _GAP for n in range(at, min(end, len(found)) - 1))
            if tuple(words[at + 1 : end]) == rest and near and (shown := self._pseudonym(name)):
                return 1 + len(rest), shown
        return 1, None

    def _pseudonym(self, name: str | None) -> str | None:
        return None if name is None or owner(name) in self._shown else name
