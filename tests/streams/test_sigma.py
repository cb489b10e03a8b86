"""Sigma rules of a district: each kind of correlation, what a finding says, and what is refused with its line."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.stored_log import with_rules
from model.event import Event, format_at
from model.policy import Policy, read_stored, shipped_pack, shipped_packs
from model.policy.pack import base_policy, load_pack
from model.policy.sigma import SigmaRule
from model.sigma.export import NOT_SAID, exported
from model.sigma.logsources import CATEGORIES
from model.vocabulary import DETECTIONS
from producers.catalog import PRODUCTS
from streams.detections.sigma import detections_of
from streams.engine.engine import Engine
from streams.seen import Kind
from tests.support.sigma_cases import LOGON, as_found, judged, load, local, policy_of, shuffled, standing, web, windows
from tests.support.sigma_cases import settings as facts_of
from tests.support.small_district import DISTRICT, ended, event_batches, fact_batch

CORRELATION = """
title: Too much at once
name: too_much
correlation:
  type: {type}
  rules: [{rules}]
  group-by: [{group}]
  timespan: {span}
  {condition}
level: high
"""
RESET = LOGON.replace("failed", "reset").replace("4625", "4724").replace("A failed sign-in", "A password reset")
PEOPLE = {
    "accounts": [{"account": "tbell", "person": "p1", "kind": "personal"}],
    "users": [{"sourcedId": "p1", "username": "tbell", "givenName": "Tara", "familyName": "Bell"}],
}


def correlation(
    kind: str, condition: str = "", rules: str = "failed", group: str = "TargetUserName", span: str = "5m"
) -> str:
    return CORRELATION.format(type=kind, rules=rules, group=group, span=span, condition=condition)


def failures(*clocks: str, user: str = "tbell", code: int = 4625, **data: object) -> list[Event]:
    events = [windows(n, f"2026-03-04 {clock}", code, TargetUserName=user, **data) for n, clock in enumerate(clocks)]
    for one in events:
        one.event_id = f"{user}-{code}-{one.event_id}-{data.get('IpAddress', '')}"
    return events


def subjects(policy: Policy, events: Sequence[Event]) -> list[tuple[str, str, int]]:
    return [(one.detection, one.evidence.subject, len(one.event_ids)) for one in judged(policy, events)]


def test_a_rule_finds_each_subject_once_a_school_day() -> None:
    events = [*failures("10:00", "11:00"), *failures("10:30", user="mhill")]
    assert subjects(policy_of(LOGON), events) == [("sigma:failed", "tbell", 2), ("sigma:failed", "mhill", 1)]


def test_a_count_of_events_is_of_one_group_and_time_span() -> None:
    policy = policy_of(LOGON, correlation("event_count", "condition: {gte: 3}"))
    near, far = failures("10:00", "10:02", "10:05"), failures("10:00", "10:02", "10:05:01", user="mhill")
    assert subjects(policy, [*near, *far]) == [("sigma:too_much", "tbell", 3)]
    more = policy_of(LOGON, correlation("event_count", "condition: {gt: 3}"))
    assert subjects(more, near) == []


def test_a_count_of_values_counts_each_value_once() -> None:
    policy = policy_of(LOGON, correlation("value_count", "condition: {gte: 3, field: IpAddress}"))
    same = [one for ip in ("10.0.0.1", "10.0.0.1", "10.0.0.2") for one in failures("10:00", IpAddress=ip)]
    assert subjects(policy, same) == []
    other = [one for ip in ("10.0.0.1", "10.0.0.2", "10.0.0.3") for one in failures("10:01", IpAddress=ip)]
    assert subjects(policy, other) == [("sigma:too_much", "tbell", 3)]
    gone = [*failures("10:00", IpAddress="10.0.0.1"), *failures("10:04", "10:06", IpAddress="10.0.0.2")]
    assert subjects(policy, [*gone, *failures("10:08", IpAddress="10.0.0.3")]) == []


def test_a_sum_adds_up_the_numbers_of_a_field() -> None:
    rule = LOGON.replace("4625", "5156")
    policy = policy_of(rule, correlation("value_sum", "condition: {gte: 1000, field: Size}"))
    parts = [one for size in ("400", "599.5", "no number") for one in failures("10:00", code=5156, Size=size)]
    for number, one in enumerate(parts):
        one.event_id = f"s{number}"
    assert subjects(policy, parts) == []
    parts[2].raw = parts[2].raw.replace("no number", "0.5")
    found = judged(policy, parts)
    assert [(one.reason, one.evidence.measures[0].value) for one in found] == [("value_sum", 1000.0)]


def test_a_temporal_correlation_needs_each_rule_in_any_order() -> None:
    policy = policy_of(LOGON, RESET, correlation("temporal", rules="failed, reset"))
    assert subjects(policy, [*failures("10:00"), *failures("10:04", user="mhill", code=4724)]) == []
    both = [*failures("10:04"), *failures("10:00", code=4724)]
    assert subjects(policy, both) == [("sigma:too_much", "tbell", 2)]
    assert subjects(policy, [*failures("10:06"), *failures("10:00", code=4724)]) == []


def test_an_ordered_correlation_needs_them_in_order() -> None:
    policy = policy_of(LOGON, RESET, correlation("temporal_ordered", rules="failed, reset"))
    assert subjects(policy, [*failures("10:04"), *failures("10:00", code=4724)]) == []
    found = judged(policy, [*failures("10:00"), *failures("10:04", code=4724)])
    assert [(one.confidence, len(one.event_ids)) for one in found] == [("high", 2)]


def test_where_clocks_may_differ_the_order_is_said_to_be_uncertain() -> None:
    policy = policy_of(LOGON, RESET, correlation("temporal_ordered", rules="failed, reset"))
    later = failures("10:01", code=4724)
    later[0].reporter = "LAB-2"
    (found,) = judged(policy, [*failures("10:00"), *later])
    assert found.confidence == "low"
    assert "their order is not certain" in found.explanation


def test_an_alias_joins_fields_that_have_other_names() -> None:
    said = "group-by: [user]\n  aliases: {user: {failed: TargetUserName, reset: SubjectUserName}}"
    rule = correlation("temporal", rules="failed, reset").replace("group-by: [TargetUserName]", said)
    policy = policy_of(LOGON, RESET, rule)
    reset = failures("10:02", user="other", code=4724, SubjectUserName="TBell")
    assert subjects(policy, [*failures("10:00"), *reset]) == [("sigma:too_much", "tbell", 2)]


def test_a_rule_that_a_correlation_uses_finds_nothing_by_itself_unless_it_says_generate() -> None:
    alone = policy_of(LOGON, correlation("event_count", "condition: {gte: 2}"))
    both = policy_of(LOGON, correlation("event_count", "condition: {gte: 2}\n  generate: true"))
    assert list(alone.sigma) == ["too_much"]
    assert sorted(both.sigma) == ["failed", "too_much"]


def test_a_window_may_reach_into_the_next_school_day() -> None:
    policy = policy_of(LOGON, correlation("event_count", "condition: {gte: 2}"))
    night = [windows(n, f"2026-03-0{at}", 4625, TargetUserName="tbell") for n, at in enumerate(("5 03:58", "5 04:01"))]
    (found,) = judged(policy, night)
    assert (found.evidence.school_day, len(found.event_ids)) == ("2026-03-04", 2)


def test_a_finding_names_the_person_and_its_proof() -> None:
    described = LOGON + "description: Somebody may be guessing.\nlevel: critical\nfalsepositives: [A typing mistake]\n"
    (found,) = judged(policy_of(described), failures("10:00", "10:01"), PEOPLE)
    assert found.headline == "Tara Bell: 2 records that the rule “A failed sign-in” looks for"
    assert (found.person, found.account, found.severity, found.basis) == ("p1", "tbell", "critical", "base")
    assert [one.event_id for one in found.evidence.exhibits] == found.event_ids
    assert found.evidence.parameters["title"] == "A failed sign-in"
    assert any("A typing mistake" in one for one in found.evidence.not_known)


def test_an_exemption_hides_the_finding_of_its_rule_and_of_no_other() -> None:
    row = {"exemption_id": "EX-1", "detection": "sigma:failed", "account": "tbell", "approver": "p1"}
    row |= {"approver_role": "principal", "reason": "a test", "valid_from": "2026-03-01"}
    policy = policy_of(LOGON, RESET)
    events = [*failures("10:00"), *failures("10:00", code=4724)]
    found = judged(policy, events, {**PEOPLE, "exemptions": [row]})
    assert {one.detection: (one.status, one.suppressed_by) for one in found} == {
        "sigma:failed": ("suppressed", "EX-1"),
        "sigma:reset": ("open", None),
    }


def test_a_rule_quotes_the_clauses_it_names() -> None:
    (found,) = judged(policy_of(LOGON + "hallmonitor: {clauses: [base/logging]}\n"), failures("10:00"))
    assert [one.clause_id for one in found.clauses] == ["base/logging"]


@pytest.mark.parametrize(
    ("when", "clocks"),
    [("after_hours", ["22:00"]), ("office_hours", ["10:00"]), ("school_days", ["10:00", "22:00"]), ("other_days", [])],
)
def test_a_rule_may_ask_for_the_districts_hours_and_days(when: str, clocks: list[str]) -> None:
    found = judged(policy_of(LOGON + f"hallmonitor: {{when: {when}}}\n"), failures("10:00", "22:00"))
    said = [exhibit.occurred_at for one in found for exhibit in one.evidence.exhibits]
    assert said == [format_at(local(f"2026-03-04 {clock}")) for clock in clocks]


PASTE = """
title: Paste site
logsource: {category: proxy}
detection:
  a: {c-uri|contains: /raw/, cs-host: paste.example}
  condition: a
