"""By which values of a field an event can be known to be none of a rule's before its record is read."""

from collections.abc import Mapping

from model.policy.sigma import AllOf, AnyOf, Term, Test


def words_of(term: Term, field: str) -> frozenset[str] | None:
    """The values, lower-case, that the field must have one of where the term holds; None: it may have any."""
    if isinstance(term, Test):
        asked = term.how == "equals" and (term.field or "").lower() == field.lower()
        return frozenset({str(term.value).lower()}) if asked else None
    if isinstance(term, AllOf):
        found = [said for one in term.all_of if (said := words_of(one, field)) is not None]
        return min(found, key=lambda said: (len(said), sorted(said)), default=None)
    if isinstance(term, AnyOf):
        every = [words_of(one, field) for one in term.any_of]
        return None if None in every else frozenset().union(*(said for said in every if said is not None))
    return None


def left_of(term: Term, known: Mapping[str, str]) -> Term | None:
    """What of a term is left to ask of an event whose fields are known to have these values, lower-case; None: nothing.

    A test for another value stays, and the event fails it.
    """
    if isinstance(term, Test):
        sure = term.how == "equals" and not term.cased and known.get(term.field or "") == str(term.value).lower()
        return None if sure else term
    if isinstance(term, AllOf):
        left = tuple(found for one in term.all_of if (found := left_of(one, known)) is not None)
        return AllOf(all_of=left) if len(left) > 1 else left[0] if left else None
    return term
