"""A word that was asked for and is none of those known: a usage error says what is written much like it."""

from collections.abc import Iterable

import click

from model.spelling import meant


class UsedWrongly(click.ClickException):
    """A question that cannot be answered as it was asked; exit code 2."""

    exit_code = 2


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean squid?` where `word` is a slip of the pen for something known, else nothing."""
    found = meant(word, known)
    return f"; did you mean {found}?" if found else ""


class Known(click.ParamType):
    """One word of a list; another one is a usage error that says what is written much like it."""

    def __init__(self, thing: str, words: Iterable[str], or_begins: str | None = None) -> None:
        """`thing` is what the words name, in the singular. A word that begins with `or_begins` is one, too."""
        self.name = thing
        self.or_begins = or_begins
        self.words = tuple(words)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word itself."""
        if value not in self.words and not (self.or_begins and value.startswith(self.or_begins)):
            hint = near(value, self.words) or f"; there are: {', '.join(self.words)}"
            self.fail(f"there is no {self.name} {value!r}{hint}", param, ctx)
        return value
