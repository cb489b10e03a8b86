"""staff_app: a student's own account was let in to an app that only the staff may have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from model.policy import Policy
from model.reference import App, Role
from model.violation import SEVERITIES, Confidence, Consulted, Exhibit, Innocent, Measure, Severity
from streams.detection import Case, Finding
from streams.detections.staff_account_on_student_device.place import DETECTION
from streams.detections.staff_account_on_student_device.sight import OBTAINED
from streams.evidence.consulted_rows import consulted
from streams.evidence.exhibits import exhibit, measure
from streams.evidence.plain_words import account_named, clock, counted, date, day, listed, role, row_named
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.sighting import Sighting

STAFF_APP = "staff_app"
_AUTHORIZED = "token.authorized"
_DID = {
    "account.authenticated": "signed in",
    "ticket.requested": "was given a token",
    _AUTHORIZED: "gave the app access to itself",
}


def staff_apps(case: Case) -> list[Finding]:
    """One finding per app and school day."""
    by_app: dict[str, list[Sighting]] = {}
    for one in case.sightings:
        if one.kind == OBTAINED and case.started_at <= one.at < case.ended_at:
            by_app.setdefault(one.app or "", []).append(one)
    return [_finding(case, app, seen) for app, seen in sorted(by_app.items())]


def _finding(case: Case, app: str, seen: list[Sighting]) -> Finding:
    asked = Excuses(case, DETECTION)
    excuses = [_excuse(asked, one) for one in seen]
    left = [one for one, excuse in zip(seen, excuses, strict=True) if stays(excuse)]
    late: list[Excuse | None] = [excuse for excuse in excuses if stays(excuse)]
    proof = _Proof(case, app, left or seen, asked, case.fleet(case.day)[app])
    first, last = proof.seen[0], proof.seen[-1]
    return Finding(
        identity=(first.account or "", STAFF_APP, app.lower(), case.day.isoformat()),
        reasons=[STAFF_APP],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=_severity(case, proof),
        confidence=_confidence(proof.seen),
        started_at=first.at,
        ended_at=last.at + 1,
        settles_at=case.ended_at,  # until then more students may get into the app
        account=first.account,
        person=first.person,
        device_id=first.device_id if len({one.device_id for one in proof.seen}) == 1 else None,
        suppressed_by=None if left else names(excuse for excuse in excuses if not stays(excuse)),
        ratified_by=names(late) if left else None,
        exhibits=[_shown(one) for one in proof.seen],
        measures=proof.measures(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=proof.not_known(),
        clauses=list(case.policy.detection(DETECTION).clauses_for([STAFF_APP])),
    )


def _excuse(asked: Excuses, one: Sighting) -> Excuse | None:
    during = Interval(one.at, one.at)
    return asked.of(during, account=one.account, person=one.person, device_id=one.device_id)


def students_by_app(every: Sequence[Sequence[Sighting]], _policy: Policy) -> dict[str, int]:
    """How many students were let in to each app, by what was seen of every account on one school day."""
    let_in = {(one.app or "", one.account) for seen in every for one in seen if one.kind == OBTAINED}
    return Counter(app for app, _ in let_in)


def _severity(case: Case, proof: "_Proof") -> Severity:
    """That of the reason; at most medium where only a name tells the app, at most low where its row is wrong."""
    by_reason: dict[str, Severity] = case.policy.detection(DETECTION).severity
    most: Severity = "low" if proof.is_for_students else "medium" if proof.by_name_only else "critical"
    return min(by_reason[STAFF_APP], most, key=SEVERITIES.index)


def _confidence(seen: list[Sighting]) -> Confidence:
    sure = any(one.confidence == "high" and one.time_quality == "exact" for one in seen)
    return "high" if sure else "medium"


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a finding says of one account and app. `students`: how many students were let in to it that day."""

    case: Case
    app: str
    seen: list[Sighting]
    asked: Excuses
    students: int

    @property
    def is_for_students(self) -> bool:
        """Whether so many students have it that the table is probably wrong."""
        return self.students >= self.case.policy.detections.staff_account_on_student_device.parameters.app_students

    @property
    def by_name_only(self) -> bool:
        """Whether only authorizations tell of it: who makes an OAuth app names it, as somebody else's if they like."""
        return all(one.told is not None and one.told[0] == _AUTHORIZED for one in self.seen)

    @property
    def at(self) -> int:
        """When it was first let in."""
        return self.seen[0].at

    def row(self) -> App | None:
        """The row of apps.csv that says whose app it is."""
        return self.case.reference.app(self.app, self.at)

    def who(self) -> str:
        """The account, and whose it is."""
        return account_named(self.case.reference, self.seen[0].account or "", self.at)

    def whose(self) -> str:
        """Who may have the app."""
        row = self.row()
        return listed([role(one) for one in row.roles], "or") if row else "the staff"

    def headline(self) -> str:
        """One sentence with what decided."""
        on = date(self.case.calendar, self.at)
        if self.by_name_only:
            gave = f"gave access to an app named {self.named()}, the name of an app for the staff"
            return f"The student account {self.who()} {gave}, on {on}"
        return f"The student account {self.who()} was let in to {self.named()}, an app for the staff, on {on}"

    def named(self) -> str:
        """The app as the sign-in log names it."""
        return next((one.told[1] for one in self.seen if one.told), self.app)

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar = self.case.calendar
        told = [f"{_did(one)} at {clock(calendar, one.at)}" for one in self.seen[:3]]
        where = sorted({one.device_id or one.address or "" for one in self.seen} - {""})
        got = f"let in an app named {self.named()}" if self.by_name_only else f"got into {self.named()}"
        theirs = "an app of that name" if self.by_name_only else "the app"
        said = [
            f"On {day(calendar, self.at)}, the student account {self.who()} {got}: it {listed(told)}.",
            f"By apps.csv {theirs} is for people with the role {self.whose()}; the owner of the account is a student"
            " and has no other role.",
            f"The sign-in service's records say that it came from {listed(where)}."
            if where
            else "The sign-in service's records do not say from where.",
            "What was done in the app they do not show; and a device renews a token with nobody there.",
        ]
        if self.by_name_only:
            said.append(
                "Whoever makes an app chooses its name: another app may bear it. The severity is lower for that."
            )
        return " ".join(said)

    def measures(self) -> list[Measure]:
        """How often it was let in, and how many students were."""
        ids = [one.event_id for one in self.seen]
        limit = self.case.policy.detections.staff_account_on_student_device.parameters.app_students
        students = measure("students in the app that day", self.students, limit, "", [])
        return [measure("times let in", len(self.seen), 1, "", ids), students]

    def consulted(self) -> list[Consulted]:
        """The row of the app, the roles, and every exemption weighed."""
        row, person = self.row(), self.seen[0].person
        held: list[Role] = self.case.reference.roles(person, self.at) if person else []
        told = [consulted(one, f"the owner of the account is {role(one.role)}") for one in held]
        app = [consulted(row, f"{self.named()} is for {self.whose()}")] if row else []
        return [*app, *told, *self.asked.weighed.values()]

    def innocents(self) -> list[Innocent]:
        """Each that records and tables can test, with its answer."""
        known = self.case.reference.known("exemptions")
        return [self._for_students(), *([self._exempted()] if known else [])]

    def not_known(self) -> list[str]:
        """Whether the app is the staff's, where only its name tells; the table that the district does not keep."""
        whose = ["whose app it is: the maker of an app chooses its name"] if self.by_name_only else []
        return whose + [table for table in ("exemptions",) if not self.case.reference.known(table)]

    def _for_students(self) -> Innocent:
        answer = f"{counted(self.students, 'student')} got into the app that day."
        if self.is_for_students:
            answer += " So many have it that the row in apps.csv is probably wrong. The severity is lower for it."
        return Innocent(explanation="app_is_for_students_too", answer=answer, holds=self.is_for_students)

    def _exempted(self) -> Innocent:
        found = [f"{row_named(one.reference)} ({one.failed or 'in force'})" for one in self.asked.weighed.values()]
        answer = f"Weighed: {'; '.join(found)}." if found else "No exemption covers it."
        holds = any(one.failed is None for one in self.asked.weighed.values())
        return Innocent(explanation="exemption", answer=answer, holds=holds)


def _did(one: Sighting) -> str:
    return _DID[one.told[0]] if one.told else "was let in"


def _shown(one: Sighting) -> Exhibit:
    named = one.told[1] if one.told else one.app
    return msgspec.structs.replace(exhibit(one), shows=f"{one.account} and {named}: the account {_did(one)}")
