"""Every number and list that a district may set of a detection acts: another value turns some case another way."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from model.policy import Policy, base_policy
from model.violation import Violation, decode_violation, finding_of
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from tests.streams.test_detections import batches_of
from tests.support.detection_cases import cases_of
from tests.support.small_district import DISTRICT, fact_batch, facts

BASE: dict[str, Any] = base_policy().model_dump(mode="json")
WHOLE = {detection.name: cases_of(detection.name) for detection in DETECTIONS}
TOLD = [pytest.param(name, key, id=f"{name}: {key}") for name, whole in WHOLE.items() for key in whole["parameters"]]


def leaves(said: dict[str, Any], path: str = "") -> Iterator[str]:
    """The names of all numbers and lists, dotted."""
    for name, value in said.items():
        yield from leaves(value, f"{path}{name}.") if isinstance(value, dict) else [f"{path}{name}"]


def with_values(name: str, values: dict[str, Any]) -> Policy:
    """The base pack with some parameters changed."""
    pack = msgspec.json.decode(msgspec.json.encode(BASE))
    for key, value in values.items():
        *above, last = key.split(".")
        inner = pack["detections"][name]["parameters"]
        for part in above:
            inner = inner[part]
        assert inner[last] != value
        inner[last] = value
    changed = Policy.model_validate(pack)
    return changed.model_copy(update={"hash": changed.digest()})


def found(name: str, case: dict[str, Any], pack: Policy) -> list[Violation]:
    """What one detection finds in a case by a pack; what names the pack itself is left out."""
    whole = WHOLE[name]
    zone = ZoneInfo(whole["timezone"])
    engine = Engine(DISTRICT, [detection for detection in DETECTIONS if detection.name == name])
    row = {"pack": pack.model_dump_json()}
    known = facts({**whole["reference"], **case.get("reference", {})}, zone)
    engine.observe(fact_batch([msgspec.structs.replace(f, row=row) if f.table == "policy" else f for f in known]))
    for batch in batches_of(whole, case, zone):
        engine.observe(batch)
    engine.judge()
    return [plain(decode_violation(line)) for line in engine.take().violations]


def plain(violation: Violation) -> Violation:
    one = finding_of(violation)
    return msgspec.structs.replace(one, policy="", evidence=msgspec.structs.replace(one.evidence, parameters={}))


@pytest.mark.parametrize(("name", "key"), TOLD)
def test_another_value_turns_a_case(name: str, key: str) -> None:
    told = WHOLE[name]["parameters"][key]
    (case,) = [case for case in WHOLE[name]["cases"] if case["name"] == told["turns"]]
    beside = told.get("beside", {})  # of two that act together, the other one's value
    without, changed = with_values(name, beside), with_values(name, {**beside, key: told["as"]})
    assert found(name, case, without) != found(name, case, changed)


@pytest.mark.parametrize("name", list(WHOLE))
def test_every_parameter_of_every_detection_is_tried(name: str) -> None:
    assert sorted(WHOLE[name]["parameters"]) == sorted(leaves(BASE["detections"][name]["parameters"]))
