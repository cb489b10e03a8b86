r"""Log Exporter: `[action:"Accept"; src:"10.1.0.5"; ...]` behind RFC 5424, `[Fields@1.3.6.1.4.1.2620 k="v"]`, CEF,
LEEF, JSON, or `time=1772632805|action=Accept|...` (format splunk).

Check Point, sk122323 (Log Exporter) and sk144192 (field mapping). Quotes and brackets within values are written as
`\"` and `\]`, and for splunk bars and equals signs as `\|` and `\=`.
"""

import re
from collections.abc import Callable

import msgspec

from producers import forms
from producers.checkpoint.meanings import IDENTITY, read_fields
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import MOST_FIELDS, Fields, collect
from producers.envelopes.key_value import read_key_values
from producers.envelopes.leef import read_leef
from producers.json_object import RepeatedKey, decode_object
from producers.json_record import plain_texts
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, is_by, open_head
from producers.times import at_epoch

_LONGEST = 65_536
_HEAD = 400  # characters within which a form begins
_Read = tuple[Fields, str] | None  # the fields, and what stands before them
# `scheme::"IKE"`, too: some names end in a colon of their own. Behind the last pair stands `]`, `;]` or `; ]`.
_PAIR = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]{0,63}):{1,2}\"(?P<value>(?:[^\"\\]++|\\.)*+)\"(?:(?P<end>;? ?\])|; ?)", re.A | re.S
)
_STRUCTURED = re.compile(
    r" \[Fields@1\.3\.6\.1\.4\.1\.2620 (?P<fields>(?:[^\]\"\\]++|\"(?:[^\"\\]++|\\.)*+\")*+)\]", re.A | re.S
)
_ESCAPED = re.compile(r"\\(.)", re.S)
_PIECE = re.compile(r"(?P<name>[A-Za-z_][\w.-]{0,63})=(?P<value>(?:[^=\\|]++|\\.)*+)(?P<bar>\|?)", re.A | re.S)
_OFFSET = re.compile(r"(?<=T\d\d:\d\d:\d\d)--(?=\d:\d\d)", re.A)  # as R81 writes five hours behind UTC
_PROGRAMS = ("checkpoint", "cp-gw", "cef")
# Log Exporter's own names in CEF.
_CEF_NAMES = {
    "act": "action", "suser": "src_user_name", "duser": "dst_user_name", "spt": "s_port", "dpt": "service",
    "rt": "time",
    "request": "resource", "in": "received_bytes", "out": "sent_bytes", "requestClientApplication": "user_agent",
    "dhost": "http_host", "shost": "src_machine_name",
}  # fmt: skip
_LEEF_NAMES = {"cat": "product", "devTime": "time", "usrName": "user", "srcPort": "s_port", "dstPort": "service"}
_COLON = re.compile(r"(?<=\t)(\w{1,63}):=", re.A)  # so Log Exporter writes `scheme:` in LEEF
_SD_NAMES = {"ProductName": "product", "svc": "service", "sport_svc": "s_port"}


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    found = _fields(text)
    if found is None:
        return Refusal(
            'no record of Check Point: expected `[action:"..."; ...]`, `[Fields@... ...]`, CEF, LEEF, JSON, `time=...|`'
        )
    fields, before = found
    head = open_head(_OFFSET.sub("-0", f"{before} - -"), context) if before else Head("")
    if head is None or not is_by(head, *_PROGRAMS):
        return Refusal("a record of Check Point within the words of another program")
    event = event_of(head, "checkpoint", "proxy", "record.unrecognised")
    if fields.sound(*IDENTITY) and not forms.is_cut(record):
        if at := at_epoch(fields.get("time") or ""):
            event.occurred_at, event.time_quality = at
        read_fields(event, fields)
    return [event]


def _fields(text: str) -> _Read:
    """The fields and what stands before them, in the one of the forms that begins first."""
    if text.startswith("{"):
        document = _json(text)
        return (document, "") if document else None
    begun = [(match, read) for form, read in _FORMS if (match := form.search(text, 0, _HEAD))]
    if not begun:
        return None
    match, read = min(begun, key=lambda one: one[0].start())
    return read(text[match.start() :], text[: match.start()])


def _structured(text: str, before: str) -> _Read:
    match = _STRUCTURED.match(text)
    if match is None:
        return Fields({}, broken=True), before
    return read_key_values(match["fields"]).renamed(lambda name: _SD_NAMES.get(name, name)), before


def _common(text: str, before: str) -> _Read:
    cef = read_cef(text)
    if cef is None:
        return None
    named = cef.extension.renamed(lambda name: _CEF_NAMES.get(name, name))
    product = {"product": cef.product} if "product" not in named.values else {}
    fields = Fields(named.values | product, named.repeated, named.broken)
    return fields, f"{before.rstrip()} CEF -" if before.strip() else ""


def _extended(text: str, before: str) -> _Read:
    leef = read_leef(_COLON.sub(r"\1=", text))
    if leef is None:
        return None
    named = leef.attributes.renamed(lambda name: _LEEF_NAMES.get(name, name))
    return named, f"{before.rstrip()} CEF -" if before.strip() else ""


def _json(text: str) -> Fields | None:
    """What is plain in an object that a gateway or its management wrote; a key that stands twice spoils it."""
    try:
        values = plain_texts(decode_object(text.encode()))
    except RepeatedKey:
        return Fields({}, frozenset(), broken=True)
    except (msgspec.DecodeError, RecursionError):
        return None
    values = {_SD_NAMES.get(name, name): value for name, value in values.items()}
    return Fields(values, frozenset(), broken=False) if {"product", "origin", "time"} <= values.keys() else None


def _piped(text: str, before: str) -> _Read:
    pairs: list[tuple[str, str]] = []
    position, ended = 0, False
    while not ended and len(pairs) <= MOST_FIELDS and (match := _PIECE.match(text, position)):
        pairs.append((match["name"], _ESCAPED.sub(r"\1", match["value"])))
        position, ended = match.end(), match.end() == len(text) and not match["bar"]
    return collect(pairs, broken=not ended), before.rstrip(" -")


def _bracketed(text: str, before: str) -> _Read:
    pairs: list[tuple[str, str]] = []
    position, ended = len(" ["), False
    while not ended and len(pairs) <= MOST_FIELDS and (match := _PAIR.match(text, position)):
        value = match["value"]
        pairs.append((match["name"], _ESCAPED.sub(r"\1", value) if "\\" in value else value))
        position, ended = match.end(), match["end"] is not None
    return collect(pairs, broken=not ended or bool(text[position:].strip())), before


# Where each form begins, and what reads it from there; what stands within the one that begins first is its words.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str, str], _Read]], ...] = (
    (re.compile(r" \[Fields@1\.3\.6\.1\.4\.1\.2620 ", re.A), _structured),
    (re.compile(r" \[(?=[a-z_]{1,64}:\")", re.A), _bracketed),
    (re.compile(r"(?:^|(?<= ))(?=time=\d{9,13}\|[a-z_]{1,64}=)", re.A), _piped),
    (re.compile(r"CEF:0\|Check ?Point\|", re.A), _common),
    (re.compile(r"LEEF:[12](?:\.0)?\|Check ?Point\|", re.A), _extended),
)
