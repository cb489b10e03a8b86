"""What administrators typed on the appliance: 111008, 111009, 111010; passwords among it are struck out."""

import re

from model.event import Event
from producers.cisco_asa.message import Reader, reader, set_account
from producers.forms import address

_SECRET = re.compile(
    rb"(\b(?:password|passwd|secret|pre-shared-key|community|shared-secret|passphrase) +(?:\d +)?)(?!\*)[^\s']+", re.I
)


def strike_commands(record: bytes) -> bytes:
    """Secrets in the commands that 11100x and 111010 quote; the appliance masks most of them, not all."""
    return _SECRET.sub(rb"\1***", record) if b"-1110" in record else record


def _executed(event: Event, match: re.Match[str]) -> None:
    found = match.groupdict()
    event.category, event.action, event.outcome = "device", "command.executed", "success"
    event.vendor_action = "executed"
    set_account(event, found["user"], "observed")
    event.address = address(found.get("ip"))
    event.app = match["command"].split(" ", 1)[0][:100] or None


# The user stands first and holds no quote; what was typed cannot shift it.
_USER = r"User '(?P<user>[^']{0,256})'"
_QUOTED = _USER + r" executed the '(?P<command>.*)' command\.?"
_SHOWN = _USER + r" executed cmd: {0,3}(?P<command>.*)"
_RUNNING = _USER + r", running '[^']{0,256}' from IP (?P<ip>[^\s,]{2,45}), executed '(?P<command>.*)'"
READERS: dict[str, tuple[Reader, ...]] = {
    "111008": (reader(_QUOTED, _executed),),
    "111009": (reader(_SHOWN, _executed), reader(_QUOTED, _executed)),
    "111010": (reader(_RUNNING, _executed),),
}
