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


class NotMapped(ValueError):
    """Claims that name nobody we may let in; the message says why."""


class Provider(msgspec.Struct, frozen=True):
    """The district's provider, and how its claims are read. `roles`: a value of the claim → our role."""

    issuer: str
    client_id: str
    client_secret: str
    name_claim: str
    role_claim: str
    roles: dict[str, str]
    redirect: str


class Person(msgspec.Struct, frozen=True):
    """Whom the provider vouches for: `subject` is theirs for ever at this issuer, `name` what we call them."""

    issuer: str
    subject: str
    name: str
    roles: tuple[str, ...]


def provider_of(settings: Settings) -> Provider | None:
    """The provider that the settings name; None where there is none. Raises ValueError on settings that do not fit."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise ValueError("OIDC_ISSUER is set and OIDC_CLIENT_ID is not")
    pairs = [part.partition("=") for part in settings.oidc_roles.split(";") if part.strip()]
    roles = {value.strip(): role.strip() for value, _, role in pairs}
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
    )


def person_of(provider: Provider, claims: Mapping[str, Any]) -> Person:
    """Whom the claims of a verified ID token name, with our roles. Raises `NotMapped`; pure."""
    name = str(claims.get(provider.name_claim) or "").strip().lower()
    if not _NAME.fullmatch(name):
        raise NotMapped(f"the claim {provider.name_claim} names nobody")
    subject = str(claims.get("sub") or "")
    if not subject:
        raise NotMapped("the claim sub is empty")
    told = _inside(claims, provider.role_claim)
    values = told if isinstance(told, list) else [told]
    roles = {provider.roles[value] for value in values if isinstance(value, str) and value in provider.roles}
    if not roles:
        raise NotMapped(f"none of the values of {provider.role_claim} has a role here")
    return Person(provider.issuer, subject, name, tuple(role for role in ROLES if role in roles))


def _inside(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name; `realm_access.roles` is one within another."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def signed_on(register: Register, person: Person, at: datetime) -> User:
    """The user, added or with new roles where the provider says so. Raises `NotMapped`.

    A name that a local account has, or somebody else of the provider, is not taken over.
    """
    user = user_of(register, person.name)
    if user is None:
        body = {"roles": list(person.roles), "issuer": person.issuer, "subject": person.subject}
        told = {"actor": ACTOR, "role": "system", "purpose": "update", "expected_version": 0, "body": body}
        register.write(decision(entity_of(person.name), "user.added", at, **told))  # type: ignore[arg-type]
        user = user_of(register, person.name)
    assert user is not None
    if (user.issuer, user.subject) != (person.issuer, person.subject):
        raise NotMapped(f"{person.name} is another account here")
    if user.disabled:
        raise NotMapped(f"{person.name} is disabled")
    if set(user.roles) != set(person.roles):
        register.write(changed(user, "user.roles_changed", at, ACTOR, "system", roles=list(person.roles)))
        user = msgspec.structs.replace(user, roles=person.roles)
    return user
