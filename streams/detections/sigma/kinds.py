"""Which kinds of record a rule can fit at all: by product, our words for it, and the vendor's own code or word."""

from collections.abc import Callable

from model.policy.sigma import ANY, Selection, SigmaRule
from model.sigma.words import words_of
from streams.seen import Kind

_FIELDS = tuple(name for name in Kind._fields if name != "product")


def reads(rule: SigmaRule) -> Callable[[Kind], bool]:
    """Whether one of the rule's selections can fit a record of the kind."""
    selections = [_reads(one) for one in rule.selections]
    return lambda kind: any(fits(kind) for fits in selections)


def _reads(selection: Selection) -> Callable[[Kind], bool]:
    products = frozenset(selection.products)
    words = {product: frozenset(said) for product, said in selection.words.items()}
    needs = [(n, words_of(selection.condition, name)) for n, name in enumerate(Kind._fields) if name in _FIELDS]
    needed = [(n, said) for n, said in needs if said is not None]

    def fits(kind: Kind) -> bool:
        if ANY not in products and kind.product not in products:
            return False
        own = words.get(kind.product)
        told = {(kind.vendor_code or "").lower(), (kind.vendor_action or "").lower()}
        return (own is None or not own.isdisjoint(told)) and all(_said(kind[n]) in said for n, said in needed)

    return fits


def _said(value: str | None) -> str:
    return (value or "").lower()
