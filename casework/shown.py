"""How a decision is shown to people and programs: never with a password, always with whether it holds."""

from typing import Any

import msgspec

from casework.fold import Entry

HIDDEN = "secret"  # the key of a body under which nobody is shown anything


def shown(entry: Entry) -> dict[str, Any]:
    """The event's fields with `version`, `holds` and, where it came too late, `rejected_by`."""
    event = msgspec.structs.asdict(entry.event)
    first = entry.first
    return {
        **event,
        "body": {name: value for name, value in entry.event.body.items() if name != HIDDEN},
        "version": entry.version,
        "holds": entry.holds,
        "rejected_by": {"event_id": first.event_id, "actor": first.actor, "kind": first.kind, "at": first.at}
        if first
        else None,
    }
