"""What the engine gives out in a turn, and what it could not judge."""

from collections.abc import Callable, Mapping

import msgspec

from model.attributed import Given
from model.batch import Fact
from model.dead_letter import DeadLetter, encode_dead_letter
from streams.evidence.violation import letter_id

Trying = Callable[[int], None] | None
Skip = Mapping[int, str]  # lines of a batch that are kept and not judged, and why
_LONGEST = 300  # characters of an exception's words


class Unjudged(RuntimeError):
    """A line of a batch that judgment cannot bear: `index` says which, `why` in the exception's words.

    Judge again with it in `skip`.
    """

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__(f"line {index}: {words_of(error)}")
        self.index, self.why = index, words_of(error)


def words_of(error: Exception) -> str:
    """An exception as a dead letter gives it: its kind and its words, on one line, not endless."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}"[:_LONGEST]


class Output(msgspec.Struct):
    """What a turn gives out; `reached`: how far the sources that said something have been read.

    `given`: events by their place in the log. `again`: events whole, whose attribution is another than was given out.
    """

    given: list[Given] = []
    again: list[bytes] = []
    facts: list[bytes] = []
    violations: list[bytes] = []
    dead_letters: list[bytes] = []
    reached: list[bytes] = []

    @property
    def events(self) -> list[bytes]:
        """All events written out."""
        return [*(line for given in self.given for line in given.whole()), *self.again]


class Listening(msgspec.Struct, array_like=True, gc=False):
    """Since when (ms) each detection that is on has heard everything; `NEVER`: from the beginning of the log."""

    since: dict[str, int] = {}


class Facts(msgspec.Struct, array_like=True, gc=False):
    """Every version of one reference row that was ever loaded."""

    versions: list[Fact] = []


def buried(district: str, line: bytes, reason: str, event_id: str | None = None) -> bytes:
    """The dead letter of a line that judgment could not bear, whole; one that is an event is stored as well."""
    letter = DeadLetter(
        dead_letter_id=letter_id(district, "judge", line),
        district=district,
        source_id="",
        stage="judge",
        reason=reason,
        raw=line.decode(errors="replace"),
        event_id=event_id,
    )
    return encode_dead_letter(letter)
