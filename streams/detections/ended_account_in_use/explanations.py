"""The innocent explanations of an ended account's use that can be tested, each with its answer."""

from collections.abc import Sequence

from model.violation import Innocent
from streams.detection import Case
from streams.detections.ended_account_in_use.enabled import StillEnabled, directory_events
from streams.detections.ended_account_in_use.reactivation import Reactivation
from streams.detections.ended_account_in_use.uses import Use
from streams.evidence.plain_words import counted, moment
from streams.patterns.standing import Ending


def of_uses(case: Case, uses: Sequence[Use], again: Sequence[Reactivation]) -> list[Innocent]:
    """Every explanation tested of a day's uses and reactivations."""
    ended = list({one.row.reference: one for use in uses for one in use.ended}.values())
    found = []
    if uses:
        found += [_written_later(case, ended, uses), _by_itself(), _somebody_else(uses)]
    if ended:
        found.append(_back_again(case, ended, uses[0].account.person, uses[0].at))
    if again:
        found.append(_first_time(case, again))
    return found


def of_enabled(case: Case, found: StillEnabled, watched: bool) -> list[Innocent]:
    """Every explanation tested of an account left enabled."""
    known = found.ending.row.recorded_at
    answer = "The days are counted from the end itself, which had been written down by then."
    if known is not None and known > (found.ending.at or 0):
        answer = f"The days are counted from {moment(case.calendar, known)}, when the end was written down."
    return [
        Innocent(explanation="end_written_down_later", answer=answer, holds=False),
        _back_again(case, [found.ending], found.account.person, found.at),
        _not_heard(found, watched),
    ]


def _not_heard(found: StillEnabled, watched: bool) -> Innocent:
    answer = "The directory's events were read without a gap, and none disabled it."
    if not watched:
        answer = "Not every event of the directory since then was read, so a record that disabled it may be missing."
    return Innocent(explanation="disabled_unheard", answer=answer, holds=not watched and not found.told_after)


def _written_later(case: Case, ended: Sequence[Ending], uses: Sequence[Use]) -> Innocent:
    late = [one for one in ended if not any(one.known_at(use.at) for use in uses)]
    if not late:
        answer = "What ended it had been written down before the account was used."
        return Innocent(explanation="end_written_down_later", answer=answer, holds=False)
    told = "; ".join(f"{one.says}: {moment(case.calendar, one.row.recorded_at or 0)}" for one in late)
    answer = f"Written down only after the account had been used: {told}. Nobody could have known it from the tables."
    return Innocent(explanation="end_written_down_later", answer=answer, holds=all(not use.known for use in uses))


def _by_itself() -> Innocent:
    answer = (
        "Renewed tokens and tickets, mail and file synchronization, services and scheduled tasks are not counted; each"
        " use shown is a sign-in, an unlock, a VPN connection or an app let into the account."
    )
    return Innocent(explanation="a_device_by_itself", answer=answer, holds=False)


def _somebody_else(uses: Sequence[Use]) -> Innocent:
    name = uses[0].account.account
    answer = (
        f"Each record names {name} itself as the account that signed in. A delegate or an investigator who opens the"
        " mailbox signs in under a name of their own. Who knew the password is not shown by these records."
    )
    return Innocent(explanation="delegate_or_legal_hold", answer=answer, holds=False)


def _back_again(case: Case, ended: Sequence[Ending], person: str | None, at: int) -> Innocent:
    roles = case.reference.roles(person, at) if person else []
    answer = "No role in roles.csv that began after the end was in force then."
    if roles:
        answer = f"{counted(len(roles), 'role')} in roles.csv was still in force, but began before {ended[0].says}."
    if not case.reference.known("roles"):
        answer = "Not known: the district keeps no table of roles."
    return Innocent(explanation="hired_or_enrolled_again", answer=answer, holds=False)


def _first_time(case: Case, again: Sequence[Reactivation]) -> Innocent:
    before = [one for one in directory_events(case) if one.at < again[0].event.at]
    answer = "No record says that the account had just been created, and its person did not just begin."
    if before:
        last = before[-1]
        done = last.kind.removeprefix("account.")
        answer = (
            f"The directory had {done} the account on {moment(case.calendar, last.at)}, so this was not the first time."
        )
    return Innocent(explanation="first_enabled", answer=answer, holds=False)
