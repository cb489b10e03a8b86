"""A FortiGate record as its fields, whichever way it is written: key=value, comma-separated, CEF or JSON.

FortiOS writes what it knows itself (who, from where) before what a client chose (host, URL, agent). Older builds do not
escape quotes, so a client can close its field and add others. Then a field stands twice, or behind one that it
never follows, or a quote is left open: such a record is not believed in any part.
"""

import re
from functools import lru_cache

import msgspec

from producers.forms import BLANKS
from producers.json_object import decode_object

Fields = dict[str, str]

_NAME = r"[A-Za-z_][\w.-]{0,63}"
# What most lines are: no quote and no backslash within a value. The last part is what is none of that.
_PLAIN = re.compile(rf'({_NAME})=(?:"([^"\\]*+)"|([^\s"]*+))(?:\s{{1,4}}|$)|(.+)', re.A | re.S)
_PLAIN_COMMA = re.compile(rf'({_NAME})=(?:"([^"\\]*+)"|([^,"]*+))(?:,|$)|(.+)', re.A | re.S)


def _with_quotes(between: str, end: str, bare: str) -> re.Pattern[str]:
    """A field whose value may hold quotes, which old builds do not escape in `msg`: one ends the value only where
    another field follows, or the end. A backslash before a quote that another field follows can be read in two ways.
    """
    within = rf'\\(?:[^"]|"(?!{between}{_NAME}="))|[^\\"]|"(?!{between}{_NAME}=|{end}$)'
    return re.compile(rf'({_NAME})=(?:"((?:{within})*+)"|({bare}))(?:{between}|$)', re.A | re.S)


_QUOTED = _with_quotes(r"\s{1,4}", r"\s{0,4}", r'[^\s"]*+')
_QUOTED_COMMA = _with_quotes(",", ",?", r'[^,"]*+')
_STARTS = re.compile(rf"{_NAME}=", re.A)
_COMMAS = re.compile(r"[A-Za-z_]\w{0,63}=[^,\s]{0,64},[A-Za-z_]\w{0,63}=", re.A)
_CEF = re.compile(r"(?:CEF: ?)?0\|")  # a relay may have taken `CEF:` for a program's name
_BAR = re.compile(r"(?<!\\)\|")
_CEF_NAME = re.compile(r"(?:^| )([A-Za-z_][\w.]{0,63})=", re.A)
_CEF_ESCAPE = re.compile(r"\\([\\=|nr])")
_NOTHING = frozenset({"", "N/A", "n/a", "(null)", "none", "-"})
_IDENTITY = frozenset({
    "date", "time", "eventtime", "tz", "rt", "timestamp", "logid", "type", "subtype", "devname", "devid", "vd", "user",
    "xauthuser", "eapuser", "authserver", "srcip", "srcname", "srcmac", "mastersrcmac", "remip", "tunnelip",
    "assignip", "ip", "mac", "dhcp_msg", "sessionid", "tunnelid", "tunneltype", "ui",
})  # fmt: skip
# What a client writes as it likes, each behind all of the above in the vendor's order (FortiOS Log Message Reference).
_CLIENTS = frozenset({
    "hostname", "url", "agent", "referralurl", "qname", "filename", "httpmethod", "error", "scertcname",
    "sender", "recipient", "from", "to", "subject", "cef_request",
})  # fmt: skip
# A client's name for itself stands early, a login's name is what somebody typed: what follows each of them there.
_BEHIND = {
    "srcname": (("srcport",), ("srcintf",), ("identifier",), ("action",), ("srcmac", "action")),
    "user": (("ui",),),  # where a record has both
}
# CEF names for what FortiOS calls otherwise (FortiOS log reference, "FortiOS to CEF log field mapping").
_CEF_NAMES = {
    "deviceExternalId": "devid", "dvchost": "devname", "src": "srcip", "dst": "dstip", "spt": "srcport",
    "dpt": "dstport", "shost": "srcname", "dhost": "hostname", "suser": "user", "duser": "user", "act": "action",
    "app": "service", "externalId": "sessionid", "out": "sentbyte", "in": "rcvdbyte", "request": "url",
    "requestContext": "catdesc", "requestClientApplication": "agent", "outcome": "status", "smac": "srcmac",
    "destinationServiceName": "app", "sproc": "ui",
}  # fmt: skip
# Of mails and calls, behind the firewall's own fields: what their ends call themselves.
_ENDS = {"suser": "from", "duser": "to"}
_WITH_ENDS = ("utm:emailfilter", "utm:voip")
_CEF_PREFIXES = ("FTNTFGT", "FortinetFortiGate")  # the second until FortiOS 6.0
MAX_FIELDS = 500
_MOST_CACHED = 80  # fields; nobody fills our cache with megabytes
LONGEST = 65_536  # characters; FortiOS itself writes at most a few thousand


