"""What a replay found and somebody adopted: taken once, and not undone by a judge that remembers less than history.

The judge forgets a school day after some days. What it still remembers whole it judges itself, by all that has come
since; a replay could only say the same. Of a day that it has forgotten, or only partly heard, history knows more: there
what is adopted stands (docs/decisions/0013).
"""

from collections.abc import Mapping

import msgspec

from model.adoption import Adoption
from model.violation import Violation, decode_violation, encode_violation, what_changed
from streams.engine.fitness import Unfit
from streams.evidence.violation import digest
from streams.memory.cell import Found
from streams.memory.shelf import Shelf

KEPT_MS = 31 * 86_400_000
STALE = "records of this day that came after a replay was adopted: judge it again with `hallmonitor replay --adopt`"


class Taken(msgspec.Struct, array_like=True, gc=False):
    """An adopted finding: its last revision and digest, the line while the judge still has part of its day; the case in
    which the judge itself found it, if it did, and the digest of what it found ("" nothing). `at`: how far the log was
    (ms)."""

    revision: int = 0
    digest: str = ""
    day: str = ""
    line: bytes = b""
    case: str = ""
    own: str = ""
    at: int = 0


class Adoptions:
    """One detection's adopted findings, by violation id."""

    def __init__(self, detection: str, epoch: int) -> None:
        self.shelf = Shelf(f"adopted-{detection}", Taken, Taken)
        self._epoch = epoch

    def __contains__(self, violation_id: str) -> bool:
        return violation_id in self.shelf.items

    def take(self, adoption: Adoption, day: str, at: int, known: tuple[str, Found] | None) -> bytes | None:
        """The revision to give out; None where it was taken already.

        `known`: in which case the judge found it last, and what it said.
        Raises `Unfit` where the finding has another revision than the replay was compared with.
        """
        violation, before = adoption.violation, self.shelf.items.get(adoption.violation.violation_id)
        now = digest(violation)
        if before and before.digest == now:
            return None
        stands = before.revision if before else known[1].revision if known else None
        if stands is not None and (adoption.epoch, adoption.revision) != (self._epoch, stands):
            raise Unfit(
                f"{violation.violation_id} was found anew (revision {stands}) after history was judged; replay it again"
            )
        violation.epoch, violation.revision = self._epoch, adoption.revision + 1
        line = encode_violation(violation)
        case, own = (known[0], known[1].digest) if known else ("", "")
        case, own = (before.case, before.own) if before else (case, own)
        self.shelf.at(violation.violation_id)
        self.shelf.items[violation.violation_id] = Taken(violation.revision, now, day, line, case, own, at)
        return line

    def settle(self, case: str, found: Mapping[str, Violation]) -> list[bytes]:
        """What the judge now finds in a case that it has only in part changes nothing that was adopted. Where it is
        other than it was, a revision says so, once."""
        said = []
        for violation_id, taken in self.shelf.items.items():
            now = found.get(violation_id)
            if (now or taken.case == case) and taken.line and (own := digest(now) if now else "") != taken.own:
                taken.case, taken.own = case, own
                self.shelf.changed.add(violation_id)
                said += self._doubt(taken)
        return said

    def _doubt(self, taken: Taken) -> list[bytes]:
        before = decode_violation(taken.line)
        if STALE in before.evidence.not_known:
            return []
        now = decode_violation(taken.line)
        now.evidence = msgspec.structs.replace(now.evidence, not_known=[*before.evidence.not_known, STALE])
        now.evidence = msgspec.structs.replace(now.evidence, changed=what_changed(before, now))
        now.revision = taken.revision = taken.revision + 1
        taken.line = encode_violation(now)
        return [taken.line]

    def forget(self, oldest: str, reached: int) -> None:
        """Days before `oldest` (ISO date) are not judged any more; `reached`: how far the log is (ms)."""
        for violation_id, taken in list(self.shelf.items.items()):
            if taken.day < oldest and taken.at < reached - KEPT_MS:
                self.shelf.drop(violation_id)
            elif taken.day < oldest and taken.line:
                taken.line = b""
                self.shelf.changed.add(violation_id)
