"""What may stand on a page: headings, paragraphs, facts, tables, quotations, records, a drawing. Plain text throughout.

Nothing here is markup: a text is set as it is, whatever signs it holds.
"""

from typing import Literal

import msgspec

Style = Literal["", "strong", "soft", "good", "bad", "mono"]


class Block(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Something that stands on a page."""


class Heading(Block, frozen=True, tag="heading"):
    """The title of a section; level 1 is the document's own."""

    text: str
    level: int = 2


class Paragraph(Block, frozen=True, tag="paragraph"):
    """Running text."""

    text: str
    style: Style = ""


class Facts(Block, frozen=True, tag="facts"):
    """Names with what they stand for, one under the other."""

    pairs: list[tuple[str, str]]


class Items(Block, frozen=True, tag="items"):
    """A list of points."""

    items: list[str]


class Quote(Block, frozen=True, tag="quote"):
    """Somebody else's words, and where they stand."""

    text: str
    source: str


class Box(Block, frozen=True, tag="box"):
    """A boxed remark: a title, and what is said under it."""

    title: str
    style: Style
    lines: list[str]


class Cell(msgspec.Struct, frozen=True):
    """A cell of a table; `span` is how many columns it takes, `rows` how many rows, which then stay on one page."""

    text: str
    style: Style = ""
    span: int = 1
    rows: int = 1


class Table(Block, frozen=True, tag="table"):
    """A table with a heading row; `widths` are Typst's: `auto`, `1fr`, `3em`. `caption` is read out, not shown."""

    caption: str
    head: list[str]
    widths: list[str]
    rows: list[list[Cell]]


class Drawing(Block, frozen=True, tag="drawing"):
    """An SVG of our own making, and what it shows for those who cannot see it."""

    svg: str
    alt: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document of US Letter pages. `sender` stands at the head of each page, `foot` at its end beside the number."""

    title: str
    sender: str
    foot: str
    blocks: list[Heading | Paragraph | Facts | Items | Quote | Box | Table | Drawing]
    confidential: str = ""  # a line about who may read it, at the head of each page
