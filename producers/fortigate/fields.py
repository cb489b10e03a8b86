"""A FortiGate record as its fields, whichever way it is written: key=value, comma-separated, CEF or JSON."""

import re
from typing import Any

import msgspec

Fields = dict[str, str]

# A quote ends a value only where another field, or the end, follows: old builds do not escape quotes in `msg`.
_PAIR = re.compile(
    r'([A-Za-z_][\w.-]{0,63})=(?:"((?:\\.|[^\\"]|"(?!,?\s*(?:[A-Za-z_][\w.-]{0,63}=|$)))*)"|([^\s"]*(?<!,)))',
    re.A | re.S,
)
# What most lines are: no quote and no backslash within a value. Matched first because it costs a fourth.
_PLAIN = re.compile(r'(?:[A-Za-z_][\w.-]*+=(?:"[^"\\]*+"|[^\s"]*+)(?:\s++|$))*+', re.A)
_PLAIN_PAIR = re.compile(r'([A-Za-z_][\w.-]*+)=("[^"]*+"|[^\s"]*+)', re.A)
_COMMA_PAIR = re.compile(
    r'([A-Za-z_][\w.-]{0,63})=(?:"((?:\\.|[^\\"]|"(?!\s*(?:,[A-Za-z_][\w.-]{0,63}=|,?$)))*)"|([^,"]*))', re.A | re.S
)
_COMMAS = re.compile(r"[A-Za-z_]\w{0,63}=[^,\s]{0,64},[A-Za-z_]\w{0,63}=", re.A)
_EXTENSION = re.compile(r"(?:^| )([A-Za-z_][\w.]{0,63})=(.*?)(?= [A-Za-z_][\w.]{0,63}=|$)", re.A | re.S)
_BAR = re.compile(r"(?<!\\)\|")
_CEF_ESCAPE = re.compile(r"\\([\\=|nr])")
_NOTHING = frozenset({"", "N/A", "n/a", "(null)", "none", "-"})
# CEF names for what FortiOS calls otherwise (FortiOS log reference, "FortiOS to CEF log field mapping").
_CEF_NAMES = {
    "deviceExternalId": "devid", "dvchost": "devname", "src": "srcip", "dst": "dstip", "spt": "srcport",
    "dpt": "dstport", "shost": "srcname", "dhost": "hostname", "suser": "user", "duser": "user", "act": "action",
    "app": "service", "externalId": "sessionid", "out": "sentbyte", "in": "rcvdbyte", "request": "url",
    "requestContext": "catdesc", "requestClientApplication": "agent", "outcome": "status", "smac": "srcmac",
    "destinationServiceName": "app",
}  # fmt: skip
_JSON = msgspec.json.Decoder(dict[str, Any])
MAX_FIELDS = 500


def fields_of(message: str) -> Fields:
    """Name to value, without quotes and escapes and without what means nothing; the first of a repeated name counts.

    The first counts because what a client can write (URL, agent) comes after what the firewall says of itself.
    """
    if message.startswith("{"):
        return _json(message)
    head, found, _ = message.partition("CEF:0|")
    if found and "=" not in head:  # in a URL it would be the client's invention
        return _cef(message[len(head) :])
    if _COMMAS.match(message):
        return _pairs(_COMMA_PAIR, message)
    return _plain(message) if _PLAIN.fullmatch(message) else _pairs(_PAIR, message)


def _plain(message: str) -> Fields:
    found: Fields = {}
    for name, value in _PLAIN_PAIR.findall(message)[:MAX_FIELDS]:
        value = value.strip('"')
        if name not in found and value not in _NOTHING:
            found[name] = value
    return found


def _pairs(pattern: re.Pattern[str], message: str) -> Fields:
    found: Fields = {}
    for match in pattern.finditer(message):
        name, quoted, bare = match.groups()
        value = bare.strip() if quoted is None else quoted
        if value not in _NOTHING:
            found.setdefault(name, value.replace('\\"', '"').replace("\\\\", "\\") if "\\" in value else value)
        if len(found) > MAX_FIELDS:
            break
    return found


def _json(message: str) -> Fields:
    try:
        document = _JSON.decode(message)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return {name: str(value) for name, value in document.items() if type(value) in (str, int) and value not in _NOTHING}


def _cef(message: str) -> Fields:
    parts = _BAR.split(message, 7)
    if len(parts) < 8:
        return {}
    found: Fields = {"cef_name": parts[5]}
    for match in _EXTENSION.finditer(parts[7]):
        name, value = match[1], _CEF_ESCAPE.sub(_unescape, match[2]).strip()
        ours = name.removeprefix("FTNTFGT") if name.startswith("FTNTFGT") else _CEF_NAMES.get(name, name)
        if value not in _NOTHING and len(found) <= MAX_FIELDS:
            found.setdefault(ours, value)
    return _typed(found, parts[5])


def _unescape(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(match[1], match[1])


def _typed(found: Fields, name: str) -> Fields:
    """CEF says type and subtype as `cat=traffic:forward`, and in its name `traffic:forward accept`."""
    kind = (found.get("cat") if ":" in found.get("cat", "") else None) or name.partition(" ")[0]
    if "type" not in found and ":" in kind:
        found["type"], _, found["subtype"] = kind.partition(":")
    return found
