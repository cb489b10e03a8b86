"""`hallmonitor show ID`: one violation with its proof, its revisions, and the raw lines of its events."""

from pathlib import Path

import click
import msgspec

from casework.handling import Handling, handling_of
from casework.triage import said
from cli import answers
from cli.asked import Place
from cli.found import violation as named_violation
from cli.whole_file import write_whole
from dashboard import coverage_words, plain_names, words
from dashboard.local_time import Wall, length
from dashboard.parts.verdict import policy
from dashboard.then_and_now import then_and_now
from dashboard.violation_document import violation_pdf
from model.clock import now
from model.event import format_at
from model.settings import Settings
from model.violation import Violation
from storage.client import Store
from storage.ledger.proving import pointed
from storage.queries.event_rows import StoredEvent
from storage.queries.names import called_in, named
from storage.queries.triage import Standing
from storage.queries.violations import evidence, revisions, stored_when


@click.command()
@click.argument("violation_id")
@answers.district
@click.option("--revisions", "history", is_flag=True, help="Every revision, not only the newest.")
@click.option("--pdf", is_flag=True, help="The page to print or to file; needs --out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the PDF is written.")
@answers.as_json
@answers.asks_store
def command(
    store: Store, violation_id: str, district: str | None, history: bool, pdf: bool, out: Path | None, as_json: bool
) -> None:
    """Show the violation VIOLATION_ID (its first characters are enough if no other id begins with them).

    Exits 0 when it is shown, 1 when there is none, 2 when several ids begin with these characters.

    \b
    hallmonitor show 3f2a --pdf --out finding.pdf
    """
    if pdf != bool(out):
        raise click.UsageError("--pdf and --out FILE belong together")
    place = Place(store, district)
    found = _revisions(store, place, violation_id)
    found[0] = pointed(store, Settings().hallmonitor_home, found[0])
    if out:
        _write_pdf(store, place, found, out)
        return
    handled = handling_of(store, found[0].district, found[0].violation_id)
    if as_json:
        answers.print_lines({**msgspec.to_builtins(one), **handled.said()} for one in (found if history else found[:1]))
        return
    for one in found if history else found[:1]:
        _print(store, place, one)
    _print_sides(store, place, found)
    _print_handling(place.wall(found[0].district), handled)
    _print_events(place, evidence(store, found[0]))


def _revisions(store: Store, place: Place, begins: str) -> list[Violation]:
    found = named_violation(store, place, begins)
    return revisions(store, found.district, found.violation_id)


def _write_pdf(store: Store, place: Place, found: list[Violation], out: Path) -> None:
    newest = found[0]
    events = {one.event_id: one for one in evidence(store, newest)}
    names = called_in(store, newest)
    district = place.district(newest.district)
    write_whole(out, violation_pdf(found, events, names, district, format_at(now())))
    click.echo(f"written: {out}", err=True)


def _print(store: Store, place: Place, violation: Violation) -> None:
    wall = place.wall(violation.district)
    facts = [
        (violation.headline, ""),
        (f"{violation.severity}, {violation.status}, confidence {violation.confidence}", ""),
        *_subjects(store, violation),
        ("when", f"{wall.span(violation.started_at, violation.ended_at)} ({_lasted(violation)})"),
        ("in UTC", f"{violation.started_at} to {violation.ended_at}"),
        ("found", f"{words.detection(violation.detection)}: {'; '.join(map(words.reason, violation.reasons))}"),
        ("policy", policy(violation)),
        ("revision", f"{violation.revision} of {violation.violation_id}"),
        ("changed", ", ".join(map(plain_names.plain, violation.evidence.changed)) or None),
        ("suppressed by", violation.suppressed_by),
        ("ratified by", violation.ratified_by),
        ("superseded by", violation.superseded_by),
        ("adopted by", violation.adopted and f"{violation.adopted.by}: {violation.adopted.why}"),
        ("in the ledger", violation.evidence.digest_pointer),
    ]
    for name, value in facts:
        if value is not None:
            click.echo(answers.printable(f"{name:<14}{value}" if value else name))
    click.echo("\n" + answers.printable(violation.explanation) + "\n")
    for clause in violation.clauses:
        click.echo(answers.printable(f"{clause.section} ({clause.clause_id}): “{clause.quote}”"))
    for innocent in violation.evidence.innocent_explanations:
        asked = plain_names.explanation(innocent.explanation)
        click.echo(answers.printable(f"{asked} ({words.tested(innocent.holds)}): {innocent.answer}"))
    for line in coverage_words.coverage_lines(violation, wall):
        click.echo(answers.printable(line))


def _print_sides(store: Store, place: Place, found: list[Violation]) -> None:
    """As known then, beside as known now."""
    newest = found[0]
    told_at = stored_when(store, newest.district, newest.violation_id)
    click.echo()
    rows = then_and_now(found, place.wall(newest.district), told_at)
    answers.print_table(("", "as known then", "as known now"), rows, "")


def _print_handling(wall: Wall, handled: Handling) -> None:
    """Where it stands with the people who handle it."""
    click.echo(answers.printable(f"\nhandling      {words.handled(Standing(**said(handled.triage)))}"))
    for one in handled.triage.comments:
        click.echo(answers.printable(f"{wall.moment(one.at)}, {one.actor}: {one.text}"))
    for case in handled.cases:
        click.echo(answers.printable(f"in case {case.case_id}: {case.title} ({case.status})"))


def _lasted(violation: Violation) -> str:
    return length(violation.started_at, violation.ended_at)


def _subjects(store: Store, violation: Violation) -> list[tuple[str, str | None]]:
    """Whom it is about; people by name."""
    names = named(store, violation.district, [violation.person or "", violation.vendor or ""])
    told = (("person", violation.person), ("account", violation.account), ("vendor", violation.vendor))
    called = [(kind, one, names.get((kind, one))) for kind, one in told if one]
    said: list[tuple[str, str | None]] = [(kind, f"{name} ({one})" if name else one) for kind, one, name in called]
    return [*said, ("device", violation.device_id)]


def _print_events(place: Place, events: list[StoredEvent]) -> None:
    click.echo()
    columns = ("local time", "logged by", "what happened", "account", "device", "address", "record as written")
    rows = (
        (
            place.wall(e.district).second(e.occurred_at) if e.occurred_at else None,
            e.source_id,
            plain_names.action(e.action),
            place.account(e),
            e.device_id or e.device,
            e.address,
            e.raw,
        )
        for e in events
    )
    answers.print_table(columns, rows, "None of its events is stored any longer.")
