"""The roles `urls`, `flows` and the firewalls: what was asked for, what was let through."""

import re

from model.event import Event
from producers import forms

_URL = re.compile(
    r"src=(?P<src>\S+) dst=(?P<dst>\S+)(?: mac=(?P<mac>\S+))?(?: agent='(?P<agent>.*)')? request: "
    r"(?P<method>\S+) (?P<quote>'?)(?P<url>\S*)(?P=quote)",
    re.S,
)
_FLOW = re.compile(r"(?:(?P<word>allow|deny) )?(?P<pairs>src=\S+(?: \w+=\S*)*)(?: pattern: (?P<pattern>.*))?", re.S)
_VERDICTS = {"allow": "allowed", "0": "allowed", "deny": "blocked", "1": "blocked",
             "allowed": "allowed", "blocked": "blocked"}  # fmt: skip


def urls(event: Event, text: str) -> None:
    """`src=10.1.2.3:50000 dst=...:443 mac=... agent='...' request: GET https://...`; the agent is the client's."""
    match = _URL.fullmatch(text) if text.count(" request: ") == 1 else None
    if match is None:
        return
    requested(event, match["url"])
    event.verdict = "unknown"  # what the filter blocks is told by an event of its own
    event.method = forms.http_method(match["method"])
    event.address = forms.address(match["src"])
    event.destination, event.destination_port = forms.address_port(match["dst"])
    event.user_agent = match["agent"]
    card(event, match["mac"])


def requested(event: Event, url: str) -> None:
    """Somebody asked for `url`, which Meraki cuts to its beginning."""
    event.action, event.url, event.domain = "web.requested", url or None, forms.host_of(url)


def flow(event: Event, text: str) -> None:
    """`allow src=... dst=... mac=... protocol=tcp sport=... dport=...`, or the verdict in `pattern: 0 ...` or
    `decision=blocked`."""
    match = _FLOW.fullmatch(text)
    if match is None:
        return
    pairs = dict(part.split("=", 1) for part in match["pairs"].split(" "))
    word = match["word"] or pairs.get("decision") or (match["pattern"] or "").split(" ")[0]
    event.action, event.vendor_action = "connection.recorded", word or None
    named = "allowed" if "Allow" in (match["pattern"] or "") else "unknown"  # `Group Policy Allow`
    event.verdict = _VERDICTS.get(word, named)
    event.outcome = {"allowed": "success", "blocked": "failure"}.get(event.verdict, "unknown")
    event.address, event.destination = forms.address(pairs.get("src")), forms.address(pairs.get("dst"))
    event.destination_port = _port(pairs.get("dport"))
    event.protocol = forms.known(pairs.get("protocol"))
    event.reason = match["pattern"]
    card(event, pairs.get("mac"))


def _port(text: str | None) -> int | None:
    port = forms.whole(text)
    return port if port is not None and port < 65_536 else None


def card(event: Event, mac: str | None) -> None:
    """The client's card, as the appliance saw it."""
    event.mac = forms.mac(mac)
    event.device_basis = "observed" if event.mac else None
