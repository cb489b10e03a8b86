"""A condition as a function of a record: made once, and never raising, whatever a record says."""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from model.policy.sigma import AllOf, AnyOf, Not, Term, Test, compiled
from streams.detections.sigma.record import Record

Predicate = Callable[[Record], bool]
SHORTEST = 3  # characters of a text that is worth looking for first
LONGEST = 64  # and as many are enough
_TOKEN = r"\\[^\w\s]|\.\*|\.|[^\\.*+?()\[\]{}|^$]"
_TOKENS = re.compile(_TOKEN)
_WILDCARDS = re.compile(rf"\(\?si?\)\^\(\?:(?P<inner>(?:{_TOKEN})*)\)\$")


def predicate(term: Term) -> Predicate:
    """Whether a record fits the term. Case counts only where the term says so."""
    if isinstance(term, AllOf):
        return _all(tuple(map(predicate, term.all_of)))
    if isinstance(term, AnyOf):
        return _member(term.any_of) or _patterns(term.any_of) or _any(tuple(map(predicate, term.any_of)))
    if isinstance(term, Not):
        inner = predicate(term.no)
        return lambda record: not inner(record)
    return _SPECIAL[term.how](term) if term.how in _SPECIAL else _text(term)


def _all(parts: tuple[Predicate, ...]) -> Predicate:
    if len(parts) == 2:
        one, other = parts
        return lambda record: one(record) and other(record)

    return lambda record: all(part(record) for part in parts)


def _any(parts: tuple[Predicate, ...]) -> Predicate:
    return lambda record: any(part(record) for part in parts)


def _member(terms: tuple[Term, ...]) -> Predicate | None:
    """Many texts of one field, all asked for in one way, are looked for at once."""
    tests = [term for term in terms if isinstance(term, Test) and term.how in _FITS and not term.cased]
    if len(tests) < len(terms) or len({(test.field, test.how) for test in tests}) != 1:
        return None
    field, values = tests[0].field, tuple(dict.fromkeys(str(test.value).lower() for test in tests))
    return _AT_ONCE[tests[0].how](field, values)


def _patterns(terms: tuple[Term, ...]) -> Predicate | None:
    """Many expressions for one field are one expression, unless that is too large."""
    tests = [term for term in terms if isinstance(term, Test) and term.how == "pattern"]
    if len(tests) < len(terms) or len({test.field for test in tests}) != 1:
        return None
    try:
        every = tests[0].model_copy(update={"value": "|".join(f"(?:{test.value})" for test in tests)})
    except ValueError:
        return None
    return _pattern(every, [literal_of(str(test.value)) for test in tests])


def _one_of(field: str | None, values: tuple[str, ...]) -> Predicate:
    known = frozenset(values)
    return lambda record: not known.isdisjoint(record.lower(field))


def _starts(field: str | None, values: tuple[str, ...]) -> Predicate:
    return lambda record: any(one.startswith(values) for one in record.lower(field))


def _ends(field: str | None, values: tuple[str, ...]) -> Predicate:
    return lambda record: any(one.endswith(values) for one in record.lower(field))


def _contains(field: str | None, values: tuple[str, ...]) -> Predicate:
    common = in_all(values)

    def holds(text: str) -> bool:
        return common in text and any(value in text for value in values)

    return lambda record: any(map(holds, record.lower(field)))


def in_all(values: tuple[str, ...]) -> str:
    """The longest text that stands in each of these; where it is missing none of them has to be looked for.

    It is looked for in the beginning of the shortest, since there are as many pieces as the square of its length.
    """
    first = min(values, key=len)[:LONGEST]
    pieces = (first[at : at + long] for long in range(len(first), 0, -1) for at in range(len(first) - long + 1))
    return next((piece for piece in pieces if all(piece in value for value in values)), "")


_AT_ONCE: dict[str, Callable[[str | None, tuple[str, ...]], Predicate]] = {
    "equals": _one_of,
    "starts": _starts,
    "ends": _ends,
    "contains": _contains,
}


def _said(record: Record, field: str | None) -> tuple[str, ...]:
    return record.values(field) if field else (record.text,)


def _text(test: Test) -> Predicate:
    field, value = test.field, str(test.value)
    fits = _FITS[test.how]
    if test.cased:
        return lambda record: any(fits(one, value) for one in _said(record, field))
    return _AT_ONCE[test.how](field, (value.lower(),))


_FITS: dict[str, Callable[[str, str], bool]] = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "starts": str.startswith,
    "ends": str.endswith,
}


def _pattern(test: Test, literals: list[str] | None = None) -> Predicate:
    """Looks for the expression only where a text stands without which it cannot fit; that costs a tenth."""
    field, search = test.field, compiled(str(test.value)).search
    needed = tuple(dict.fromkeys([literal_of(str(test.value))] if literals is None else literals))
    may = _contains(field, needed) if all(len(one) >= SHORTEST for one in needed) else None

    def holds(record: Record) -> bool:
        said = _said(record, field)
        if may is not None and not may(record) and all(map(str.isascii, said)):
            return False
        return any(search(one) is not None for one in said)

    return holds


def literal_of(pattern: str) -> str:
    """The longest text, lower-case, that every ASCII text must hold that a wildcard's expression fits; "" if unknown.

    Only expressions made of literals, `.` and `.*` are understood. Beyond ASCII, letters fold in ways of their own.
    """
    written = _WILDCARDS.fullmatch(pattern)
    runs = [""]
    for token in _TOKENS.findall(written["inner"]) if written else ():
        if token in (".", ".*"):
            runs.append("")
        else:
            runs[-1] += token[-1].lower()
    return max((run for run in runs if run.isascii()), key=len, default="")


def _network(test: Test) -> Predicate:
    field, network = test.field, ip_network(str(test.value))

    def holds(text: str) -> bool:
        address = _address(text)
        return address is not None and address.version == network.version and address in network

    return lambda record: any(holds(one) for one in _said(record, field))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _exists(test: Test) -> Predicate:
    field = test.field
    return lambda record: bool(_said(record, field))


def _empty(test: Test) -> Predicate:
    field = test.field
    return lambda record: not any(_said(record, field))


def _same(test: Test) -> Predicate:
    field, other = test.field, str(test.value)
    return lambda record: not set(record.lower(field)).isdisjoint(record.lower(other))


def _compared(test: Test) -> Predicate:
    field, limit, fits = test.field, float(test.value), _COMPARED[test.how]

    def holds(text: str) -> bool:
        number = number_of(text)
        return number is not None and fits(number, limit)

    return lambda record: any(holds(one) for one in _said(record, field))


def number_of(text: str) -> float | None:
    """A number as records write it; None for anything else, endless and undefined ones too."""
    try:
        number = float(text) if len(text) < 40 else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e18 else None


_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "less": float.__lt__,
    "at_most": float.__le__,
    "more": float.__gt__,
    "at_least": float.__ge__,
}
_SPECIAL: dict[str, Callable[[Test], Predicate]] = {
    "pattern": _pattern,
    "network": _network,
    "exists": _exists,
    "empty": _empty,
    "same": _same,
    **dict.fromkeys(_COMPARED, _compared),
}
