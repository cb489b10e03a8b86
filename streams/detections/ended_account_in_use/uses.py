"""The uses of an account on one school day, each with what had ended by then, and what excuses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from model.reference import Account
from streams.detection import Case
from streams.detections.ended_account_in_use.sight import CONTRACT, DIRECTORY, KINDS, WEB, unsigned
from streams.patterns.standing import Ending, endings, listed, signing_known
from streams.sighting import Sighting

NO_CONTRACT = "no_contract"


@dataclass(frozen=True)
class Use:
    """One sign-in after the end, or the last of a run of like ones."""

    sighting: Sighting
    at: int
    event_id: str
    account: Account
    ended: list[Ending]
    unsigned: bool  # a student without a contract

    @property
    def reasons(self) -> set[str]:
        """Why it should not have been."""
        return {one.reason for one in self.ended} | ({NO_CONTRACT} if self.unsigned else set())

    @property
    def known(self) -> bool:
        """Whether the district had written down by then that it had ended."""
        return self.unsigned or any(one.known_at(self.at) for one in self.ended)


@dataclass(frozen=True)
class Uses:
    """All of them, in order of time."""

    case: Case

    @cached_property
    def found(self) -> list[Use]:
        """The sign-ins that should not have been."""
        signed_in = (one for one in self.case.sightings if one.kind not in DIRECTORY)
        uses = (use for sighting in signed_in for use in self._of(sighting))
        return sorted(uses, key=lambda use: (use.at, use.event_id))

    def _of(self, sighting: Sighting) -> Iterator[Use]:
        """The first and the last of a run."""
        for at, event_id in dict.fromkeys(((sighting.at, sighting.event_id), (sighting.until, sighting.last_event_id))):
            use = self._at(sighting, at, event_id)
            if use and use.reasons:
                yield use

    def _at(self, sighting: Sighting, at: int, event_id: str) -> Use | None:
        account = listed(self.case.reference, self.case.subject, at)
        if account is None or account.kind not in KINDS:
            return None
        ended = [] if sighting.kind == WEB else ended_of(self.case, account, at)
        return Use(sighting, at, event_id, account, ended, self._unsigned(account, at))

    def _unsigned(self, account: Account, at: int) -> bool:
        rules = self.case.policy.detections.ended_account_in_use.parameters
        asked = rules.require_contract and signing_known(self.case.reference, CONTRACT)
        return asked and unsigned(account, self.case.reference, at)


def ended_of(case: Case, account: Account, at: int) -> list[Ending]:
    """What had ended of an account, by the pack's word on semesters."""
    semesters = case.policy.detections.ended_account_in_use.parameters.semester_accounts
    return endings(case.reference, account, at, semesters=semesters)
