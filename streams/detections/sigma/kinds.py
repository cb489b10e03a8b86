"""Which kinds of record a rule can fit at all: by product, our words for it, and the vendor's own code or word."""

from collections.abc import Callable

from model.policy.sigma import ANY, RAW, Selection, SigmaRule, Term
from model.sigma.words import words_of
from model.vocabulary import LOGON_TYPES
from streams.seen import Kind

_WINDOWS = "windows_security"
_SECOND = "secondary"  # our word for some logons of several types
FIELDS = tuple(name for name in Kind._fields if name != "product")


def reads(rule: SigmaRule) -> Callable[[Kind], bool]:
    """Whether one of the rule's selections can fit a record of the kind."""
    selections = [_reads(one) for one in rule.selections]
    return lambda kind: any(fits(kind) for fits in selections)


def _reads(selection: Selection) -> Callable[[Kind], bool]:
    products = frozenset(selection.products)
    words = {product: frozenset(said) for product, said in selection.words.items()}
    needs = [(n, words_of(selection.condition, name)) for n, name in enumerate(Kind._fields) if name in FIELDS]
    needed = [(n, said) for n, said in needs if said is not None]
    logons = _logons(selection)

    def fits(kind: Kind) -> bool:
        if ANY not in products and kind.product not in products:
            return False
        if logons and kind.product == _WINDOWS and kind.logon_type and kind.logon_type not in logons:
            return False
        own = words.get(kind.product)
        told = {(kind.vendor_code or "").lower(), (kind.vendor_action or "").lower()}
        return (own is None or not own.isdisjoint(told)) and all(_said(kind[n]) in said for n, said in needed)

    return fits


def sure_of(condition: Term) -> dict[str, str]:
    """The one value, lower-case, that a field has in each record of a kind that `reads` lets in for this condition.

    Never an empty one: a kind does not tell an empty field from none.
    """
    told = ((field, words_of(condition, field)) for field in FIELDS)
    return {field: value for field, said in told if said and len(said) == 1 for value in said if value}


def _logons(selection: Selection) -> frozenset[str] | None:
    """Our words for the types of logon that Windows's own field must say one of; None: it may say any."""
    types = words_of(selection.condition, RAW + "LogonType")
    return None if types is None else frozenset({_SECOND, *(LOGON_TYPES.get(one, one) for one in types)})


def _said(value: str | None) -> str:
    return (value or "").lower()
