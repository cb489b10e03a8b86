"""A pack as another release stored it, read by this one: what it lacks is filled in, what is unknown is left out."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from model.policy.pack import merge
from model.policy.whole import Policy

MORE_RECENT = "the stored pack was written by a release without this detection; publish the settings again"
UNREADABLE = "the stored pack's rule for it cannot be read by this release; publish the settings again"


def read_stored(text: str, defaults: Policy) -> Policy:
    """The policy that a stored pack (JSON of a whole `Policy`) amounts to under this release.

    A key it lacks has the value of `defaults`, a key or reason that this release does not know is left out. A
    detection that it lacks, or whose rule cannot be read, is off: nobody chose its numbers. So is a Sigma rule of which
    anything cannot be read. Its hash stays that of the
    text as published. Raises ValueError where the text is no pack or a value outside the detections cannot be read.
    """
    stored = json.loads(text)
    if not isinstance(stored, dict) or not isinstance(stored.get("detections"), dict) or not stored.get("id"):
        raise ValueError("a stored pack is a JSON object with an id and an object of detections")
    known = defaults.model_dump(mode="json")
    said = merge(known, stored)
    for name in known["detections"].keys() - stored["detections"].keys():
        said["detections"][name] = _off(known, name, MORE_RECENT)
    for error in _errors(said, type(defaults)):
        _mend(said, error["type"], error["loc"], known)
    return type(defaults).model_validate(said)


def _off(known: dict[str, Any], name: str, why: str) -> dict[str, Any]:
    return {**known["detections"][name], "enabled": False, "off_reason": why}


def _errors(said: dict[str, Any], kind: type[Policy]) -> Iterator[Any]:
    try:
        kind.model_validate(said)
    except ValidationError as error:
        yield from error.errors(include_url=False, include_context=False)


def _mend(said: dict[str, Any], fault: str, where: tuple[Any, ...], known: dict[str, Any]) -> None:
    """Leave out an unknown key; turn off a detection whose rule is wrong in another way."""
    if where[0] == "sigma" and len(where) > 1:  # judged by half of what it says it would be another rule
        said["sigma"].pop(where[1], None)
        return
    unknown_name = where.index("[key]") if "[key]" in where else None
    *above, last = where[:unknown_name]
    if unknown_name or fault == "extra_forbidden":
        for part in above:
            said = said[part]
        said.pop(last, None)
    elif where[0] == "detections" and len(where) > 1:
        said["detections"][where[1]] = _off(known, where[1], UNREADABLE)
