"""What came of a statement: its bytes piece by piece, their format, and the counts of X-ClickHouse-Summary."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field


@dataclass
class Counts:
    """ClickHouse's counts of one statement; while an answer streams they grow."""

    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    result_rows: int = 0
    elapsed_ns: int = 0

    def summary(self, result_bytes: int) -> str:
        """As the header has it: every number in quotes."""
        numbers = {**asdict(self), "result_bytes": result_bytes, "total_rows_to_read": 0}
        return json.dumps({name: str(number) for name, number in numbers.items()})


@dataclass
class Answer:
    """A statement's result. `format` is empty for statements that have none. Whoever has it closes it."""

    pieces: Iterator[bytes]
    format: str
    counts: Counts
    close: Callable[[], None]
    whole: bool = field(default=False, init=False)

    def gather(self, most: int) -> bytes:
        """At least `most` bytes, or all there are; then `whole` is true. Raises Refusal when the statement fails."""
        gathered = bytearray()
        for piece in self.pieces:
            gathered += piece
            if len(gathered) >= most:
                return bytes(gathered)
        self.whole = True
        return bytes(gathered)
