"""Packs and memories of another release: read as far as both know, kept where they are, and never a wrong finding."""

from typing import Any

import msgspec
import pytest
from pydantic import Field

from model.batch import Batch
from model.policy import Policy, base_policy, read_stored
from model.policy.detections import Detections
from model.policy.detections.shared_account import SharedAccountParameters, SharedAccountReason
from model.policy.detections.unapproved_vendor_session import VendorParameters, VendorReason
from model.policy.parameters import Strict
from model.policy.rules import DetectionRule
from model.violation import Violation, decode_violation, finding_of
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from streams.memory.shelf import NewerMemory, Shelf
from tests.support.busy_day import WORLD
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch, facts

PACK: dict[str, Any] = base_policy().model_dump(mode="json")


class EarlierDetections(Strict):
    """What a pack held before filter_circumvention was there."""

    shared_account: DetectionRule[SharedAccountReason, SharedAccountParameters]
    unapproved_vendor_session: DetectionRule[VendorReason, VendorParameters]


class EarlierPolicy(Policy):
    """The pack of an earlier release."""

    detections: EarlierDetections = Field()  # type: ignore[assignment]


EARLIER = EarlierPolicy.model_validate(
    {**PACK, "detections": {name: PACK["detections"][name] for name in EarlierDetections.model_fields}}
)


def stored(**changed: Any) -> Policy:
    return read_stored(msgspec.json.encode({**PACK, "hash": "0f", **changed}).decode(), base_policy())


def rules(**changed: Any) -> dict[str, Any]:
    return {**PACK["detections"], **changed}


# Packs


def test_a_detection_that_a_stored_pack_lacks_is_off_and_says_why() -> None:
    policy = read_stored(EARLIER.model_dump_json(), base_policy())
    rule = policy.detection("filter_circumvention")
    assert (rule.enabled, "publish the settings again" in (rule.off_reason or "")) == (False, True)
    assert policy.detection("shared_account").enabled
    assert set(type(policy.detections).model_fields) == set(Detections.model_fields)


def test_a_detection_that_only_the_stored_pack_knows_is_left_out() -> None:
    policy = read_stored(base_policy().model_dump_json(), EARLIER)
    assert set(policy.detections.model_dump()) == {"shared_account", "unapproved_vendor_session"}


def test_a_parameter_that_a_stored_pack_lacks_has_the_bases_value() -> None:
    said = PACK["detections"]["shared_account"]
    fewer = {name: value for name, value in said["parameters"].items() if name != "travel_minutes"}
    policy = stored(detections=rules(shared_account={**said, "parameters": {**fewer, "overlap_minutes": 9}}))
    found = policy.detections.shared_account
    assert (found.enabled, found.parameters.overlap_minutes, found.parameters.travel_minutes) == (True, 9, 10)


def test_keys_reasons_and_kinds_that_this_release_does_not_know_are_left_out() -> None:
    said = PACK["detections"]["shared_account"]
    more = {"parameters": {**said["parameters"], "moon": 1}, "severity": {**said["severity"], "three_moons": "low"}}
    policy = stored(
        moon="full",
        detections=rules(shared_account={**said, **more}, moonlight={"enabled": True}),
        idle_minutes={**PACK["idle_minutes"], "moonbase": 5},
    )
    assert policy.model_dump(mode="json") == {**PACK, "hash": "0f"}


@pytest.mark.parametrize("wrong", [{"enabled": "perhaps"}, {"clauses": []}, {"parameters": {"overlap_minutes": -1}}])
def test_a_detection_whose_stored_rule_cannot_be_read_is_off(wrong: dict[str, Any]) -> None:
    policy = stored(detections=rules(shared_account={**PACK["detections"]["shared_account"], **wrong}))
    assert not policy.detection("shared_account").enabled
    assert policy.detection("filter_circumvention").enabled


@pytest.mark.parametrize("text", ["[]", "{", "{}", '{"hours": {"opens": 7}}', '{"detections": []}'])
def test_what_is_no_pack_or_has_other_hours_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_stored(text, base_policy())


def test_a_fact_that_cannot_be_read_is_a_dead_letter_and_the_pack_before_it_stays_in_force() -> None:
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts(WORLD, ZONE)))
    before = engine.settings.policy.hash
    lines = [b'{"table":"policy","key":"x","row":{"pack":"{"}}', b'{"table":"district","key":"x","row":{}}', b"{}"]
    engine.observe(Batch(kind="reference", district=DISTRICT, source_id="", body=b"\n".join(lines) + b"\n", count=3))
    assert engine.settings.policy.hash == before
    assert sum(b"no fact of ours" in letter for letter in engine.take().dead_letters) == 3


# Formats of memory


class Value(msgspec.Struct, array_like=True):
    """A value as it is now: two fields, of which the second is new in format 2."""

    n: int = 0
    unit: str = ""


class First(msgspec.Struct, array_like=True):
    """A value as it was in format 1."""

    n: int = 0


class Later(msgspec.Struct, array_like=True):
    """A value as it is after a field was added at the end."""

    n: int = 0
    unit: str = ""
    note: str = "none"


def now() -> Shelf[Value]:
    return Shelf("v", Value, Value, {1: lambda fields: [*fields, "min"]})


def test_a_memory_of_an_earlier_format_is_migrated() -> None:
    first: Shelf[First] = Shelf("v", First, First)
    first.at("a").n = 7
    ((_, written),) = first.changes()
    shelf = now()
    shelf.restore("a", msgspec.msgpack.encode([7]))  # as the first releases wrote it, without a number
    shelf.restore("b", written or b"")
    assert shelf.items == {"a": Value(7, "min"), "b": Value(7, "min")}


