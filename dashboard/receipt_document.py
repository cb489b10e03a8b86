"""The receipt of a vendor's session as one page: who, under which approval, what was reached, who signed it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashboard.local_time import Wall
from dashboard.words import counted, size
from documents.document import Cell, Document, Facts, Heading, Paragraph, Table
from documents.pdf import pdf
from model.event import format_at

_CONFIDENTIAL = "Confidential: for the project manager, the privacy officer and auditors."


def receipt_pdf(one: dict[str, Any], sender: str, wall: Wall, made_at: datetime) -> bytes:
    """The page as a PDF. `one` is a receipt with its signatures, `sender` the district's name."""
    title = f"Receipt of a session of {one['vendor']}"
    systems = [(found["system"], wall.second(found["first"]), wall.second(found["last"]), str(found["events"]))
               for found in one["systems"]]  # fmt: skip
    signed = [(found["by"], wall.moment(found["at"]), _under(found, one)) for found in one["signatures"]]
    blocks: list[Any] = [
        Heading(text=title, level=1),
        Facts(pairs=facts(one, wall)),
        Heading(text="What was reached"),
        _table("Systems", ("System", "First", "Last", "Events"), systems, "No system of the district is known."),
        Heading(text="Signed by the project manager"),
        _table("Signatures", ("Who", "When", "What"), signed, "Nobody has signed it."),
    ]
    foot = f"Receipt {one['receipt_id']} · printed {wall.moment(format_at(made_at))}"
    document = Document(title=title, sender=sender, foot=foot, confidential=_CONFIDENTIAL, blocks=blocks)
    return pdf(document, made_at)


def facts(one: dict[str, Any], wall: Wall) -> list[tuple[str, str]]:
    """What a receipt says beside its systems and signatures: a name, and words."""
    opening = "" if one["opening"] == "recorded" else " (no opening is recorded)"
    close = "" if one["close"] == "recorded" else " (no close is recorded)"
    silences = [f"{gap['source_id']}, {wall.second(gap['from'])} to {wall.second(gap['to'])}" for gap in one["gaps"]]
    return [
        ("Account", one["account"]),
        ("Address", one["address"] or "not recorded"),
        ("From", wall.second(one["started_at"]) + opening),
        ("To", wall.second(one["ended_at"]) + close),
        ("Approvals", ", ".join(one["approvals"]) or "none"),
        ("Not covered", f"{one['uncovered']} of {counted(one['events'], 'event')}"),
        ("Received, sent", f"{size(one['bytes_in'])}, {size(one['bytes_out'])}"),
        ("Silent sources", "; ".join(silences) or "none"),
        ("Digest", one["digest"]),
    ]


def _under(signature: dict[str, Any], one: dict[str, Any]) -> str:
    return "as it stands here" if signature["digest"] == one["digest"] else "an earlier state of it"


def _table(caption: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], none: str) -> Paragraph | Table:
    if not rows:
        return Paragraph(text=none)
    cells = [[Cell(word) for word in row] for row in rows]
    return Table(caption=caption, head=list(head), widths=["1fr"] + ["auto"] * (len(head) - 1), rows=cells)
