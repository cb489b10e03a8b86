"""A timeline: what held from which instant on, in event time; the order in which we learned it does not matter."""

from bisect import bisect_left, bisect_right, insort

import msgspec

from streams.memory.shelf import Shelf

LEASE_CAP = 24 * 3_600_000  # ms; a lease nobody renewed or released is not believed for longer
SITTING_CAP = 16 * 3_600_000  # ms; nor is a logon nobody ended, or a tunnel nobody closed
Entry = tuple[int, str, str, str]  # at (ms), event id, value ("" = nothing any more), source id


class Timeline(msgspec.Struct, array_like=True, gc=False):
    """Entries in order of time; an entry holds until the next one, and no longer than `cap` given to `holding`."""

    entries: list[Entry] = []

    def learn(self, entry: Entry) -> bool:
        """Add an entry; False if it was there already."""
        place = bisect_right(self.entries, entry)
        if place and self.entries[place - 1] == entry:
            return False
        insort(self.entries, entry)
        return True

    def holding(self, at: int, cap: int) -> tuple[Entry | None, int, int]:
        """What held at `at`, and the stretch [from, to) around it over which the answer is the same."""
        place = bisect_left(self.entries, (at + 1,))  # behind all of that instant
        following = self.entries[place][0] if place < len(self.entries) else _EVER
        if not place:
            return None, -_EVER, following
        entry = self.entries[place - 1]
        if not entry[2]:
            return None, entry[0], following
        if at >= entry[0] + cap:
            return None, entry[0] + cap, following
        return entry, entry[0], min(following, entry[0] + cap)

    def forget(self, before: int, cap: int) -> bool:
        """Drop what ended before `before`, by the next entry or by `cap`; True if anything went."""
        place = bisect_left(self.entries, (before + 1,))
        over = place if place and self.entries[place - 1][0] + cap <= before else max(0, place - 1)
        del self.entries[:over]
        return over > 0


def forget(lines: Shelf[Timeline], before: int, cap: int) -> None:
    """Drop what ended before `before` (ms) of every timeline, and those of which nothing is left."""
    for key, line in list(lines.items.items()):
        if line.forget(before, cap):
            lines.changed.add(key)
        if not line.entries:
            lines.drop(key)


_EVER = 1 << 62
