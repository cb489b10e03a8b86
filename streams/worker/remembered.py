"""What stands in a partition of `audit.memory`: the memories of ours, and what strangers wrote among them; pure."""

from model.keyring import Checker, Stranger
from model.mark import Sent
from model.serials import PREFIX

POSITION = "position"
SINCE = "|marks|begun"  # written once: ours behind it all bear marks, and before it those of earlier releases none
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
        except (Stranger, UnicodeDecodeError) as error:
            self.strange.append((record, str(error)))
            return
        self.memories.pop(key, None)
        if record.value is not None:
            self.memories[key] = record.value

    def mended(self) -> list[tuple[str, bytes | None]]:
        """What is to be written again over a stranger's records, or the broker would keep only theirs."""
        keys = dict.fromkeys((record.key or b"").decode(errors="replace") for record, _ in self.strange)
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
