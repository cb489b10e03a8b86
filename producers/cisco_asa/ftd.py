"""Firepower's own events, 430001 to 430005: `Key: value, Key: value`; a value may hold `, ` and `: ` itself."""

import re
from zoneinfo import ZoneInfo

from model.event import Basis, Event
from producers.cisco_asa.message import Reader, set_account
from producers.forms import BLANKS, address, host_of, known, whole
from producers.times import at_iso

# In the vendor's order (Firepower Threat Defense Syslog Messages, "Connection Event Fields"): its own first.
_OWN = (
    "EventPriority", "DeviceUUID", "InstanceID", "FirstPacketSecond", "ConnectionID", "AccessControlRuleAction",
    "AccessControlRuleReason", "SrcIP", "DstIP", "ICMPType", "ICMPCode", "SrcPort", "DstPort", "Protocol", "VLAN_ID",
    "IngressInterface", "EgressInterface", "IngressZone", "EgressZone", "IngressVRF", "EgressVRF", "ACPolicy",
    "AccessControlRuleName", "Prefilter Policy", "User",
)  # fmt: skip
_LATER = (
    "Client", "ClientVersion", "ApplicationProtocol", "WebApplication", "ConnectionDuration", "FileCount", "IPSCount",
    "InitiatorPackets", "ResponderPackets", "InitiatorBytes", "ResponderBytes", "NAPPolicy", "HTTPResponse",
    "URLCategory", "URLReputation", "DNSRecordType", "DNSResponseType", "DNS_TTL",
)  # fmt: skip
_CLIENTS = (
    "UserAgent",
    "HTTPReferer",
    "ReferencedHost",
    "URL",
    "DNSQuery",
    "NetBIOSDomain",
    "FileName",
    "SSLServerName",
)
# Of a file or malware event ("File and Malware Event Fields"); whoever sends the file has named it.
_FILES = (
    "FileDirection", "FileAction", "FileSHA256", "SHA_Disposition", "SperoDisposition", "ThreatName", "ThreatScore",
    "ArchiveFileName", "ArchiveFileStatus", "FileName", "FileType", "FileSize", "FilePolicy", "FileStorageStatus",
    "FileSandboxStatus", "FileStaticAnalysisStatus", "ArchiveDepth", "ArchiveSHA256", "URI",
)  # fmt: skip
_ENDS = frozenset({"SrcIP", "DstIP", "SrcPort", "DstPort", "Protocol", "FileAction"})
_PAIR = re.compile(rf"(?:^|, )({'|'.join((*_OWN, *_LATER, *_CLIENTS))}): ", re.A)
_FILE_PAIR = re.compile(rf"(?:^|, )({'|'.join((*_OWN, *_LATER, *_FILES))}): ", re.A)
_BLOCKS = ("block", "deny", "reset", "interactive block")
_NOBODY = (None, "Unknown", "No Authentication Required", "Not Found")
_UTC = ZoneInfo("UTC")


def read_connection(event: Event, message: str) -> bool:
    """A connection's beginning (430002) or end (430003): a web request where it names a URL, else a flow."""
    facts = pairs(message)
    source = address(facts.get("SrcIP")) if facts else None
    if facts is None or source is None:
        return False
    _flow(event, facts)
    event.address = source
    event.url = known(facts.get("URL"))
    event.domain = host_of(event.url)
    event.url_category = known(facts.get("URLCategory"))
    event.user_agent = known(facts.get("UserAgent"))
    event.action = "web.requested" if event.url else "connection.recorded"
    return True


def read_file(event: Event, message: str) -> bool:
    """A file that was seen (430004), or malware (430005): from where to where, of which page.

    Behind the name of the file stands what its sender may have written into that name: of that a user is `claimed`,
    a time is not read, and no request is told by it.
    """
    marks = list(_FILE_PAIR.finditer(message))
    names = [mark[1] for mark in marks]
    first = next((at for at, name in enumerate(names) if name in ("FileName", "ArchiveFileName")), len(names))
    facts = _values(message, marks)
    if len(set(names)) != len(names) or not _ENDS.isdisjoint(names[first:]) or not address(facts.get("SrcIP")):
        return False
    behind = names[first:]
    if "FirstPacketSecond" in behind:
        del facts["FirstPacketSecond"]
    _flow(event, facts, "claimed" if "User" in behind else "observed")
    event.address, event.vendor_action = address(facts.get("SrcIP")), known(facts.get("FileAction"))
    event.outcome = "unknown"
    event.verdict = "blocked" if (event.vendor_action or "").endswith("Block") else None
    event.url = known(facts.get("URI"))
    event.domain = host_of(event.url)
    return True


def _flow(event: Event, facts: dict[str, str], basis: Basis = "observed") -> None:
    event.category = "proxy"
    event.vendor_action = known(facts.get("AccessControlRuleAction"))
    blocked = (event.vendor_action or "").lower().startswith(_BLOCKS)
    event.verdict = "blocked" if blocked else "allowed" if event.vendor_action else "unknown"
    event.outcome = "failure" if blocked else "success" if event.vendor_action else "unknown"
    event.reason = known(facts.get("AccessControlRuleReason")) or known(facts.get("AccessControlRuleName"))
    event.destination = address(facts.get("DstIP"))
    event.destination_port = whole(facts.get("DstPort"))
    event.protocol = known(facts.get("ApplicationProtocol")) or known(facts.get("Protocol"))
    event.app = known(facts.get("WebApplication")) or known(facts.get("Client"))
    event.bytes_out, event.bytes_in = whole(facts.get("InitiatorBytes")), whole(facts.get("ResponderBytes"))
    duration = whole(facts.get("ConnectionDuration"))
    event.duration_s = None if duration is None else float(duration)
    event.session_id = known(facts.get("ConnectionID"))
    user = facts.get("User")
    set_account(event, None if user in _NOBODY else user, basis)
    _when(event, facts.get("FirstPacketSecond"))


def _when(event: Event, text: str | None) -> None:
    """The event's own time is UTC with its offset, the head's is not always."""
    at = at_iso(text, _UTC) if text and event.time_quality != "exact" else None
    if at:
        event.occurred_at, event.time_quality = at


def pairs(message: str) -> dict[str, str] | None:
    """The facts of a message; None where one stands twice, or one of the firewall's own behind a client's.

    Nothing is escaped: a URL may hold `, User: somebody`.
    """
    marks = list(_PAIR.finditer(message))
    names = [mark[1] for mark in marks]
    first = next((at for at, name in enumerate(names) if name in _CLIENTS), len(names))
    if len(set(names)) != len(names) or not set(_OWN).isdisjoint(names[first:]):
        return None
    return _values(message, marks)


def _values(message: str, marks: list[re.Match[str]]) -> dict[str, str]:
    ends = [*(mark.start() for mark in marks[1:]), len(message)]
    return {mark[1]: message[mark.end() : end].strip(BLANKS) for mark, end in zip(marks, ends, strict=False)}


READERS: dict[str, tuple[Reader, ...]] = {
    **dict.fromkeys(("430001", "430002", "430003"), (read_connection,)),
    **dict.fromkeys(("430004", "430005"), (read_file,)),
}
