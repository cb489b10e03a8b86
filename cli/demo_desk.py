"""What `hallmonitor demo --desk` adds: a request produced, a purge certified and verified, an incident with letters."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from casework import retention, retention_run, users
from casework.exports.checked import Keys, check_folder
from casework.incidents.desk import answered, look
from casework.incidents.incident import Incident, Signed, incident_of, incidents, opened
from casework.incidents.sending import said, send
from casework.production.of_request import By, produce_request
from casework.register import Register, decision
from casework.requests import steps
from casework.requests.steps import Actor, Asked
from casework.requests.writing import write_letter
from casework.retention_run import Run
from cli.certificate_page import write_certificate
from cli.verifying import verifier
from dashboard.incident_document import incident_pdf
from model.clock import now
from model.law import load_law
from model.settings import Settings
from storage.client import Store
from storage.ledger.keys import own_public
from storage.ledger.ledger import Ledger, open_ledger
from storage.ledger.naming import names_from_kafka
from storage.ledger.verifying import Asked as Verified
from storage.queries.districts import District
from storage.queries.responsive import Criteria
from storage.retention.forgetting import forget

OFFICERS = {"ruth": "records_officer", "adam": "administrator", "prue": "privacy_officer"}
_REASON = "answered by the demo; a person answers it in earnest"
_QUESTIONS = {"acquired": True, "encrypted": False, "identity_theft_likely": True, "ok_personal_information": True}
Forgets = Callable[[Ledger], dict[str, int]]


class Piece(NamedTuple):
    """One thing that was made: what it is, where it lies, and what checking it said."""

    what: str
    path: Path
    checked: str


class Work(NamedTuple):
    """What the demo works with: about whom the request and the incident are, on which day the first rows lie."""

    register: Register
    settings: Settings
    district: District
    account: str
    first: date
    folder: Path

    @property
    def store(self) -> Store:
        """The whole store."""
        return self.register.store


def work_the_desk(work: Work, progress: Callable[[str], None], forgets: Forgets | None = None) -> list[Piece]:
    """Do it all in the names of three invented officers, who have no passwords; what was made, in order.

    `forgets`: how the broker forgets purged rows; the real way by default. Raises what the steps raise.
    """
    shutil.rmtree(work.folder, ignore_errors=True)
    work.folder.mkdir(parents=True)
    for name, role in OFFICERS.items():
        if users.user_of(work.register, name) is None:
            work.register.write(users.added(name, [role], None, now(), "demo", "system"))
    with closing(open_ledger(work.settings)) as ledger:
        real = partial(_forget, work.settings, work.district.id)
        return [
            *_request(work, ledger, progress),
            *_purge(work, ledger, forgets or real, progress),
            *_incident(work, progress),
        ]


def _request(work: Work, ledger: Ledger, progress: Callable[[str], None]) -> list[Piece]:
    """A request about an account, answered: acknowledgement, production, and the folder checked offline."""
    register, law, by = work.register, load_law(), Actor("ruth", OFFICERS["ruth"])
    place = steps.place_of(work.store, work.district)
    since, until = (f"{work.first + timedelta(days=days)}T00:00:00.000Z" for days in (-1, 366))
    criteria = Criteria(accounts=(work.account,), since=since, until=until)
    law_id = next((name for name, one in law.requests.items() if one.state and one.state == place.state), "ca.pra")
    text = f"All log-ins of account {work.account}"
    asked = Asked(law_id, place.today(now()), "Pat Doe, pat@example.org", text, criteria)
    progress(f"a records request under {law_id}")
    request = steps.open_request(register, law, place, asked, by, now())
    steps.collect(register, request, by, now())
    ruth = users.user_of(register, "ruth")
    assert ruth is not None
    request = steps.request_of(work.store, request.request_id)
    letter = work.folder / "acknowledgement.pdf"
    letter.write_bytes(write_letter(register, law, request, "acknowledgement", ruth, by, now()))
    request, out = steps.request_of(work.store, request.request_id), work.folder / "production"
    made = produce_request(register, ledger, work.settings, request, out, By("ruth", by.role, now()), progress)
    counts = ", ".join(f"{number} {name}" for name, number in msgspec.to_builtins(made.counts).items())
    return [
        Piece("acknowledgement of the request", letter, "read it and sign it"),
        Piece(f"production of request {request.request_id}", out, f"{counts}; {_checked(work, out)}"),
    ]


def _purge(work: Work, ledger: Ledger, forgets: Forgets, progress: Callable[[str], None]) -> list[Piece]:
    """What is past its schedule on the day on which the first day's rows are; planned, approved, run, verified."""
    day = work.first + timedelta(days=367)  # a year and a day: of one year's schedule, the first day alone
    progress(f"a retention plan as of {day}")
    home, at = work.district.id, now()
    plan = retention.planned(work.store, ledger.book.destroyed, home, day, at)
    told: dict[str, Any] = {"actor": "ruth", "role": OFFICERS["ruth"], "district": home, "body": retention.said(plan)}
    work.register.write(decision(retention.entity_of(plan.plan_id), "retention.planned", at, **told))
    plan = retention.plan_of(work.store, plan.plan_id)
    work.register.write(retention.approval(plan, "adam", OFFICERS["adam"], now()))
    plan = retention.plan_of(work.store, plan.plan_id)
    names = partial(names_from_kafka, work.settings)
    asked = Run(work.register, ledger, work.settings.hallmonitor_home, partial(forgets, ledger), progress, names)
    certificate = retention_run.run(asked, plan, "ruth", OFFICERS["ruth"], now())
    page, content = work.folder / "certificate.pdf", work.folder / "certificate.json"
    write_certificate(certificate, work.district, page, now())
    content.write_bytes(msgspec.json.format(msgspec.json.encode(certificate), indent=1) + b"\n")
    outcome = verifier(work.settings, work.store, ledger, home).quick(Verified(home))
    deleted = sum(one["rows_deleted"] for one in certificate["classes"])
    good = "the ledger is intact" if outcome.good else "the ledger does not fit"
    return [
        Piece(f"certificate {certificate['certificate_id']}", page, f"{deleted:,} rows destroyed; {good}"),
        Piece("the same, signed", content, f"key {certificate['key_id']}"),
    ]


