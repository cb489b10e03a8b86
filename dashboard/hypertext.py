"""The only maker of HTML: text that is not `Html` already is escaped, so that what a log holds is only ever read."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from documents.plain import visible

_VOID = frozenset({"br", "hr", "meta"})
_TAG = re.compile(r"<[^>]*>")
_CELL = re.compile(r"<td(?![a-z])")  # escaped text holds no such thing


class Html(str):
    """Markup that is as it should be. Only this module makes it; whatever else is done to it gives a plain str."""

    __slots__ = ()


Content = str | Html | int | float | None
NOTHING = Html("")


def text(content: Content) -> Html:
    """Content as HTML: escaped, unless it is HTML already; control and direction characters become visible."""
    if isinstance(content, Html):
        return content
    return Html(escape(visible("" if content is None else str(content))))


def element(name: str, *content: Content, **attributes: str | None) -> Html:
    """`<name attributes…>content</name>`; `class_` is `class`, None leaves an attribute out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(visible(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(text(one) for one in content)
    return Html(f"<{name}{told}>" if name in _VOID else f"<{name}{told}>{inside}</{name}>")


def joined(pieces: Iterable[Content], between: Content = "") -> Html:
    """Pieces in a row, `between` standing between them."""
    return Html(text(between).join(text(piece) for piece in pieces))


def link(label: Content, href: str, **attributes: str | None) -> Html:
    """A link to a page of ours; `href` comes from `dashboard.links` and never from data."""
    return element("a", label, href=href, **attributes)


def table(head: Sequence[Content], rows: Iterable[Html], caption: str | None = None, class_: str | None = None) -> Html:
    """A table; `rows` come from `row`, a title may be made by `element("th", …)`. `caption` is read out, not shown."""
    names = [_TAG.sub("", text(one)) for one in head]
    titles = joined(one if _is_cell(one) else element("th", one, scope="col") for one in head)
    said = element("caption", caption) if caption else NOTHING
    body = element("tbody", joined(_titled(one, names) for one in rows))
    return element("table", said, element("thead", element("tr", titles)), body, class_=f"hm {class_ or ''}".strip())


def _titled(made: Html, names: Sequence[str]) -> Html:
    """A row whose cells say under which title they stand, for narrow screens; a row of one cell says nothing."""
    cells = _CELL.split(made)
    if len(cells) != len(names) + 1:
        return made
    told = (f'<td data-title="{name}"{cell}' for name, cell in zip(names, cells[1:], strict=True))
    return Html(cells[0] + "".join(told))


def row(*cells: Content, class_: str | None = None) -> Html:
    """A row of cells; a cell that is made by `element("td", …)` or "th" keeps its attributes."""
    made = (one if _is_cell(one) else element("td", one) for one in cells)
    return element("tr", joined(made), class_=class_)


def _is_cell(content: Content) -> bool:
    return isinstance(content, Html) and content.startswith(("<td", "<th"))


def trusted(markup: str) -> Html:
    """Markup of our own, a style sheet or a drawing, that holds no data."""
    return Html(markup)
