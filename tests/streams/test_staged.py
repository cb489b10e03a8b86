"""A detection on trial: what it finds is kept and not open, by the day on which it began."""

from datetime import date
from typing import Any

import pytest

from model.policy import Mistake, Policy, base_policy, load_pack
from model.violation import Violation, decode_violation
from tests.streams.test_other_releases import current, log


def tried(since: str, until: str) -> Policy:
    """The base pack with shared_account on trial."""
    base = base_policy()
    staged: dict[str, Any] = {"staged": {"since": date.fromisoformat(since), "until": date.fromisoformat(until)}}
    rule = type(base.detections.shared_account).model_validate(base.detections.shared_account.model_dump() | staged)
    return base.model_copy(update={"detections": base.detections.model_copy(update={"shared_account": rule})})


def found(policy: Policy) -> dict[str, Violation]:
    judge = current()
    for batch in log(policy):
        judge.observe(batch)
    judge.judge()
    return {one.detection: one for one in map(decode_violation, judge.take().violations)}


def test_what_is_found_on_trial_is_kept_and_not_open_and_other_detections_are_not_touched() -> None:
    told = found(tried("2026-03-01", "2026-03-05"))
    assert (told["shared_account"].status, told["shared_account"].suppressed_by) == ("suppressed", "staged")
    assert told["filter_circumvention"].suppressed_by is None


@pytest.mark.parametrize(("since", "until"), [("2026-02-01", "2026-03-04"), ("2026-03-05", "2026-03-20")])
def test_before_and_after_the_trial_it_is_a_violation(since: str, until: str) -> None:
    assert found(tried(since, until))["shared_account"].status != "suppressed"


def test_a_trial_that_ends_before_it_begins_is_a_mistake_of_the_pack() -> None:
    trial = "{shared_account: {staged: {since: 2026-03-05, until: 2026-03-05}}}"
    pack = f"id: mine\nname: M\nversion: '1'\ndetections: {trial}"
    wrong = load_pack({"mine/pack.yaml": pack.encode()})
    assert isinstance(wrong, list)
    assert [one.key for one in wrong if isinstance(one, Mistake)] == ["detections.shared_account.staged"]
