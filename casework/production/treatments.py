"""`policies/redaction/`: what of an event may be shown, and the words that name nobody."""

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Literal, get_args

from pydantic import Field

from casework.production.asked import COVERS
from model.event import Event
from model.policy import SHIPPED
from model.policy.parameters import Strict
from model.strict_yaml import read_yaml

Show = Literal[
    "word", "time", "number", "code", "text", "id", "source", "person", "realm",
    "device", "card", "address", "session", "host", "url", "site", "never",
]  # fmt: skip
SHOWS: tuple[str, ...] = get_args(Show)
FIELDS: tuple[str, ...] = Event.__struct_fields__


class Treatment(Strict):
    """How one field is shown, what its exemption is about, and the law that it is argued with."""

    show: Show
    covers: str = Field(pattern=f"^({'|'.join(COVERS)})$")
    law: str = ""


class PublicSuffixes(Strict):
    """The ends of public host names, as words between blanks."""

    top_level: str
    second_level: str

    @cached_property
    def top(self) -> frozenset[str]:
        """Ends of three letters and more; every end of two letters is a country's."""
        return frozenset(self.top_level.split())

    @cached_property
    def second(self) -> frozenset[str]:
        """What stands before a country's end where names are given out one level deeper."""
        return frozenset(self.second_level.split())

    def labels(self, labels: Sequence[str]) -> int:
        """How many labels at the end of a host are a public suffix; 0 where its end is none that is known."""
        country = len(labels[-1]) == 2
        if labels[-1] == "us" and labels[-3:-2] == ["k12"]:
            return 3
        if country and labels[-2:-1] and labels[-2] in self.second:
            return 2
        return int(country or labels[-1] in self.top)


class Redaction(Strict):
    """The whole table."""

    fields: dict[str, Treatment]
    public_suffixes: PublicSuffixes
    own_record: tuple[str, ...]
    small_cells: int = Field(ge=2)

    def of(self, field: str) -> Treatment:
        """The treatment of a field; one that the table does not name is not shown."""
        return self.fields.get(field) or Treatment(show="never", covers="other")


@cache
def redaction() -> Redaction:
    """The table that ships."""
    return Redaction.model_validate(read_yaml((SHIPPED / "redaction" / "fields.yaml").read_bytes()))


@cache
def log_words() -> frozenset[str]:
    """Words of log lines that name nobody, lower-case."""
    said = read_yaml((SHIPPED / "redaction" / "log_words.yaml").read_bytes())
    return frozenset(said["words"].split())
