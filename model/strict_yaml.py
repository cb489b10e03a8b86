"""YAML from outside, read strictly: bounded, plain data only, no aliases, no key twice, and the line of every key."""

import re
from collections.abc import Hashable
from typing import Any

import yaml

MAX_BYTES = 1 << 20
MAX_DEPTH = 20


class Unreadable(ValueError):
    """A text that is not the YAML we accept; `line` is 1-based, 0 where no line is to blame."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases (a small text could grow huge) and without a key said twice."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise Unreadable("aliases (*name) are not accepted; write the value out", line)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH} levels")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, str):
                raise Unreadable(f"the key {name!r} is not text; put it in quotes", key.start_mark.line + 1)
            if name in seen:
                raise Unreadable(f"the key {name!r} stands twice", key.start_mark.line + 1)
            seen.add(name)
        return super().construct_mapping(node, deep)


# YAML 1.2's plain words: a date stays text whether quoted or not, 17:00 is no number, and `on` is no truth.
_Loader.yaml_implicit_resolvers = {}
_PLAIN = {
    "bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "int": (r"^[-+]?(?:0|[1-9][0-9_]*)$", "-+0123456789"),
    "float": (r"^[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?$", "-+0123456789"),
    "null": (r"^(?:~|null|Null|NULL|)$", "~nN"),
    "merge": (r"^(?:<<)$", "<"),
}
for _tag, (_pattern, _letters) in _PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), [*_letters])
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


_USUAL = {
    "\\t": "indent with spaces, never with a tab",
    "mapping values are not allowed": "put a text that holds a colon in quotes",
    "<block end>": "indent the lines of one list or mapping alike",
    "could not find expected ':'": "each line needs a `key: value`",
    "flow": "close the bracket or quote",
    "quoted scalar": "close the quote",
}


def read_yaml(content: bytes) -> Any:
    """Plain data out of UTF-8 YAML; raises `Unreadable`."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES:,} bytes")
    try:
        return yaml.load(content.decode("utf-8-sig"), _Loader)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = str(error.problem or error.context or error)
        raise Unreadable(problem + _what_to_do(problem), mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"not readable as YAML: {error}") from error


def _what_to_do(problem: str) -> str:
    """What is usually wrong where YAML's reader says this: its words name its own parts, not the writer's."""
    return next((f"; {do}" for sign, do in _USUAL.items() if sign in problem), "")


def lines_of(content: bytes) -> dict[str, int]:
    """The 1-based line of every key of a text that `read_yaml` accepted, by its dotted path."""
    found: dict[str, int] = {}
    root = yaml.compose(content.decode("utf-8-sig"), _Loader)
    waiting: list[tuple[str, yaml.Node]] = [("", root)] if root else []
    while waiting:
        path, node = waiting.pop()
        waiting.extend(_children(path, node, found))
    return found


def _children(path: str, node: yaml.Node, found: dict[str, int]) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        named = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        named = [(str(index), value, value) for index, value in enumerate(node.value)]
    else:
        named = []
    children = []
    for name, key, value in named:
        child = f"{path}.{name}" if path else name
        found[child] = key.start_mark.line + 1
        children.append((child, value))
    return children
