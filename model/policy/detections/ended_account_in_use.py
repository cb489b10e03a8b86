"""What a district may set of ended_account_in_use, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import BusinessDays, Days, Strict
from model.policy.rules import Clock
from model.vocabulary import AccountKind

EndedReason = Literal[
    "past_term", "separated", "suspended", "no_contract", "still_enabled", "reactivated_without_request"
]


class EndedParameters(Strict):
    """ended_account_in_use (D6): an account used, enabled or left enabled after its standing ended."""

    semester_accounts: bool = Field(
        description="A vendor's account ends with the semester, even while the agreement runs."
    )
    require_contract: bool = Field(description="A student uses the network only with a signed student contract.")
    grace_business_days: BusinessDays = Field(
        description="An account may stay enabled for so many business days after the standing ended."
    )
    sweep_at: Clock = Field(description="When in the night enabled accounts are looked at, local wall clock, HH:MM.")
    request_days: Days = Field(description="A request to reactivate an account is good for so many days.")
    reactivated_kinds: tuple[AccountKind, ...] = Field(
        description="Kinds of accounts that are enabled again on request only."
    )
    new_role_days: Days = Field(
        description="An account enabled this near to its person's first day is enabled for the first time."
    )
