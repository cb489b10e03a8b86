"""What a district may set of retention_breach, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Days, Strict

BreachReason = Literal["chain_broken", "purge_met_hold", "overdue", "without_class"]


class BreachParameters(Strict):
    """retention_breach (G4): what a check of the stored records finds against schedule, holds and ledger."""

    grace_days: Days = Field(description="Records may stay so many days longer than their schedule says.")
