"""Sigma rules in a small district: a policy with rules, events as products wrote them, and what is found."""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from model.batch import Batch, Fact
from model.event import Event
from model.mistake import Mistake
from model.policy import Policy, load_pack, shipped_pack
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch, facts

LOGON = """
title: A failed sign-in
name: failed
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  condition: selection
"""


@cache
def policy_of(*rules: str) -> Policy:
    """The pack of Union with these Sigma rules, each a file of its own; a mistake in them is a failed test."""
    found = load(*rules)
    assert isinstance(found, Policy), found
    return found


def load(*rules: str) -> Policy | list[Mistake]:
    files = {f"policy/sigma/rule{n}.yml": rule.encode() for n, rule in enumerate(rules)}
    return load_pack({**(shipped_pack("union-ok") or {}), **files})


def windows(number: int, at: str, code: int, **data: Any) -> Event:
    """A record of Windows as NXLog writes it, with the event that the parser makes of it, as far as it matters here."""
    raw = json.dumps({"EventID": code, "Channel": "Security", "Hostname": "LAB-1", **data})
    said = {"vendor_code": str(code), "reporter": "LAB-1", "account": str(data.get("TargetUserName", "tbell")).lower()}
    return event(number, ZONE, at=at, raw=raw, action="account.logged_on", account_basis="authenticated", **said)


def web(number: int, at: str, url: str, **said: Any) -> Event:
    """A request as a filter logs it."""
    host = url.split("/")[2]
    told = {"account": "tbell", "account_basis": "observed", "method": "GET", "url": url, "domain": host, **said}
    return event(number, ZONE, at=at, category="proxy", action="web.requested", raw=f"GET {url}", **told)


def settings(policy: Policy, tables: dict[str, list[dict[str, Any]] | None] | None = None) -> list[Fact]:
    """The facts of the small district under another policy."""
    known = facts(tables or {"accounts": [], "users": []}, ZONE)
    pack = Fact(table="policy", key=policy.id, row={"pack": policy.model_dump_json()})
    return [pack if fact.table == "policy" else fact for fact in known]


def judged(
    policy: Policy, events: Sequence[Event], tables: dict[str, list[dict[str, Any]] | None] | None = None
) -> list[Violation]:
    """What the rules found, withdrawn findings left out, in order of time."""
    engine = Engine(DISTRICT)
    return standing(engine, [fact_batch(settings(policy, tables)), *event_batches(list(events)), ended()])


def standing(engine: Engine, batches: Iterable[Batch]) -> list[Violation]:
    for batch in batches:
        engine.observe(batch)
        engine.judge()
    output = engine.take()
    assert not output.dead_letters, output.dead_letters
    last = {violation.violation_id: violation for violation in map(decode_violation, output.violations)}
    found = [one for one in last.values() if one.status != "withdrawn" and one.detection.startswith("sigma:")]
    return sorted(found, key=lambda one: (one.started_at, one.detection, one.violation_id))


def as_found(found: Iterable[Violation]) -> list[bytes]:
    """The findings without what depends on how often they were said."""
    plain = []
    for one in found:
        proof = msgspec.structs.replace(one.evidence, changed=[])
        plain.append(msgspec.json.encode(msgspec.structs.replace(one, revision=0, evidence=proof)))
    return plain


def shuffled(events: Sequence[Event], seed: int) -> list[Event]:
    mixed = list(events)
    random.Random(seed).shuffle(mixed)
    return mixed


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
