r"""Log Exporter: `[action:"Accept"; src:"10.1.0.5"; ...]` behind RFC 5424, `[Fields@1.3.6.1.4.1.2620 k="v"]`, or CEF.

Check Point, sk122323 (Log Exporter) and sk144192 (field mapping). Quotes and brackets within values are written as
`\"` and `\]`.
"""

import re

from producers import forms
from producers.checkpoint.meanings import IDENTITY, read_fields
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import MOST_FIELDS, Fields, collect
from producers.envelopes.key_value import read_key_values
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, is_by, open_head
from producers.times import at_epoch

_LONGEST = 65_536
_BRACKETED = re.compile(r" \[(?=[a-z_]{1,64}:\")", re.A)
_PAIR = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]{0,63}):\"(?P<value>(?:[^\"\\]++|\\.)*+)\"(?:; ?|(?P<end>\]))", re.A | re.S
)
_STRUCTURED = re.compile(
    r" \[Fields@1\.3\.6\.1\.4\.1\.2620 (?P<fields>(?:[^\]\"\\]++|\"(?:[^\"\\]++|\\.)*+\")*+)\]", re.A | re.S
)
_ESCAPED = re.compile(r"\\(.)", re.S)
_CEF = re.compile(r"CEF:0\|Check ?Point\|", re.A)
_PROGRAMS = ("checkpoint", "cp-gw", "cef")
# Log Exporter's own names in CEF.
_CEF_NAMES = {
    "act": "action", "suser": "src_user_name", "duser": "dst_user_name", "spt": "s_port", "dpt": "service",
    "rt": "time",
    "request": "resource", "in": "received_bytes", "out": "sent_bytes", "requestClientApplication": "user_agent",
    "dhost": "http_host", "shost": "src_machine_name",
}  # fmt: skip
_SD_NAMES = {"ProductName": "product", "svc": "service", "sport_svc": "s_port"}


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    found = _fields(text)
    if found is None:
        return Refusal('no record of Check Point: expected `[action:"..."; ...]`, `[Fields@1.3.6.1... ...]` or CEF')
    fields, before = found
    head = open_head(f"{before} - -", context) if before else Head("")
    if head is None or not is_by(head, *_PROGRAMS):
        return Refusal("a record of Check Point within the words of another program")
    event = event_of(head, "checkpoint", "proxy", "record.unrecognised")
    if fields.sound(*IDENTITY) and not forms.is_cut(record):
        if at := at_epoch(fields.get("time") or ""):
            event.occurred_at, event.time_quality = at
        read_fields(event, fields)
    return [event]


def _fields(text: str) -> tuple[Fields, str] | None:
    """The fields and what stands before them, in any of the three forms."""
    if match := _STRUCTURED.search(text):
        read = read_key_values(match["fields"])
        return read.renamed(lambda name: _SD_NAMES.get(name, name)), text[: match.start()]
    if match := _BRACKETED.search(text, 0, 400):
        return _bracketed(text[match.end() :]), text[: match.start()]
    if match := _CEF.search(text, 0, 400):
        cef = read_cef(text[match.start() :])
        before = text[: match.start()].rstrip()
        if cef is None:
            return None
        named = cef.extension.renamed(lambda name: _CEF_NAMES.get(name, name))
        product = {"product": cef.product} if "product" not in named.values else {}
        return Fields(named.values | product, named.repeated, named.broken), f"{before} CEF -" if before else ""
    return None


def _bracketed(text: str) -> Fields:
    pairs: list[tuple[str, str]] = []
    position, ended = 0, False
    while not ended and len(pairs) <= MOST_FIELDS and (match := _PAIR.match(text, position)):
        value = match["value"]
        pairs.append((match["name"], _ESCAPED.sub(r"\1", value) if "\\" in value else value))
        position, ended = match.end(), match["end"] is not None
    return collect(pairs, broken=not ended or bool(text[position:].strip()))
