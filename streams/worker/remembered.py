"""What stands in a partition of `audit.memory`: the memories of ours, and what strangers wrote among them; pure."""

from model.keyring import Checker, Stranger
from model.mark import Sent
from model.serials import PREFIX

POSITION = "position"
SINCE = "|marks|begun"  # written with the first memories that bear marks; those of earlier releases bear none
ANY_BYTES = "surrogateescape"  # a stranger's key need not be UTF-8
TURN = "turn"  # header: epoch and offset of the turn that wrote it; they never go back


def turn_header(epoch: int, offset: int) -> tuple[str, bytes]:
    """The header that says in which turn a memory was written."""
    return TURN, b"%d:%d" % (epoch, offset)


class Remembered:
    """The memories by key, those written last at the end; `strange`: records that are none of ours, and why."""

    def __init__(self, ours: Checker) -> None:
        self.memories: dict[str, bytes] = {}
        self.strange: list[tuple[Sent, str]] = []
        self._ours = ours
        self._turn = (0, -1)
        self._marks_begun = False

    def read(self, record: Sent) -> None:
        """Take in the next record, oldest first."""
        try:
            key = self._key(record)
        except (Stranger, ValueError) as error:  # ValueError: a key or header that is no text or number
            self.strange.append((record, str(error)))
            return
        self.memories.pop(key, None)
        if record.value:  # no memory of ours is empty: a tombstone bears the mark of an empty value, too
            self.memories[key] = record.value

    def mended(self) -> list[tuple[str, bytes | None]]:
        """What is to be written again over a stranger's records, or the broker would keep only theirs.

        Nothing where nothing is ours: then our key may be missing, and what it marked must stay.
        """
        if not self.memories:
            return []
        keys = dict.fromkeys((record.key or b"").decode(errors=ANY_BYTES) for record, _ in self.strange)
        return [(key, self.memories.get(key)) for key in keys]

    def _key(self, record: Sent) -> str:
        key = (record.key or b"").decode()
        turn = dict(record.headers or ()).get(TURN)
        if turn is None and not self._marks_begun:
            if key != POSITION and not key.startswith(PREFIX) and key.count("|") < 2:
                raise Stranger("no memory of ours has such a key")
            return key
        self._ours.serial(record)
        epoch, _, offset = (turn or b"").partition(b":")
        if (at := (int(epoch), int(offset))) < self._turn:
            raise Stranger("it is a copy of a memory of ours that stands earlier")
        self._turn, self._marks_begun = at, True
        return key
