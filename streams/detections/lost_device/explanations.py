"""The innocent explanations of a lost device's findings that can be tested, each with its answer."""

from datetime import timedelta

from model.violation import Innocent
from streams.detection import Case
from streams.detections.lost_device.losses import LossCase
from streams.evidence.plain_words import listed, moment
from streams.sighting import Sighting


def of_report(case: Case, loss: LossCase) -> list[Innocent]:
    """Why a report may be late and nobody's fault."""
    return [_closed_days(case, loss), _found_again(case, loss), _tag_typo(case, loss)]


def of_use(case: Case, loss: LossCase, uses: list[Sighting]) -> list[Innocent]:
    """Why a device may be active though nobody has it who should not."""
    back = [_own_user(case, loss, uses), _back_with_it(case, uses), _found_again(case, loss)]
    return [_disabled_screen(), *back, _tag_typo(case, loss)]


def of_tracking(case: Case, commands: list[Sighting], losses: list[LossCase]) -> list[Innocent]:
    """Why a command may have been right."""
    return [_lost_soon(case, commands, losses), _queued(commands), _meant_another(case, commands)]


def _told(explanation: str, answer: str, holds: bool = False) -> Innocent:
    return Innocent(explanation=explanation, answer=answer, holds=holds)


def _closed_days(case: Case, loss: LossCase) -> Innocent:
    due, start = loss.report_due or loss.police_due, loss.discovered_at
    if due is None or start is None:
        return _told("closed_days", "No deadline was counted.")
    first, last = case.calendar.local(start).date(), case.calendar.local(due - 1).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    closed = [f"{one:%A, %B} {one.day}" for one in days if not case.calendar.office_open(one)]
    skipped = (
        f"Not counted, because the office was closed: {listed(closed)}." if closed else "The office was open daily."
    )
    return _told("closed_days", f"{skipped} The deadline counts the district's own calendar and local time.")


def _found_again(case: Case, loss: LossCase) -> Innocent:
    if loss.found_by is None:
        return _told("found_again", "No row of losses, returns or assignments says that the device was back.")
    return _told("found_again", f"It was back on {moment(case.calendar, loss.ended_at)}, after this.")


def _tag_typo(case: Case, loss: LossCase) -> Innocent:
    """Whether another device with nearly the same id was reported lost, too: one of them may be a slip of the pen."""
    others = {row.device_id for row in case.reference.rows("losses")} - {loss.row.device_id}
    near = sorted(other for other in others if _one_slip(other, loss.row.device_id))
    if near:
        return _told("asset_tag_typo", f"{_reported(near)} as well; the id differs by one slip.")
    return _told("asset_tag_typo", "No device with nearly the same id was reported lost.")


def _reported(devices: list[str]) -> str:
    return f"{listed(devices)} {'was' if len(devices) == 1 else 'were'} reported lost"


def _one_slip(one: str, other: str) -> bool:
    """One character differs, or two neighbors are swapped."""
    if len(one) != len(other) or one == other:
        return False
    places = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = len(places) == 2 and one[places[0]] + one[places[1]] == other[places[1]] + other[places[0]]
    return len(places) == 1 or (swapped and places[1] == places[0] + 1)


def _disabled_screen() -> Innocent:
    answer = "Not counted: what a Chromebook sends with its disabled screen (starts, status), leases, lists of devices."
    return _told("disabled_screen", answer)


def _own_user(case: Case, loss: LossCase, uses: list[Sighting]) -> Innocent:
    """Whether only the person whom it is assigned to was signed in: it may have been found and nobody told."""
    at = loss.row.reported_at or case.started_at
    owners = {row.person for row in case.reference.assignees(loss.row.device_id, at)}
    people = {s.person for s in uses if s.person}
    if people and people <= owners:
        names = listed(sorted(case.reference.person_name(person, at) for person in people))
        return _told("owner_found_it", f"Only {names} was signed in, whom it is assigned to: it may be found.", True)
    return _told("owner_found_it", "The person it is assigned to was not the one signed in, or nobody was.")


def is_with_it(case: Case, uses: list[Sighting]) -> bool:
    """Whether nobody but IT was signed in, beginning on the school day when it was first active."""
    roles = case.policy.detections.device_used_by_another.parameters.technician_roles
    named = [(s.person, s.at) for s in uses if s.person]
    return bool(named) and named[0][1] < case.ended_at and all(case.reference.has_role(*one, roles) for one in named)


def _back_with_it(case: Case, uses: list[Sighting]) -> Innocent:
    """Whether IT has it, and nobody wrote down that it was found."""
    if is_with_it(case, uses):
        names = listed(sorted({case.reference.person_name(s.person, s.at) for s in uses if s.person}))
        return _told("back_with_it", f"Nobody but {names} of IT was signed in: it may be found.", True)
    return _told("back_with_it", "Somebody who is not of IT was signed in, or nobody was when it was first active.")


def _lost_soon(case: Case, commands: list[Sighting], losses: list[LossCase]) -> Innocent:
    later = [one.row for one in losses if one.gone_from > commands[0].at and one.row.kind != "compromised"]
    if later:
        said = moment(case.calendar, min(row.discovered_at or row.reported_at or 0 for row in later))
        return _told("lost_later", f"A loss was reported later; it was discovered on {said}, after the command.")
    return _told("lost_later", "No later row says that the device was lost.")


def _queued(commands: list[Sighting]) -> Innocent:
    if any(command.outcome == "completed" for command in commands):
        return _told("queued_command", "The record tells when a command was carried out; it may have waited.", True)
    return _told("queued_command", "The record tells when the command was given, not when it was carried out.")


def _meant_another(case: Case, commands: list[Sighting]) -> Innocent:
    """Whether a device with nearly the same id was lost then: the command may have been meant for it."""
    rows = [row for row in case.reference.rows("losses") if _one_slip(row.device_id, case.subject)]
    gone = sorted({row.device_id for row in rows if (row.discovered_at or 0) <= commands[0].at})
    if gone:
        return _told("meant_another", f"{_reported(gone)}, and the id differs by one slip.", True)
    return _told("meant_another", "No device with nearly the same id was reported lost.")