def fields_of(message: str) -> Fields | None:
    """Name to value, without quotes and escapes and without what means nothing; None where they cannot be trusted.

    An empty dict where it is not written in any of FortiOS's ways.
    """
    if len(message) > LONGEST:
        return None
    if message.startswith("{"):
        return _json(message)
    if match := _CEF.match(message):
        return _cef(message[match.end() :])
    if not _STARTS.match(message):
        return {}
    message = message.removesuffix("|").rstrip(BLANKS)  # with which some collectors end a line
    comma = _COMMAS.match(message) is not None
    return _plain(_PLAIN_COMMA if comma else _PLAIN, message) or _quoted(_QUOTED_COMMA if comma else _QUOTED, message)


def shows_end(message: str, fields: Fields) -> bool:
    """Whether the last field is seen to be whole: JSON that closes, or a closing quote behind what names nobody."""
    if message.startswith("{"):
        return True
    last = next(reversed(fields), "")
    return message.endswith('"') and last not in _IDENTITY and not _CEF.match(message)


def _plain(pattern: re.Pattern[str], message: str) -> Fields | None:
    """None where a value holds a quote or a backslash, and where the fields are not in order."""
    rows = pattern.findall(message)
    names = tuple([row[0] for row in rows])
    if names[-1] == "" or not _sound(names):
        return None
    return {name: value for name, quoted, bare, _ in rows if (value := quoted or bare) not in _NOTHING}


def _quoted(pattern: re.Pattern[str], message: str) -> Fields | None:
    found: Fields = {}
    names: list[str] = []
    position = 0
    while position < len(message):
        match = pattern.match(message, position)
        if match is None or len(names) >= MAX_FIELDS:
            return None
        position = match.end()
        name, quoted, bare = match.groups()
        names.append(name)
        value = bare.strip(BLANKS) if quoted is None else quoted
        if value not in _NOTHING:
            found[name] = value.replace('\\"', '"').replace("\\\\", "\\") if "\\" in value else value
    return found if _sound(tuple(names)) else None


def _sound(names: tuple[str, ...]) -> bool:
    """Whether each field stands once, and none that says who it was behind one that the client fills in."""
    return _known_order(names) if len(names) <= _MOST_CACHED else _in_order(names)


def _in_order(names: tuple[str, ...]) -> bool:
    if len(names) > MAX_FIELDS or len(set(names)) != len(names):
        return False
    first = next((at for at, name in enumerate(names) if name in _CLIENTS), len(names))
    if not _IDENTITY.isdisjoint(names[first:]) or {"identifier", "srcport"} <= set(names):
        return False
    return _behind(names, "srcname") and ("ui" not in names or _behind(names, "user"))


def _behind(names: tuple[str, ...], name: str) -> bool:
    after = names[names.index(name) + 1 :] if name in names else ()
    return not after or any(after[: len(these)] == these for these in _BEHIND[name])


_known_order = lru_cache(maxsize=512)(_in_order)


def _json(message: str) -> Fields | None:
    try:
        document = decode_object(message.encode())
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None
    return {name: str(value) for name, value in document.items() if type(value) in (str, int) and value not in _NOTHING}


def _cef(message: str) -> Fields | None:
    """`version|vendor|product|version|id|name|severity|k=v k=v`; FortiOS escapes `=` and backslash, drops quotes."""
    parts = _BAR.split(message, 6)
    marks = list(_CEF_NAME.finditer(parts[6])) if len(parts) == 7 else []
    written = _apart([mark[1] for mark in marks], parts[4]) if 0 < len(marks) <= MAX_FIELDS else []
    if not written or marks[0].start() or len(set(written)) != len(written):
        return None
    found: Fields = {}
    ends = [*(mark.start() for mark in marks[1:]), len(parts[6])]
    for mark, key, end in zip(marks, written, ends, strict=True):
        name, value = _our_name(key), _CEF_ESCAPE.sub(_unescape, parts[6][mark.end() : end]).strip(BLANKS)
        if name in _IDENTITY and found.get(name, value) != value:
            return None
        if value not in _NOTHING:
            found.setdefault(name, value)
    _typed(found, parts[4])
    traffic = found.get("type") == "traffic"  # there `dhost` is what the firewall found for the address, and early
    names = tuple("dstname" if traffic and key == "dhost" else _our_name(key) for key in written)
    return found if _sound(tuple(dict.fromkeys(names))) else None


def _apart(names: list[str], says: str) -> list[str]:
    """The names as written, but for the two ends of a mail or a call, which CEF writes like users, behind `src`."""
    if "src" not in names or not says.startswith(_WITH_ENDS):
        return names
    first = names.index("src")
    return names[:first] + [_ENDS.get(name, name) for name in names[first:]]


def _our_name(name: str) -> str:
    prefix = next((one for one in _CEF_PREFIXES if name.startswith(one)), None)
    return name.removeprefix(prefix) if prefix else _CEF_NAMES.get(name, name)


def _unescape(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(match[1], match[1])


def _typed(found: Fields, name: str) -> None:
    """CEF says type and subtype as `cat=traffic:forward`, and in its name `traffic:forward accept`."""
    if "type" not in found and "subtype" in found and ":" not in found.get("cat", ":"):  # of FortiOS 7.2
        found["type"] = found["cat"]
    kind = (found.get("cat") if ":" in found.get("cat", "") else None) or name.partition(" ")[0]
    if "type" not in found and ":" in kind:
        found["type"], _, found["subtype"] = kind.partition(":")
