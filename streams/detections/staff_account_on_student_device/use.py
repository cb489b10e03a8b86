"""One sitting of a staff account where only students are, with the refused sign-ins before it and records opened."""

from dataclasses import dataclass

from streams.detection import Case
from streams.detections.staff_account_on_student_device.place import Place, place_of
from streams.detections.staff_account_on_student_device.sight import REFUSALS, REFUSED, RESET, TICKET_REFUSED, WROTE
from streams.memory.clocks import TOLERANCE
from streams.patterns.sequences import Lead, lead_up
from streams.patterns.sittings import Sitting
from streams.sighting import Sighting

MINUTE = 60_000
OF_USE = ("wrote_records", "guessed", "in_use")
REASONS = ("wrote_records", "guessed", "staff_app", "in_use")


@dataclass(frozen=True, slots=True)
class Use:
    """One sitting where only students are, and what goes with it."""

    sitting: Sitting
    place: Place
    lead: Lead | None  # the refused sign-ins before it
    resets: tuple[Sighting, ...]  # that explain them
    records: tuple[Sighting, ...]  # opened or changed

    @property
    def guessed(self) -> bool:
        """Whether refused sign-ins led up to it that no reset password explains."""
        return self.lead is not None and not self.resets

    @property
    def written(self) -> list[Sighting]:
        """The requests that changed records."""
        return [one for one in self.records if one.verdict == WROTE]

    @property
    def reasons(self) -> list[str]:
        """Every reason that holds, the gravest first."""
        told = zip(OF_USE, (bool(self.written), self.guessed, True), strict=True)
        return [reason for reason, holds in told if holds]


def use_of(case: Case, sitting: Sitting) -> Use | None:
    """The sitting as a use to be judged; None where staff may be there, or where it did not last."""
    place = place_of(case, sitting) if sitting.signed_in else None
    if place is None:
        return None
    lead = _lead(case, sitting)
    use = Use(sitting, place, lead, _resets(case, lead), _records(case, sitting))
    return use if _lasted(case, use) else None


def _lead(case: Case, sitting: Sitting) -> Lead | None:
    """The refusals that led up to it. One attempt may be told by the device and by each domain controller that it
    asked, so those of one teller are counted together; the device's own say goes before the most that another tells."""
    rules = case.policy.detections.staff_account_on_student_device.parameters
    told: dict[str | None, list[Sighting]] = {}
    for one in case.sightings:
        if one.kind in REFUSALS and one.device_id == sitting.device:
            told.setdefault(one.reporter if one.kind == TICKET_REFUSED else "", []).append(one)
    within, begun = rules.failures_minutes * MINUTE, sitting.inputs[0]
    leads = [lead for ones in told.values() if (lead := lead_up(ones, begun, within, rules.failures))]
    return max(leads, key=lambda lead: (lead.certain, lead.firsts[0].kind == REFUSED, lead.count), default=None)


def _resets(case: Case, lead: Lead | None) -> tuple[Sighting, ...]:
    """The password resets that explain refused sign-ins: shortly before them, or between them and the one let in."""
    if lead is None:
        return ()
    reach = case.policy.detections.staff_account_on_student_device.parameters.reset_minutes * MINUTE
    since, until = lead.firsts[0].at - reach, lead.then.at + max(TOLERANCE, lead.then.doubt)
    return tuple(one for one in case.sightings if one.kind == RESET and since <= one.at <= until)


def _records(case: Case, sitting: Sitting) -> tuple[Sighting, ...]:
    """The records opened or changed at this device soon after it began."""
    reach = case.policy.detections.staff_account_on_student_device.parameters.follow_minutes * MINUTE
    start = sitting.interval.start
    told = (one for one in sitting.inputs if one.url_category)
    return tuple(one for one in told if one.at <= start + reach)


def _lasted(case: Case, use: Use) -> bool:
    """How long one lasted whose end nobody recorded is not known, and a guess is one all the same."""
    least = case.policy.detections.staff_account_on_student_device.parameters.least_minutes * MINUTE
    graver = use.reasons[0] != "in_use" and use.sitting.close != "recorded"
    return use.sitting.interval.length >= least or graver
