"""A certificate of destruction as a page to sign and file."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cli.whole_file import write_whole
from dashboard.local_time import Wall, calendar_day
from dashboard.words import counted, kept
from documents.document import Cell, Document, Facts, Heading, Paragraph, Table
from documents.pdf import pdf
from storage.queries.districts import District

_CHECKED = (
    "Its JSON form is what is signed (hallmonitor retention certificate PLAN --out FILE). Anybody can check that form"
    " with the district's public key alone: hallmonitor ledger check FILE --key KEY. What is stored is compared by:"
    " hallmonitor ledger verify. This is a record of what the software did, and no legal advice."
)
_COUNTS = ("rows_before", "rows_deleted", "held", "kept_longer")


def write_certificate(made: dict[str, Any], district: District, out: Path, at: datetime) -> None:
    """Write the PDF; raises OSError."""
    write_whole(out, pdf(certificate_document(made, district), at))


def certificate_document(made: dict[str, Any], district: District) -> Document:
    """The page: what was destroyed, under which rule, who decided it, and how it can be checked."""
    people = made["people"]
    sealed = Wall(district.timezone).moment(made["entry"]["sealed_at"])
    rows = [[*map(Cell, (one["class"], kept(one["schedule"]), one["basis"])),
             *(Cell(f"{one[name]:,}") for name in _COUNTS)] for one in made["classes"]]  # fmt: skip
    head = ["Class", "Schedule", "Basis", "Stored before", "Destroyed", "Held", "Kept longer"]
    forgotten = ", ".join(f"{topic} from {at}" for topic, at in sorted(made["broker_forgotten_until"].items()))
    return Document(
        title="Certificate of destruction",
        sender=district.name,
        foot=f"Certificate {made['certificate_id']}",
        blocks=[
            Heading(text="Certificate of destruction", level=1),
            Facts(pairs=[
                ("Certificate", made["certificate_id"]),
                ("Plan", f"{made['plan_id']}, as of {calendar_day(date.fromisoformat(made['as_of']))}"),
                ("Planned by", people["planned"]),
                ("Approved by", people["approved"]),
                ("Run by", people["run"]),
                ("Destroyed again", _again(made["classes"])),
                ("Casework destroyed", _called(made.get("entities_destroyed", ()))),
                ("Matters checked", ", ".join(made["matters_checked"]) or "no hold stood"),
            ]),
            Table(caption="What was destroyed, by class", head=head, widths=["auto", "1fr", *["auto"] * 5], rows=rows),
            Paragraph(text="The salts of the destroyed rows were destroyed with them: nobody can work out a row from"
                           " the ledger. Their leaves are kept, so that the ledger can still be verified."),
            Facts(pairs=[
                ("Entry of the ledger", f"{made['entry']['number']}, sealed {sealed}"),
                ("Ledger before", made["ledger_root_before"] or "nothing was sealed"),
                ("Ledger after", made["ledger_root_after"]),
                ("Broker begins at", forgotten or "nothing was held"),
                ("Signed with key", made["key_id"]),
                ("Signature", made["signature"]),
            ]),
            Paragraph(text=_CHECKED, style="soft"),
        ],
    )  # fmt: skip


def _again(classes: Sequence[dict[str, Any]]) -> str:
    """What stood where rows were destroyed before: `2 of auth_events, 1 of casework`."""
    told = [f"{one['destroyed_again']:,} of {one['class']}" for one in classes if one.get("destroyed_again")]
    ending = " (they stood where rows were destroyed under an earlier certificate)"
    return ", ".join(told) + ending if told else "nothing"


def _called(entities: Sequence[str]) -> str:
    """`2 cases (2015-0001, 2015-0002), 1 request (2015-0001)`: what was closed and is destroyed, by number."""
    numbers: dict[str, list[str]] = {}
    for one in entities:
        noun, _, number = one.partition(":")
        numbers.setdefault(noun, []).append(number)
    told = [f"{counted(len(known), noun)} ({', '.join(known)})" for noun, known in numbers.items()]
    ending = ", with every decision about them and the files that no other case has"
    return ", ".join(told) + ending if told else "no case, request or incident"
