"""What was said of a case before, against what is true now: new, revised, withdrawn, or nothing to say."""

from collections.abc import Iterable

import msgspec

from model.violation import Violation, decode_violation, encode_violation, same_matter, what_changed
from streams.evidence.violation import digest
from streams.memory.cell import Cell, Found


def settle_accounts(cell: Cell, found: Iterable[Violation]) -> list[bytes]:
    """Bring the cell's record up to date; returns the encoded revisions and withdrawals to send."""
    current = {violation.violation_id: violation for violation in found}
    said = [_revise(cell, violation) for violation in current.values()]
    for violation_id, record in cell.found.items():
        if violation_id not in current and not record.withdrawn:
            said.append(_withdraw(record, list(current.values())))
    return [line for line in said if line is not None]


def _revise(cell: Cell, violation: Violation) -> bytes | None:
    before = cell.found.get(violation.violation_id)
    now = digest(violation)
    if before is None:
        return _remember(cell, violation, now, 1)
    if before.digest == now and not before.withdrawn:
        return None
    changed = what_changed(decode_violation(before.violation), violation)
    if not changed:  # an earlier release reckoned the digest another way
        before.digest = now
        return None
    violation.evidence = msgspec.structs.replace(violation.evidence, changed=changed)
    return _remember(cell, violation, now, before.revision + 1)


def _remember(cell: Cell, violation: Violation, digest: str, revision: int) -> bytes:
    violation.revision = revision
    line = encode_violation(violation)
    cell.found[violation.violation_id] = Found(digest, revision, False, line)
    return line


def _withdraw(record: Found, current: list[Violation]) -> bytes:
    """The same violation once more, withdrawn; `superseded_by` the one that now tells of the same time."""
    before = decode_violation(record.violation)
    violation = msgspec.structs.replace(before, status="withdrawn")
    violation.revision = record.revision = record.revision + 1
    violation.superseded_by = next((new.violation_id for new in current if same_matter(violation, new)), None)
    violation.evidence = msgspec.structs.replace(violation.evidence, changed=what_changed(before, violation))
    record.withdrawn = True
    line = encode_violation(violation)
    record.violation = line
    return line
