"""Fields of Sigma rules that no record we know has: a misspelled name would find nothing, and nobody would notice."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from model.mistake import Mistake
from model.policy.sigma import RAW, AllOf, AnyOf, Not, Selection, SigmaRule, Term
from model.sigma.vendor_names import VENDOR_NAMES

_NEAR = 0.8  # how alike, of 1, a name must be to be what was meant
_WITHIN = "properties."  # Azure Monitor wraps the record of Entra ID in it


def doubted(rules: Mapping[str, SigmaRule], files: Mapping[str, bytes]) -> list[Mistake]:
    """Each vendor's field that a rule names and no record that we know has, once a rule and line.

    `files`: name -> content, from which the lines are told. A doubt is no mistake: a newer log may have the field.
    """
    found = (
        _doubt(rule, selection, name, files)
        for rule in rules.values()
        for selection in rule.selections
        for name in dict.fromkeys(_vendors(selection))
        if not _is_known(selection, name.lower())
    )
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line, one.key))


def _vendors(selection: Selection) -> Iterator[str]:
    """The vendor's names that a selection asks for, as written."""
    also = [*selection.group, *([selection.value] if selection.value else [])]
    asked = (one for one in [*_fields(selection.condition), *also] if one.startswith(RAW))
    return (one.removeprefix(RAW) for one in asked)


def _fields(term: Term) -> Iterator[str]:
    if isinstance(term, AllOf):
        yield from (one for part in term.all_of for one in _fields(part))
    elif isinstance(term, AnyOf):
        yield from (one for part in term.any_of for one in _fields(part))
    elif isinstance(term, Not):
        yield from _fields(term.no)
    else:
        yield from filter(None, (term.field, str(term.value) if term.how == "same" else None))


def _is_known(selection: Selection, name: str) -> bool:
    """Whether a product of the selection has the field, or an object of that name; what we know nothing of, has all."""
    known = [VENDOR_NAMES.get(product) for product in selection.products]
    short = name.removeprefix(_WITHIN)
    return any(
        names is None or not names.isdisjoint({name, short}) or any(one.startswith(f"{short}.") for one in names)
        for names in known
    )


def _doubt(rule: SigmaRule, selection: Selection, name: str, files: Mapping[str, bytes]) -> Mistake:
    every = sorted({one for product in selection.products for one in VENDOR_NAMES.get(product, ())})
    near = get_close_matches(name.lower().removeprefix(_WITHIN), every, 1, _NEAR)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    of = ", ".join(selection.products)
    said = f"no record of {of} that we know has this field; if yours have none, this test never holds."
    file, line = _place(rule.file, name, files)
    return Mistake(file, name, said + meant, line)


def _place(first: str, name: str, files: Mapping[str, bytes]) -> tuple[str, int]:
    """The file and line that name it: the rule's own file first, else that of a rule it refers to."""
    key = re.compile(rb"(?i)(?:^|[\s{\[,'\"])[\w.$-]*?" + re.escape(name.encode()) + rb"['\"]?\s*(?:[|:,\]]|$)")
    for file in sorted(files, key=lambda one: one != first):
        for number, line in enumerate(files[file].splitlines(), 1):
            if key.search(line):
                return file, number
    return first, 0
