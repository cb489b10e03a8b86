"""What a client's SQL may not do: reach files, the network or processes by way of the engine. An allow-list.

The engine runs as the person who started it, and any of its many table functions, engines and settings could read that
person's files or speak to other machines. So every statement is first parsed by ClickHouse itself and written out
anew (`formatQuerySingleLine`): no comment, no quoting, no spelling of keywords is left to hide behind. What then stands
there is held against lists of what is allowed; all else is refused, also what a later ClickHouse may add.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from infra.local.refusal import Refusal, refusal
from infra.local.statement import tokens

Parse = Callable[[str], str]

_OPENINGS = re.compile(
    r"(SELECT|WITH|EXPLAIN|INSERT INTO|SHOW|DESCRIBE|DESC|EXISTS|DELETE FROM|UPDATE|ALTER TABLE|OPTIMIZE TABLE"
    r"|CHECK TABLE|TRUNCATE|RENAME|EXCHANGE TABLES|DROP (TABLE|VIEW|DATABASE)"
    r"|(CREATE( OR REPLACE)?|REPLACE) (TABLE|VIEW|MATERIALIZED VIEW|DATABASE))\b"
)
_ALLOWED = yaml.safe_load(Path(__file__).with_name("allowed_sql.yaml").read_text())
_TABLE_FUNCTIONS = frozenset(_ALLOWED["table_functions"])
_ENGINES = frozenset(_ALLOWED["engines"])
_ALTERATIONS = frozenset(_ALLOWED["alterations"])
_TEXT_SETTINGS = frozenset(_ALLOWED["text_settings"])
_NEVER_SETTINGS = frozenset(_ALLOWED["never_settings"])
_NEVER_FUNCTIONS = re.compile(f"(?:{_ALLOWED['never_functions'].replace(' ', '')})\\Z")
_FREE_TEXT = frozenset({"String", "Map", "URI"})
_COMPUTING = (
    "input_format_values_interpret_expressions",
    "input_format_values_deduce_templates_of_expressions",
)

_TOKEN = re.compile(r"(?P<space>\s+)|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|(?P<word>[\w$]+)|.", re.S)
_VALUES = " FORMAT Values"
_IDENTIFIER = re.compile(r"\{(\w+):Identifier\}")


FILTERS = "additional_table_filters"  # a map: table → an expression that each row read from it must fulfill
_TEXT = r"'((?:[^'\\]|\\['\\])*)'"
_FILTER = re.compile(rf"{_TEXT}: {_TEXT}(?:, |\Z)")


@dataclass(frozen=True)
class Word:
    """A token of a statement that ClickHouse wrote out; `depth` counts the brackets around it."""

    text: str
    is_word: bool
    depth: int

    @property
    def name(self) -> str:
        """The identifier it is, in any case and quoting; empty for signs and texts."""
        if self.text[0] == "`":
            return re.sub(r"\\(.)", r"\1", self.text[1:-1], flags=re.S).lower()
        return self.text.lower() if self.is_word else ""


@dataclass(frozen=True)
class Verdict:
    """Whether the expressions in a statement's VALUES may be computed, and which parameters are identifiers."""

    computed: bool
    identifiers: frozenset[str]

    def settings(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """What the statement is run with beyond its own settings; refuses an identifier that is a path (Refusal)."""
        for name in self.identifiers & parameters.keys():
            _check_name(parameters[name], f"the parameter {name}")
        return dict.fromkeys(_COMPUTING, "1" if self.computed else "0")


@dataclass(frozen=True)
class Fence:
    """The lists of this engine: the names of its table functions, in small letters, and its settings with their types.

    `parse` writes a statement out anew; raises Refusal where it is none.
    """

    parse: Parse
    table_functions: frozenset[str]
    settings: Mapping[str, str]

    def check(self, sql: str, ours: str = "") -> Verdict:
        """Refuses a statement that reaches outside (Refusal).

        `ours`: the file with the rows of the request, which the statement reads once.
        """
        text = self.parse(sql)
        if not _OPENINGS.match(text):
            raise _denied(f"{' '.join(text.split()[:3])}: statements of this kind")
        self._look(text, ours)
        computed = text.endswith(_VALUES) and not ours and self._check_values(sql, text)
        return Verdict(computed, frozenset(_IDENTIFIER.findall(text)))

    def check_settings(self, given: Mapping[str, str]) -> None:
        """Refuses settings that name files, machines or another way of reading SQL; `check_filters` reads filters."""
        for name in given:
            if name != FILTERS:
                self._check_setting(name)

    def check_filters(self, value: str) -> None:
        """Refuses filters on tables that reach outside: expressions, read as a statement's are."""
        for expression in dict.fromkeys(filters_in(value)):
            self.check(f"SELECT 1 WHERE (\n{expression}\n)")

    def _look(self, text: str, ours: str) -> None:
        words = list(_words(text))
        opened = 0
        for at, word in enumerate(words):
            after = words[at + 1 : at + 4]
            _check_name(word.name if word.text[0] == "`" else "", "an identifier")
            if after and after[0].text == "(" and word.name:
                opened += self._check_call(word, after, ours)
            if word.is_word:
                opened += _check_clause(word.text, after, ours)
                self._check_pairs(word, words, at)
        _check_handed_on(words)
        if opened != bool(ours):
            raise _denied("reading files")
        if text.startswith("ALTER"):
            _check_alterations(words)

    def _check_call(self, word: Word, after: list[Word], ours: str) -> bool:
        if ours and word.text == "file" and len(after) > 1 and after[1].text == f"'{ours}'":
            return True
        if word.name in self.table_functions and word.name not in _TABLE_FUNCTIONS:
            raise _denied(f"the table function {word.name}")
        if _NEVER_FUNCTIONS.match(word.name):
            raise _denied(f"the function {word.name}")
        return False

    def _check_pairs(self, word: Word, words: list[Word], at: int) -> None:
        """The names in `SETTINGS a = 1, b = 2` and `MODIFY SETTING a = 1`."""
        if word.text not in ("SETTINGS", "SETTING"):
            return
        for here in range(at + 1, len(words) - 1):
            name, sign = words[here], words[here + 1]
            if name.depth < word.depth or (name.depth == word.depth and name.text in ("AS", "SELECT", "FORMAT")):
                break
            if name.name and sign.text == "=":
                self._check_setting(name.name)

    def _check_setting(self, name: str) -> None:
        kind = self.settings.get(name, "")
        if name in _NEVER_SETTINGS or (kind in _FREE_TEXT and name not in _TEXT_SETTINGS):
            raise _denied(f"the setting {name}")

    def _check_values(self, sql: str, text: str) -> bool:
        """Expressions behind VALUES are no part of what the parser writes out; they are read as those of a SELECT."""
        spot = next((t for t in tokens(sql.encode()) if t.depth == 0 and t.text == b"VALUES"), None)
        if spot is None:
            return False
        head, data = sql.encode()[: spot.start].decode(), sql.encode()[spot.end :].decode()
        try:
            if self.parse(f"{head} FORMAT Null") != text.removesuffix(_VALUES) + " FORMAT Null":
                return False  # not where the engine sees them
            expressions = self.parse(f"SELECT {data}")
        except Refusal:
            return False
        self._look(expressions, "")
        return True


def filters_in(value: str) -> list[str]:
    """The expressions of `{'events': 'district = \\'d1\\''}`, written just so; refuses any other spelling (Refusal)."""
    rest, found = value[1:-1], []
    while rest:
        pair = _FILTER.match(rest)
        if not pair:
            raise _denied(f"the setting {FILTERS} in this spelling")
        found.append(re.sub(r"\\(.)", r"\1", pair[2], flags=re.S))
        rest = rest[pair.end() :]
    if value[:1] + value[-1:] != "{}":
        raise _denied(f"the setting {FILTERS} in this spelling")
    return found


def _words(text: str) -> Iterator[Word]:
    depth = 0
    for found in _TOKEN.finditer(text):
        depth -= found[0] in (")", "]", "}")
        if found.lastgroup != "space":
            yield Word(found[0], found.lastgroup == "word", depth)
        depth += found[0] in ("(", "[", "{")


def _check_handed_on(words: list[Word]) -> None:
    """A function may be handed to another by its name alone: `arrayMap(file, [...])`, `SELECT * APPLY file`.

    A lambda's own parameter (`file -> file + 1`) is none.
    """
    for at, word in enumerate(words[:-1]):
        handed = words[at + 1 : at + 2] if word.text == "APPLY" else []
        if word.name.startswith(("array", "map")) and words[at + 1].text == "(":
            handed = _first_argument(words[at + 2 :])
        for one in handed:
            if _NEVER_FUNCTIONS.match(one.name):
                raise _denied(f"the function {one.name}")


def _first_argument(words: list[Word]) -> list[Word]:
    """What stands before the first comma of a call; nothing where that is a lambda or all there is."""
    depth = 0
    for at, word in enumerate(words):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word.text, 0)
        if depth < 0 or (word.text == "-" and words[at + 1].text == ">"):
            break
        if word.text == "," and not depth:
            return words[:at]
    return []


