r"""CEF, ArcSight's Common Event Format: `CEF:0|vendor|product|version|signature|name|severity|key=value key=value`.

In the head `\|` and `\\` are escapes, in the extension `\=`, `\\`, `\n` and `\r`. A value runs up to the next ` key=`,
so a value with an unescaped ` key=` in it gives a field of its own: see `Fields.repeated`. A relay that takes `CEF:`
for a program's name and passes on the message alone leaves `0|vendor|...`.
Source: Micro Focus, ArcSight Common Event Format Implementation Standard.
"""

import re

import msgspec

from producers.envelopes.fields import Fields, collect
from producers.forms import BLANKS

_BAR = re.compile(r"(?<!\\)(?:\\\\)*+\|")
_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z_][\w.\[\]]{0,63}+)=", re.A)
_ESCAPE = re.compile(r"\\([\\=|nr])")
_BEGINNINGS = ("CEF:", "0|", "1|")
_LINE_ENDS = {"n": "\n", "r": "\r"}


class Cef(msgspec.Struct, frozen=True, gc=False):
    """A CEF record: its head, and its extension as fields; `csN` stands under the name that `csNLabel` gives, too."""

    vendor: str
    product: str
    version: str
    signature: str
    name: str
    severity: str
    extension: Fields


def read_cef(message: str) -> Cef | None:
    """The record, if `message` (behind any syslog head) begins as CEF does and has the seven parts of a head."""
    if not message.startswith(_BEGINNINGS):
        return None
    head: list[str] = []
    position = 0
    for bar in _BAR.finditer(message):
        head.append(message[position : bar.end() - 1])
        position = bar.end()
        if len(head) == 7:
            vendor, product, version, signature, name, severity = map(_unescape, head[1:])
            return Cef(vendor, product, version, signature, name, severity, read_extension(message[position:]))
    return None


def read_extension(text: str) -> Fields:
    """`key=value key=value`, a value running up to the next ` key=`; `broken` where words stand before the first."""
    keys = list(_KEY.finditer(text))
    ends = [*(key.start() for key in keys[1:]), len(text)]
    pairs = [(key[1], _unescape(text[key.end() : end].strip(BLANKS))) for key, end in zip(keys, ends, strict=False)]
    written = dict(pairs)
    labels = [(label, written.get(key.removesuffix("Label"), "")) for key, label in pairs if key.endswith("Label")]
    stray = text[: keys[0].start()] if keys else text
    return collect([*pairs, *(pair for pair in labels if all(pair))], broken=bool(stray.strip()))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _LINE_ENDS.get(found[1], found[1]), text) if "\\" in text else text
