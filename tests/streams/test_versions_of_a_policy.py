"""Versions of the district's policy: a finding is judged by, and quotes, the one in force on its school day."""

import json
from datetime import date
from typing import Any

import msgspec
import pytest

from model.batch import Fact
from model.policy import Policy, base_policy
from model.violation import Violation, decode_violation
from producers.district_folder import settings_facts
from streams.engine.engine import Engine
from streams.engine.settings import Settings
from tests.streams.test_other_releases import current, log
from tests.support.sigma_cases import LOGON, policy_of, standing, windows
from tests.support.small_district import DISTRICT, ZONE, at_ms, ended, event_batches, fact_batch, facts

HIGH = {"shared_account": {"severity": {"two_devices": "critical"}}}


def version(name: str, first: str | None, detections: dict[str, Any] | None = None) -> Fact:
    """The base pack as a version of its own, as the producer publishes it."""
    said = base_policy().model_dump(mode="json", exclude={"hash"})
    for detection, changed in (detections or {}).items():
        for key, value in changed.items():
            old = said["detections"][detection][key]
            said["detections"][detection][key] = {**old, **value} if isinstance(value, dict) else value
    said |= {"version": name, "in_force_from": first and date.fromisoformat(first)}
    policy = Policy.model_validate(said)
    policy = policy.model_copy(update={"hash": policy.digest()})
    since = None if first is None else at_ms(f"{first} 00:00:00", ZONE)
    row = {"pack": policy.model_dump_json(), "label": policy.label}
    return Fact(table="policy", key=policy.id, row=row, valid_from=since)


def found(*versions: Fact, also: tuple[Fact, ...] = ()) -> dict[str, Violation]:
    """The findings of March 4 where these versions were published, and others afterward."""
    judge = current()
    settings, *day = log(base_policy())
    lines = [line for line in settings.body.splitlines() if b'"table":"policy"' not in line]
    judge.observe(msgspec.structs.replace(settings, body=b"\n".join(lines) + b"\n", count=len(lines)))
    judge.observe(fact_batch(list(versions)))
    for batch in day:
        judge.observe(batch)
    judge.judge()
    judge.observe(fact_batch(list(also)))
    judge.observe(ended())
    judge.judge()
    return _standing(judge)


def _standing(judge: Engine) -> dict[str, Violation]:
    return {one.detection: one for one in map(decode_violation, judge.take().violations)}


def test_a_finding_is_judged_by_the_version_of_its_day_and_quotes_it() -> None:
    old, new = version("1", None), version("2", "2026-03-05", HIGH)
    one = found(old, new)["shared_account"]
    assert (one.severity, one.policy.split("#")[0]) == ("medium", "base@1")
    later = found(old, version("2", "2026-03-04", HIGH))["shared_account"]
    assert (later.severity, later.policy.split("#")[0]) == ("critical", "base@2")


def test_the_order_in_which_versions_are_published_makes_no_difference() -> None:
    old, new = version("1", None), version("2", "2026-03-04", HIGH)
    assert found(new, old)["shared_account"].policy == found(old, new)["shared_account"].policy


def test_before_the_first_version_that_is_known_the_first_one_is_in_force() -> None:
    assert found(version("2", "2026-06-01"))["shared_account"].policy.startswith("base@2#")


def test_a_detection_that_a_later_version_turns_off_still_found_what_it_found_before() -> None:
    off = {"shared_account": {"enabled": False, "off_reason": "by resolution"}}
    assert "shared_account" in found(version("1", None), version("2", "2026-03-05", off))
    assert "shared_account" not in found(version("1", None), version("2", "2026-03-04", off))


def test_a_version_published_after_the_day_revises_its_findings() -> None:
    one = found(version("1", None), also=(version("2", "2026-03-04", HIGH),))["shared_account"]
    assert (one.severity, one.revision) == ("critical", 2)


def test_a_pack_that_is_published_again_is_in_force_again_also_after_a_restart() -> None:
    one, other = version("1", None), version("2", None)
    judge = Engine(DISTRICT)
    for fact in (one, other, one):
        judge.observe(fact_batch([fact]))
    assert judge.settings.policy.version == "1"
    again = Engine(DISTRICT)
    again.restore((key, value) for key, value in judge.changes() if value is not None)
    assert again.settings.policy.version == "1"


def test_the_folder_publishes_the_first_day_of_its_pack() -> None:
    settings = Settings(Engine(DISTRICT).reference, base_policy())
    settings.apply(version("2", "2026-03-05"))
    assert settings.policy.in_force_from == date(2026, 3, 5)
    assert settings_facts.__doc__


def _with_rule(name: str, first: str | None, code: int) -> Fact:
    """A version of Union's pack with one Sigma rule, which looks for Windows events of this code."""
    said = policy_of(LOGON.replace("4625", str(code))).model_dump(mode="json", exclude={"hash"})
    said |= {"version": name, "in_force_from": first}
    policy = Policy.model_validate_json(json.dumps(said))
    policy = policy.model_copy(update={"hash": policy.digest()})
    since = None if first is None else at_ms(f"{first} 00:00:00", ZONE)
    row = {"pack": policy.model_dump_json(), "label": policy.label}
    return Fact(table="policy", key=policy.id, row=row, valid_from=since)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_sigma_rule_that_changed_judges_each_day_as_the_version_of_that_day_has_it(order: tuple[int, int]) -> None:
    versions = [_with_rule("1", None, 4625), _with_rule("2", "2026-03-05", 4724)]
    events = [windows(n, f"2026-03-0{day} 10:0{n}:00", code) for n, (day, code) in enumerate(
        [(4, 4625), (4, 4724), (5, 4625), (5, 4724)])]  # fmt: skip
    base = [one for one in facts({"accounts": [], "users": []}, ZONE) if one.table != "policy"]
    batches = [fact_batch([*base, *(versions[n] for n in order)]), *event_batches(events), ended()]
    found = standing(Engine(DISTRICT), batches)
    assert sorted((one.event_ids, one.policy.split("#")[0]) for one in found) == [
        (["e0000"], "union-ok@1"),
        (["e0003"], "union-ok@2"),
    ]
