"""Events that a later lease may still give to somebody: of unknown holder, or rare enough to be moved when it comes."""

import msgspec

WaitingEvent = tuple[int, bytes, list[tuple[str, str]]]  # time (ms), line as it came, (detection, cell) it stands in
MOST = 2_000  # events that wait for one address; beyond that they go on as they are


class Waiting(msgspec.Struct, array_like=True, gc=False):
    """What waits for one address."""

    events: list[WaitingEvent] = []


def release(waiting: Waiting, before: int) -> list[WaitingEvent]:
    """Take out, in order of time, what happened before `before` (ms): nothing that could move it can still come."""
    ready = sorted((event for event in waiting.events if event[0] < before), key=lambda event: (event[0], event[1]))
    waiting.events = [event for event in waiting.events if event[0] >= before]
    return ready