def _incident(work: Work, progress: Callable[[str], None]) -> list[Piece]:
    """An account that was taken over: questions answered, timeline, letters."""
    progress("an incident with its letters")
    home, by = work.district.id, Signed("prue", OFFICERS["prue"], now())
    told = {"district": home, "kind": "account", "subject": work.account, "discovered_by": "the demo",
            "text": "The owner typed the password into a false page"}  # fmt: skip
    for event in opened(told, by.at - timedelta(days=1), by):
        work.register.write(event)
    incident = max(incidents(work.store, home), key=lambda one: one.opened_at)
    incident = _questions(work, incident, by)
    one = look(work.store, incident.incident_id, now())
    letters, page = work.folder / "letters", work.folder / "incident.pdf"
    page.write_bytes(incident_pdf(one, now()))
    made = send(work.register, work.settings.hallmonitor_home, one, Signed("prue", by.role, now()), letters)
    names = "; ".join(f"{letter.name}: {said(letter)}" for letter in made)
    return [
        Piece(f"timeline of incident {incident.incident_id}", page, f"about {work.account}"),
        Piece("its letters", letters, f"{names}; {_checked(work, letters)}"),
    ]


def _questions(work: Work, incident: Incident, by: Signed) -> Incident:
    """The incident after what nobody can read from logs was answered, as far as its law asks."""
    asked = {one.question for one in look(work.store, incident.incident_id, by.at).clocks.questions}
    for question, answer in _QUESTIONS.items():
        if question in asked:
            work.register.write(answered(incident, question, answer, _REASON, None, by, by.at.date()))
            incident = incident_of(work.store, incident.incident_id)
    return incident


def _checked(work: Work, folder: Path) -> str:
    """What `hallmonitor verify` says of a folder."""
    found = check_folder(folder, Keys(installation=own_public(work.settings.hallmonitor_home)))
    return "verified offline" if found.intact else f"not as it was signed: {'; '.join(found.says)}"


def _forget(settings: Settings, district: str, ledger: Ledger) -> dict[str, int]:
    return forget(settings, ledger.book, district)
