"""What a schema cannot see in a pack: clauses cited but not quoted, roles nobody has, reasons without a severity."""

from collections.abc import Iterator
from typing import Any, get_args

from model.mistake import Mistake
from model.policy.detections import Detections
from model.policy.protected_speech import topics_asked_for
from model.policy.whole import RECORD_CLASSES
from model.vocabulary import APPROVAL_KINDS

# OneRoster 1.2's roles; `ext:` words are a district's own.
ROLES = frozenset(
    (
        *("aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative"),
        *("siteAdministrator", "student", "systemAdministrator", "teacher"),
    )
)


def loose_ends(said: dict[str, Any]) -> Iterator[Mistake]:
    """The mistakes of a merged pack, whatever shape its values have; a wrong shape is the schema's to name."""
    yield from _missing(said)
    yield from _roles(said)
    yield from topics_asked_for(said)
    for name, rule in _mapping(said, "detections").items():
        if name in Detections.model_fields and isinstance(rule, dict):
            yield from _detection(name, rule, _mapping(said, "clauses").keys())
    for name, rule in _mapping(said, "sigma").items():
        for clause in _texts(rule.get("clauses")):
            if clause not in _mapping(said, "clauses"):
                yield Mistake("", f"sigma.{name}", f"cites the clause {clause!r}, which `clauses` does not quote")


def _mapping(said: dict[str, Any], *path: str) -> dict[str, Any]:
    for part in path:
        said = said.get(part, {}) if isinstance(said, dict) else {}
    return said if isinstance(said, dict) else {}


def _missing(said: dict[str, Any]) -> Iterator[Mistake]:
    wanted = {"approvals": APPROVAL_KINDS, "retention": RECORD_CLASSES, "idle_minutes": ("default",)}
    for key, names in wanted.items():
        if isinstance(said.get(key), dict):
            yield from (Mistake("", f"{key}.{name}", "is missing") for name in names if name not in said[key])


def _roles(said: dict[str, Any]) -> Iterator[Mistake]:
    holders = {f"approvals.{kind}": _mapping(said, "approvals", kind) for kind in _mapping(said, "approvals")}
    holders["exemptions"] = _mapping(said, "exemptions")
    for path, holder in holders.items():
        for key in ("roles", "it_roles"):
            for role in _texts(holder.get(key)):
                if role not in ROLES and not role.startswith("ext:"):
                    yield Mistake(
                        "", f"{path}.{key}", f"{role!r} is not a role of roles.csv (our own roles begin with ext:)"
                    )


def _detection(name: str, rule: dict[str, Any], quoted: Any) -> Iterator[Mistake]:
    path = f"detections.{name}"
    cited = {"clauses": rule.get("clauses")}
    cited |= {f"clauses_by_reason.{reason}": ids for reason, ids in _mapping(rule, "clauses_by_reason").items()}
    for key, ids in cited.items():
        for clause in _texts(ids):
            if clause not in quoted:
                yield Mistake("", f"{path}.{key}", f"cites the clause {clause!r}, which `clauses` does not quote")
    if rule.get("enabled") is False and not str(rule.get("off_reason") or "").strip():
        yield Mistake("", f"{path}.off_reason", "is missing: a detection is not turned off without saying why")
    for reason in reasons_of(name):
        if isinstance(rule.get("severity"), dict) and reason not in rule["severity"]:
            yield Mistake("", f"{path}.severity.{reason}", "is missing")


def reasons_of(name: str) -> tuple[str, ...]:
    """The reasons of a detection that a pack knows, in the order of its severity."""
    rule: Any = Detections.model_fields[name].annotation
    severity = rule.model_fields["severity"].annotation
    return get_args(get_args(severity)[0])


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list | tuple) else []
