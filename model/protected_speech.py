"""An event without the topic that it is about, where the topic is protected speech (N14; ADR 0016)."""

import msgspec

from model.vocabulary import SENSITIVE

# What tells the topic, in the event as it is stored. The raw record stays as it came.
TOLD_IN = ("url", "domain", "destination", "app", "reason", "vendor_action", "user_agent")


def without_topic(line: bytes) -> bytes:
    """The event with `sensitive` in place of the topic. Raises `msgspec.DecodeError`."""
    said = msgspec.json.decode(line)
    for name in TOLD_IN:
        said.pop(name, None)
    return msgspec.json.encode({**said, "url_category": SENSITIVE})