"""


def test_a_proxy_rule_reads_the_request_of_any_filter() -> None:
    hosts = ("paste.example", "other.example")
    requests = [web(n, f"2026-03-04 10:0{n}", f"https://{host}/raw/1") for n, host in enumerate(hosts)]
    assert [one.event_ids for one in judged(policy_of(PASTE), requests)] == [["e0000"]]


@pytest.mark.parametrize(
    ("field", "fits"),
    [
        ("c-uri: https://paste.example/raw/1?a=b", True),
        ("c-uri: /raw/1?a=b", True),
        ("c-uri|startswith: /raw", True),
        ("c-uri: /raw/1", False),
        ("c-uri-stem: /raw/1", True),
        ("c-uri-query: a=b", True),
        (r"c-uri-query|startswith: '\?'", False),
    ],
)
def test_a_proxy_rule_may_ask_for_a_part_of_the_url(field: str, fits: bool) -> None:
    rule = f"title: Part\nlogsource: {{category: proxy}}\ndetection:\n  a:\n    {field}\n  condition: a\n"
    found = judged(policy_of(rule), [web(1, "2026-03-04 10:00", "https://paste.example/raw/1?a=b")])
    assert bool(found) is fits


def test_a_rule_on_trial_finds_in_silence() -> None:
    trial = LOGON + 'hallmonitor: {staged: {since: "2026-03-01", until: "2026-04-01"}}\n'
    assert [one.status for one in judged(policy_of(trial), failures("10:00"))] != ["open"]


def test_ocsf_names_and_ours_mean_the_same() -> None:
    rule = PASTE.replace("{category: proxy}", "{product: hallmonitor, category: proxy}").replace("c-uri", "url")
    ocsf = rule.replace("cs-host", "http_request.url.hostname") + "name: ocsf\n"
    ours = rule.replace("cs-host", "domain") + "name: ours\n"
    found = judged(policy_of(ocsf, ours), [web(1, "2026-03-04 10:00", "https://paste.example/raw/x")])
    assert [one.detection for one in found] == ["sigma:ocsf", "sigma:ours"]


@pytest.mark.parametrize("pack", shipped_packs())
def test_our_detections_as_sigma_are_read_by_our_own_reader_and_no_detection_is_forgotten(pack: str) -> None:
    policy = load_pack(shipped_pack(pack) or {})
    assert isinstance(policy, Policy)
    text = exported(policy)
    rules = policy_of(text).sigma
    said = {name.split("-")[0] for name in rules}
    assert said | set(NOT_SAID) == set(DETECTIONS)
    assert not said & set(NOT_SAID)
    numbers = policy.detections.staff_account_on_student_device.parameters
    guessed = rules["staff_account_on_student_device-guessed"]
    assert (guessed.least, guessed.timespan_s) == (numbers.failures, numbers.failures_minutes * 60)


RULE = "title: A\nlogsource: {{{logsource}}}\ndetection:\n  a:\n    {field}\n  condition: {condition}\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            RULE.format(logsource="product: windows, service: sysmon", field="Image: x", condition="a"),
            2,
            "Security log",
        ),
        (
            RULE.format(logsource="product: aws, service: cloudtrail", field="x: y", condition="a"),
            2,
            "no source of ours",
        ),
        (RULE.format(logsource="category: proxy", field="cs-cookie: x", condition="a"), 5, "a field 'cs-cookie'"),
        (RULE.format(logsource="product: hallmonitor", field="acount: x", condition="a"), 5, "a field 'acount'"),
        (RULE.format(logsource="product: okta", field="a|foo: x", condition="a"), 5, "Unknown modifier"),
        (RULE.format(logsource="product: okta", field="a|expand: '%x%'", condition="a"), 5, "placeholders"),
        (RULE.format(logsource="product: okta", field="a|hour: 5", condition="a"), 5, "parts of a time"),
        (RULE.format(logsource="product: okta", field="a: x", condition="b"), 6, "not defined"),
        (RULE.format(logsource="product: okta", field="a: x", condition="a | count() > 3"), 6, "Sigma 1"),
        (RULE.format(logsource="product: okta", field="a: x", condition="(" * 200 + "a" + ")" * 200), 6, "parentheses"),
        (RULE.format(logsource="product: okta", field="a: x", condition="a") + "level: grave\n", 7, "level"),
        (
            RULE.format(logsource="product: okta", field="a: x", condition="a") + "hallmonitor: {x: 1}\n",
            7,
            "clauses, staged, when",
        ),
        (RULE.format(logsource="product: okta", field="a: &x y", condition="*x"), 6, "alias"),
        ("title: A\nlogsource: {product: okta}\n", 1, "detection"),
        ("- a\n- b\n", 1, "no Sigma rule"),
        (correlation("event_count", "condition: {lt: 3}"), 9, "prove nothing"),
        (correlation("event_count", "condition: {gte: 3}", rules="nobody"), 6, "no rule with the name"),
        (correlation("event_count", "condition: {gte: 3}", span="30d"), 8, "longer than 7 days"),
        (correlation("value_median", "condition: {gte: 3, field: a}"), 5, "not judged here"),
        (correlation("event_count"), 4, "condition"),
        (correlation("temporal", "condition: failed and not reset", rules="failed, reset"), 9, "over rules"),
    ],
)
def test_what_cannot_be_judged_is_named_with_its_line(text: str, line: int, words: str) -> None:
    found = load(text, LOGON, RESET)
    assert not isinstance(found, Policy)
    assert any(one.file == "policy/sigma/rule0.yml" and one.line == line and words in one.problem for one in found), (
        found
    )


def test_two_rules_of_one_name_and_a_clause_that_nobody_quotes_are_mistakes() -> None:
    twice = load(LOGON, LOGON)
    assert not isinstance(twice, Policy)
    assert "another rule is called 'failed'" in twice[0].problem
    cited = load(LOGON + "hallmonitor: {clauses: [nowhere/1]}\n")
    assert not isinstance(cited, Policy)
    assert "nowhere/1" in cited[0].problem


def test_a_file_may_hold_several_rules_and_their_lines_are_the_files() -> None:
    found = load(f"{LOGON}---\n{RESET}---\n" + LOGON.replace("failed", "third").replace("4625", "'**'\n    x|foo: 1"))
    assert not isinstance(found, Policy)
    assert len(found) == 1
    rules = policy_of(f"{LOGON}---\n{RESET}")
    assert sorted(rules.sigma) == ["failed", "reset"]


def test_a_pack_cannot_write_rules_into_its_own_yaml() -> None:
    found = load_pack({"pack.yaml": b"id: own\nname: Own\nversion: '1'\nsigma: {}\n"})
    assert [one.problem for one in found if not isinstance(found, Policy)] == [
        "rules of Sigma are files in the folder sigma/"
    ]  # type: ignore[union-attr]


def test_a_stored_rule_of_another_release_is_left_out_whole() -> None:
    import json

    said = json.loads(policy_of(LOGON, RESET).model_dump_json())
    said["sigma"]["failed"]["selections"][0]["condition"] = {"later": 1}
    assert list(read_stored(json.dumps(said), base_policy()).sigma) == ["reset"]


def test_the_products_of_logsources_have_the_categories_of_the_catalog() -> None:
    assert {name: tuple(PRODUCTS[name].categories) for name in CATEGORIES} == dict(CATEGORIES)


def test_no_shipped_pack_reads_sigma_for_nothing() -> None:
    found = load_pack(shipped_pack("base") or {})
    assert isinstance(found, Policy)
    assert found.sigma == {}


FIVE = policy_of(
    LOGON,
    RESET,
    correlation("event_count", "condition: {gte: 3}").replace("too_much", "events"),
    correlation("value_count", "condition: {gte: 2, field: IpAddress}").replace("too_much", "values"),
    correlation("value_sum", "condition: {gte: 50, field: Size}").replace("too_much", "sums"),
    correlation("temporal", rules="failed, reset").replace("too_much", "together"),
    correlation("temporal_ordered", "generate: true", rules="failed, reset").replace("too_much", "in_order"),
)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 59), st.sampled_from(("tbell", "mhill")), st.sampled_from((4625, 4724)), st.integers(0, 40)
    ),
    min_size=1,
    max_size=14,
)


def made(told: list[tuple[int, str, int, int]]) -> list[Event]:
    return [
        windows(n, f"2026-03-04 10:{minute:02}", code, TargetUserName=user, IpAddress=f"10.0.0.{size % 3}", Size=size)
        for n, (minute, user, code, size) in enumerate(told)
    ]


@settings(max_examples=12, deadline=None)
@given(EVENTS, st.integers(0, 1_000))
def test_order_and_repetition_change_nothing(told: list[tuple[int, str, int, int]], seed: int) -> None:
    events = made(told)
    mixed = shuffled([*events, *events[: len(events) // 2]], seed)
    assert as_found(judged(FIVE, mixed)) == as_found(judged(FIVE, events))


@settings(max_examples=6, deadline=None)
@given(EVENTS, st.integers(0, 13))
def test_an_engine_that_is_begun_anew_goes_on_as_if_nothing_had_happened(
    told: list[tuple[int, str, int, int]], cut: int
) -> None:
    events = made(told)
    first, second = Engine(DISTRICT), Engine(DISTRICT)
    for batch in [fact_batch(facts_of(FIVE)), *event_batches(events[:cut])]:
        first.observe(batch)
        first.judge()
    first.take()
    second.restore((key, value) for key, value in reversed(list(first.changes())) if value is not None)
    found = standing(second, [*event_batches(events[cut:]), ended()])
    whole = {one.violation_id: one for one in judged(FIVE, events)}
    assert {one.violation_id for one in found} <= set(whole)
    assert not second.set_aside
    changed = {one.violation_id for one in judged(FIVE, events[:cut])} | {one.violation_id for one in found}
    assert changed == set(whole)


def test_a_rule_that_fits_everything_keeps_the_earliest_whatever_comes_first() -> None:
    events = [windows(n, f"2026-03-04 1{n // 60}:{n % 60:02}", 4625, TargetUserName="tbell") for n in range(500)]
    (found,) = judged(policy_of(LOGON), shuffled(events, 1))
    (other,) = judged(policy_of(LOGON), shuffled(events, 2))
    assert as_found([found]) == as_found([other])
    assert found.evidence.measures[0].value == 200
    assert any("how many more" in one for one in found.evidence.not_known)


def test_a_changed_rule_begins_anew_and_a_removed_one_is_silent() -> None:
    engine = Engine(DISTRICT)
    early, late = failures("10:00"), failures("10:10", code=4724)
    changed = policy_of(LOGON.replace("4625", "4724"))
    batches = [fact_batch(facts_of(policy_of(LOGON))), *event_batches(early), fact_batch(facts_of(changed)[1:2])]
    found = standing(engine, [*batches, *event_batches(late)])
    assert [one.event_ids for one in found] == [[early[0].event_id], [late[0].event_id]]
    again = standing(engine, [fact_batch(facts_of(policy_of(RESET))[1:2]), *event_batches(failures("10:20")), ended()])
    assert [one.detection for one in again] == []


def test_a_rule_is_another_rule_when_it_looks_for_something_else() -> None:
    def rule(text: str) -> SigmaRule:
        return policy_of(text).sigma["failed"]

    assert rule(LOGON).digest == rule(LOGON + "level: high\n").digest
    assert rule(LOGON).digest != rule(LOGON.replace("4625", "4624")).digest


@pytest.mark.parametrize(
    ("asked", "kind", "fits"),
    [
        ("{action: web.requested}", {"action": "web.requested"}, True),
        ("{action: web.requested}", {"action": "account.logged_on"}, False),
        ("{action: [a, Account.Logged_On]}", {"action": "account.logged_on"}, True),
        ("{outcome: failure, category: auth}", {"outcome": "success"}, False),
        ("{vendor_code: 4625}", {"vendor_code": "4624"}, False),
        ("{vendor_code|startswith: '46'}", {"vendor_code": "9"}, True),  # nothing but an equality is known before
        ("{verdict: null}", {}, True),
    ],
)
def test_an_event_is_offered_only_to_the_rules_that_its_kind_can_fit(
    asked: str, kind: dict[str, str], fits: bool
) -> None:
    rule = f"title: t\nname: t\nlogsource: {{product: hallmonitor}}\ndetection: {{s: {asked}, condition: s}}"
    (detection,) = detections_of(policy_of(rule))
    usual = {"product": "duo", "category": "auth", "action": "a", "outcome": "success"}
    told = Kind(**{"verdict": None, "vendor_code": None, "vendor_action": None, **usual, **kind})
    assert detection.reads is not None
    assert detection.reads(told) == fits


def test_many_expressions_for_one_field_find_what_each_of_them_finds() -> None:
    asked = "{c-uri|contains: ['/a?.php', 'b?c']}"
    rule = f"title: t\nname: t\nlogsource: {{category: proxy}}\ndetection: {{s: {asked}, condition: s}}"
    hosts = ["x.example/a1.php", "x.example/bXc", "x.example/a.php", "x.example/bc"]
    events = [web(n, f"2026-03-04 10:0{n}:00", f"http://{host}") for n, host in enumerate(hosts)]
    (found,) = judged(policy_of(rule), events)
    assert found.event_ids == ["e0000", "e0001"]


def test_a_replay_by_another_pack_judges_by_the_districts_own_rules_too() -> None:
    stored = policy_of(LOGON)
    rule = stored.sigma["failed"].model_copy(update={"clauses": ("a/clause/of-the-district",)})
    stored = stored.model_copy(update={"sigma": {"failed": rule}})
    other = load_pack(shipped_pack("quincy-ma") or {})
    assert isinstance(other, Policy)
    both = Policy.model_validate_json(with_rules(other.model_dump_json(), stored.model_dump_json()))
    assert (both.id, set(both.sigma), both.sigma["failed"].clauses) == ("quincy-ma", {"failed"}, ("base/sigma",))
    assert both.hash == both.digest() != other.hash
    (found,) = judged(both, [windows(1, "2026-03-04 10:00:00", 4625)])
    assert (found.detection, found.clauses[0].clause_id) == ("sigma:failed", "base/sigma")