def _check_clause(word: str, after: list[Word], ours: str) -> bool:
    """Clauses that open files, name an engine or start a second statement; true for the file of our own."""
    following = after[0].text if after else ""
    if word == "FROM" and following == "INFILE" and ours and after[1].text == f"'{ours}'":
        return True
    if (word, following) in (("FROM", "INFILE"), ("INTO", "OUTFILE")):
        raise refusal(48, "NOT_IMPLEMENTED", "INTO OUTFILE and FROM INFILE are a client's business, not the server's")
    if (word, following) in (("PARALLEL", "WITH"), ("ON", "CLUSTER")):
        raise _denied(f"{word} {following}")
    if word == "ENGINE" and following == "=" and after[1].name and after[1].text.strip("`") not in _ENGINES:
        raise _denied(f"the engine {after[1].text}")
    return False


def _check_alterations(words: list[Word]) -> None:
    for word, following in pairwise(words):
        if word.text == "(" and word.depth == 0 and following.text not in _ALTERATIONS:
            raise _denied(f"ALTER TABLE … {following.text}")


def _check_name(name: str, what: str) -> None:
    """The embedded engine takes a table name that it does not know for a path."""
    if "/" in name or "\\" in name or (name and not name.strip(".~")):
        raise _denied(f"{what} with a slash or of dots, which the embedded engine takes for a path ({name!r}),")


def _denied(what: str) -> Refusal:
    return refusal(497, "ACCESS_DENIED", f"Not enough privileges: {what} is not among what clients may use here")
