"""Rows of `events` as the events they were: what was absent is None again, the attribution is structs again."""

from typing import get_type_hints

import msgspec

from model.event import Attribution, Event
from model.realms import Realms
from model.vocabulary import SENSITIVE

_attribution = msgspec.json.Decoder(list[Attribution])


class StoredEvent(Event, kw_only=True, omit_defaults=True, gc=False):
    """An event with what the store knows of it."""

    district: str = ""
    stored_at: str | None = None
    version: int = 0  # where in its district's log it was last written
    proof: str | None = None

    def __post_init__(self) -> None:
        """Unpack the attribution, which is stored as JSON text."""
        if self.proof:
            self.attribution = _attribution.decode(self.proof)
            self.proof = None


def account_of(event: StoredEvent, realms: Realms) -> str | None:
    """The account by the name under which it is known: the district's by its plain name, any other with its realm."""
    if event.account is None:
        return None
    return realms.name_of(event.account, event.account_domain, event.category, event.reporter, event.device)


def target_of(event: StoredEvent, realms: Realms) -> str | None:
    """The account acted upon, by the name under which it is known."""
    if event.target_account is None:
        return None
    return realms.name_of(event.target_account, event.target_domain, event.category, event.reporter, event.device)


def or_null(column: str) -> str:
    """A text column, NULL where it is empty.

    Without the cast ClickHouse asks this of each value that the column has in the part, whatever rows are read.
    """
    return f"nullIf(CAST({column}, 'String'), '')"


def _as_it_was(field: str) -> str:
    if field in ("occurred_at", "received_at"):
        return f"nullIf({field}, toDateTime64(0, 3, 'UTC')) AS {field}"
    optional_text = get_type_hints(Event)[field] == str | None
    return f"{or_null(field)} AS {field}" if optional_text else f"`{field}`"


# All but the attribution, which has its own form in each question.
EVENT = ", ".join(_as_it_was(field) for field in Event.__struct_fields__ if field != "attribution")
STORED = f"{EVENT}, {or_null('attribution')} AS proof, district, stored_at, version"
# For whoever looks at events: of a request about protected speech not the raw record either, for it names the topic.
NOT_SHOWN = "[not shown: about protected speech]"
VIEWED = STORED.replace("`raw`", f"if(url_category = '{SENSITIVE}', '{NOT_SHOWN}', events.raw) AS raw")
