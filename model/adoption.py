"""What a replay found, told to the judge so that it stands: the body of a command `adopt`."""

from collections.abc import Iterable, Iterator

import msgspec

from model.batch import Batch, Command
from model.codec import join_lines
from model.violation import Violation

_BYTES = 600_000  # of one record of the log
_encode = msgspec.json.Encoder().encode


class Adoption(msgspec.Struct, kw_only=True, frozen=True):
    """One finding as it is to stand: `violation`, with `adopted` filled; withdrawn where history does not show it.

    `epoch`, `revision`: the newest that was stored when history was judged; revision 0 where there was none.
    """

    violation: Violation
    epoch: int = 0
    revision: int = 0


decode_adoption = msgspec.json.Decoder(Adoption).decode


def adoption_batches(district: str, adoptions: Iterable[Adoption], by: str) -> Iterator[Batch]:
    """The commands that tell the judge of a district, as records of its log."""
    held: list[bytes] = []
    for adoption in adoptions:
        line = _encode(Command(name="adopt", body=msgspec.Raw(_encode(adoption)), by=by))
        if held and sum(map(len, held)) + len(line) > _BYTES:
            yield _batch(district, held)
            held = []
        held.append(line)
    if held:
        yield _batch(district, held)


def _batch(district: str, lines: list[bytes]) -> Batch:
    return Batch(kind="command", district=district, source_id="", body=join_lines(lines), count=len(lines))
