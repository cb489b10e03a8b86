"""The roles and what each may do: the one table that is asked; pure."""

from typing import Final

# What somebody may do, and in which roles (docs/security.md).
RIGHTS: Final[dict[str, frozenset[str]]] = {
    "manage users": frozenset({"administrator"}),
    "read violations": frozenset({"analyst"}),
    "open what was shared": frozenset({"viewer", "analyst", "records_officer", "privacy_officer", "reviewer"}),
    "read events": frozenset({"analyst"}),
    "read sources": frozenset({"analyst", "administrator"}),
    "read dead letters": frozenset({"administrator"}),
    "retry dead letters": frozenset({"administrator"}),  # who may read them
    "read searches": frozenset({"reviewer"}),
    "triage": frozenset({"analyst"}),
    "review misuse": frozenset({"reviewer"}),  # what was found about those who search
    "work on cases": frozenset({"analyst"}),
    "place holds": frozenset({"analyst", "records_officer"}),
    "plan retention": frozenset({"records_officer"}),
    "approve retention": frozenset({"administrator"}),
    "answer requests": frozenset({"records_officer"}),
    "handle incidents": frozenset({"privacy_officer"}),
    "unmask": frozenset({"analyst", "privacy_officer"}),
}
ROLES: Final = ("viewer", "analyst", "records_officer", "privacy_officer", "reviewer", "administrator")


def may(roles: tuple[str, ...], right: str) -> bool:
    """Whether one of the roles has a right; raises KeyError for a right that the table does not have."""
    return not RIGHTS[right].isdisjoint(roles)


def role_for(roles: tuple[str, ...], right: str) -> str:
    """In which of their roles somebody does it: the first that may, else all they have."""
    fit = [role for role in ROLES if role in roles and role in RIGHTS[right]]
    return fit[0] if fit else "+".join(roles)