def test_a_memory_comes_back_as_it_was_written() -> None:
    shelf = now()
    shelf.put("a", Value(7, "h"))
    ((_, written),) = shelf.changes()
    again = now()
    again.restore("a", written or b"")
    assert again.items == {"a": Value(7, "h")}


def test_a_memory_of_a_later_format_is_refused_and_not_lost() -> None:
    shelf = now()
    shelf.put("a", Value(7, "h"))
    ((_, written),) = shelf.changes()
    with pytest.raises(NewerMemory, match=r"v\|a is of format 2 and this release knows 1"):
        Shelf("v", Value, Value).restore("a", written or b"")


def test_a_field_added_at_the_end_needs_no_format() -> None:
    later: Shelf[Later] = Shelf("v", Later, Later)
    later.put("a", Later(7, "h", "seen"))
    ((_, written),) = later.changes()
    earlier: Shelf[Value] = Shelf("v", Value, Value)
    earlier.restore("a", written or b"")
    assert earlier.items["a"] == Value(7, "h")
    later.restore("b", msgspec.msgpack.encode([7, "h"]))
    assert later.items["b"] == Later(7, "h", "none")


# The whole engine, both ways


def earlier() -> Engine:
    known = [one for one in DETECTIONS if one.name in EarlierDetections.model_fields]
    return Engine(DISTRICT, known, defaults=EARLIER)


def current() -> Engine:
    return Engine(DISTRICT)


def log(pack: Policy) -> list[Batch]:
    """A day on which a login is lent and a proxy is used; nothing is settled before its end."""
    packed = {"pack": pack.model_dump_json()}
    known = [
        msgspec.structs.replace(one, row=packed) if one.table == "policy" else one for one in facts(WORLD, ZONE, "base")
    ]
    sit = {"action": "session.unlocked", "outcome": "success", "account": "ada"}
    surf = {"category": "proxy", "action": "web.requested", "account": "bob", "device": "cb-9", "address": "10.1.0.9"}
    day: list[dict[str, Any]] = [
        {**sit, "at": "09:00", "device": "lt-1"},
        {**sit, "at": "09:10", "device": "lab-1"},
        {**surf, "at": "09:11", "domain": "tunnel.example", "verdict": "blocked"},
        {**sit, "at": "09:20", "device": "lt-1"},
        {**surf, "at": "09:21", "domain": "vpn.example", "verdict": "blocked"},
        {**sit, "at": "09:24", "device": "lab-1"},
        {**surf, "at": "09:25", "domain": "tunnel.example", "verdict": "allowed"},
        {**sit, "at": "09:40", "device": "lt-1"},
    ]
    said = [event(n, ZONE, **{**one, "at": f"2026-03-04 {one['at']}:00"}) for n, one in enumerate(day)]
    return [fact_batch(known), *event_batches(said), ended()]


def judged(batches: list[Batch], *releases: Any) -> dict[str, Violation]:
    """What was found when each release judges one stretch of the log from the memory of the one before."""
    memory: dict[str, bytes] = {}
    found: dict[str, Violation] = {}
    share = -(-len(batches) // len(releases))
    for number, release in enumerate(releases):
        engine: Engine = release()
        engine.restore(memory.items())
        for batch in batches[number * share : (number + 1) * share]:
            engine.observe(batch)
            engine.judge()
            found |= {v.violation_id: v for v in map(decode_violation, engine.take().violations)}
        for key, value in engine.changes():
            memory.pop(key, None)
            memory.update({key: value} if value is not None else {})
    return found


def names(found: dict[str, Violation]) -> set[str]:
    return {v.detection for v in found.values() if v.status == "open"}


def test_a_log_of_an_earlier_release_is_judged_by_what_its_pack_asked_for() -> None:
    assert names(judged(log(base_policy()), current)) == {"shared_account", "filter_circumvention"}
    assert names(judged(log(EARLIER), current)) == {"shared_account"}


def test_a_log_of_a_later_release_is_judged_by_an_earlier_one() -> None:
    assert names(judged(log(base_policy()), earlier)) == {"shared_account"}


@pytest.mark.parametrize(
    "releases",
    [(earlier, current), (current, earlier), (earlier, current, earlier), (current, earlier, current)],
    ids=["forward", "back", "forward and back", "back and forward"],
)
@pytest.mark.parametrize("pack", [EARLIER, base_policy()], ids=["earlier pack", "later pack"])
def test_memory_goes_from_release_to_release_and_what_both_judge_is_found_the_same(
    pack: Policy, releases: tuple[Any, ...]
) -> None:
    def shared(found: dict[str, Violation]) -> dict[str, Violation]:
        plain = {key: finding_of(v) for key, v in found.items()}
        return {key: v for key, v in plain.items() if v.detection == "shared_account"}

    batches = log(pack)
    undisturbed = judged(batches, current)
    assert shared(judged(batches, *releases)) == shared(undisturbed) != {}


def test_a_case_is_remembered_where_earlier_releases_look_for_it() -> None:
    engine = current()
    for batch in log(base_policy()):
        engine.observe(batch)
    cases = {key for key, _ in engine.changes() if key.startswith("cell-filter_circumvention")}
    assert cases == {"cell-filter_circumvention|2026-03-04|p1|CB-9"}


def test_memories_of_a_detection_unknown_here_are_set_aside_and_not_given_up() -> None:
    later = Engine(DISTRICT)
    for batch in log(base_policy())[:-1]:
        later.observe(batch)
    memory = dict(later.changes())
    back = earlier()
    back.restore((key, value) for key, value in memory.items() if value is not None)
    assert back.set_aside["cell-filter_circumvention"] == 1
    assert not [key for key, value in back.changes() if value is None or "filter_circumvention" in key]
