"""`policies/redaction/`: what of an event may be shown, and the words that name nobody."""

from functools import cache
from typing import Literal, get_args

from pydantic import Field

from casework.production.asked import COVERS
from model.event import Event
from model.policy import SHIPPED
from model.policy.parameters import Strict
from model.strict_yaml import read_yaml

Show = Literal[
    "word", "time", "number", "text", "id", "source", "person", "realm",
    "device", "card", "address", "session", "host", "url", "site", "never",
]  # fmt: skip
SHOWS: tuple[str, ...] = get_args(Show)
FIELDS: tuple[str, ...] = Event.__struct_fields__


class Treatment(Strict):
    """How one field is shown, what its exemption is about, and the law that it is argued with."""

    show: Show
    covers: str = Field(pattern=f"^({'|'.join(COVERS)})$")
    law: str = ""


class Redaction(Strict):
    """The whole table."""

    fields: dict[str, Treatment]
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
