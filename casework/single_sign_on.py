"""Users who come from a district's single sign-on (OpenID Connect): which claims name them, which roles they have."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from casework.register import Register, decision
from casework.roles import ROLES
from casework.users import User, changed, entity_of, user_of
from model.settings import Settings

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
ACTOR = "single sign-on"
WHOLE = "*"  # in OIDC_SCHOOLS: the whole district


class NotMapped(ValueError):
    """Claims that name nobody we may let in; the message says why."""


class Provider(msgspec.Struct, frozen=True):
    """The district's provider, and how its claims are read. `roles`: a value of the claim → our role.

    `schools`: a value of `school_claim` → an id of orgs.csv, or `*` for the whole district; where it is empty, values
    are ids. Without a `school_claim` everybody works for the whole district.
    """

    issuer: str
    client_id: str
    client_secret: str
    name_claim: str
    role_claim: str
    roles: dict[str, str]
    redirect: str
    school_claim: str = ""
    schools: dict[str, str] = {}


class Person(msgspec.Struct, frozen=True):
    """Whom the provider vouches for: `subject` is theirs for ever at this issuer, `name` what we call them.

    `schools` is empty for the whole district.
    """

    issuer: str
    subject: str
    name: str
    roles: tuple[str, ...]
    schools: tuple[str, ...] = ()


def provider_of(settings: Settings) -> Provider | None:
    """The provider that the settings name; None where there is none. Raises ValueError on settings that do not fit."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise ValueError("OIDC_ISSUER is set and OIDC_CLIENT_ID is not")
    roles = _pairs(settings.oidc_roles)
    if not roles or not set(roles.values()) <= set(ROLES):
        raise ValueError(
            f"OIDC_ROLES is {settings.oidc_roles!r}; write VALUE=ROLE;…, each role one of {', '.join(ROLES)}"
        )
    return Provider(
        settings.oidc_issuer.rstrip("/"),
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_name_claim,
        settings.oidc_role_claim,
        roles,
        settings.oidc_redirect,
        settings.oidc_school_claim,
        _pairs(settings.oidc_schools),
    )


def _pairs(text: str) -> dict[str, str]:
    """What `VALUE=MEANING;VALUE=MEANING` says."""
    parts = (part.partition("=") for part in text.split(";") if part.strip())
    return {value.strip(): meaning.strip() for value, _, meaning in parts}


def person_of(provider: Provider, claims: Mapping[str, Any]) -> Person:
    """Whom the claims of a verified ID token name, with our roles. Raises `NotMapped`; pure."""
    name = str(claims.get(provider.name_claim) or "").strip().lower()
    if not _NAME.fullmatch(name):
        raise NotMapped(f"the claim {provider.name_claim} names nobody")
    subject = str(claims.get("sub") or "")
    if not subject:
        raise NotMapped("the claim sub is empty")
    roles = {provider.roles[one] for one in _values(claims, provider.role_claim) if one in provider.roles}
    if not roles:
        raise NotMapped(f"none of the values of {provider.role_claim} has a role here")
    found = tuple(role for role in ROLES if role in roles)
    return Person(provider.issuer, subject, name, found, _schools(provider, claims))


def _schools(provider: Provider, claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools that somebody works for; who has none of them is not let in."""
    if not provider.school_claim:
        return ()
    values = _values(claims, provider.school_claim)
    known = provider.schools
    found = {known.get(one, "") if known else one for one in values} - {""}
    if not found:
        raise NotMapped(f"none of the values of {provider.school_claim} is a school here")
    return () if WHOLE in found else tuple(sorted(found))


def _values(claims: Mapping[str, Any], claim: str) -> list[str]:
    told = _inside(claims, claim)
    return [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str) and one.strip()]


def _inside(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name; `realm_access.roles` is one within another."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def signed_on(register: Register, person: Person, at: datetime) -> User:
    """The user, added or with new roles and schools where the provider says so. Raises `NotMapped`.

    A name that a local account has, or somebody else of the provider, is not taken over.
    """
    user = user_of(register, person.name)
    if user is None:
        body = {"roles": list(person.roles), "issuer": person.issuer, "subject": person.subject,
                "schools": list(person.schools)}  # fmt: skip
        told = {"actor": ACTOR, "role": "system", "purpose": "update", "expected_version": 0, "body": body}
        register.write(decision(entity_of(person.name), "user.added", at, **told))  # type: ignore[arg-type]
        user = user_of(register, person.name)
    assert user is not None
    if (user.issuer, user.subject) != (person.issuer, person.subject):
        raise NotMapped(f"{person.name} is another account here")
    if user.disabled:
        raise NotMapped(f"{person.name} is disabled")
    for name, kind in (("roles", "user.roles_changed"), ("schools", "user.schools_changed")):
        told = getattr(person, name)
        if set(getattr(user, name)) != set(told):
            register.write(changed(user, kind, at, ACTOR, "system", **{name: list(told)}))
            user = msgspec.structs.replace(user, **{name: told, "version": user.version + 1})
    return user
