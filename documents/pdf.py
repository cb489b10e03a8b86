"""The one maker of PDFs: a document in, bytes out; tagged for screen readers, fonts inside, reproducible."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from documents.document import Document, Paragraph
from documents.plain import breakable, visible

_PAGE = Path(__file__).with_name("page.typ")
_NO_FONT = (
    "Some letters on these pages cannot be shown with the fonts of the computer that made them."
    " Ask for a copy made on a computer that has fonts for them."
)
_FIXED = ("svg", "kind", "widths", "style")  # of a block: not text of anybody's


def pdf(document: Document, made_at: datetime) -> bytes:
    """The document as a tagged PDF (PDF/UA-1 where every letter of it can be shown), dated `made_at` (aware).

    Text is handed to the typesetter as data and never as markup, so that no name can be a command.
    """
    import typst  # here, so that help and pages do not wait for it

    try:
        return _set(document, made_at, ["ua-1"])
    except typst.TypstError:  # the standard refuses letters that no font here can show
        remark = Paragraph(text=_NO_FONT, style="bad")
        return _set(msgspec.structs.replace(document, blocks=[*document.blocks, remark]), made_at, [])


def _set(document: Document, made_at: datetime, standards: list[Any]) -> bytes:
    import typst

    told = msgspec.json.encode(_shown(msgspec.to_builtins(document))).decode()
    compiler = typst.Compiler(_PAGE.read_bytes(), font_paths=_fonts(), sys_inputs={"document": told})
    made = compiler.compile(format="pdf", timestamp=int(made_at.timestamp()), pdf_standards=standards)
    assert isinstance(made, bytes)  # one document is one file
    return made


@cache
def _fonts() -> Any:
    """Those inside the typesetter come first; the machine's own show what those cannot."""
    import typst

    return typst.Fonts(include_system_fonts=True)


def _shown(content: Any) -> Any:
    """Every text of the document with nothing invisible in it and no word too long for a line."""
    if isinstance(content, str):
        return breakable(visible(content))
    if isinstance(content, list | tuple):
        return [_shown(one) for one in content]
    if isinstance(content, dict):
        mono = content.get("style") == "mono"
        return {
            name: one if name in _FIXED else visible(one) if mono and name == "text" else _shown(one)
            for name, one in content.items()
        }
    return content
