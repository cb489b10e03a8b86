"""Which breach rules bind: worked by hand from the statutes, by state, count, day and signed answer."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.incidents.clocks import Clocks, Facts, RuleState, clocks
from casework.incidents.incident import Answer
from casework.incidents.touched import Range
from model.law import load_law
from model.law.breach import GIVES_AWAY, BreachLaw, Letter, load_breach_law
from tests.support.incident_cases import ZONE, incident

LAW = load_breach_law()
BREACH = {"acquired": True, "encrypted": False, "identity_theft_likely": True, "harm_likely": True}
PERSONAL = {f"{state}_personal_information": True for state in ("ok", "ca", "ma", "wa")}


def found(
    by_state: dict[str, tuple[int, int]],
    answers: dict[str, bool] | None = None,
    *,
    state: str = "OK",
    policy: str = "union-ok",
    students: bool | None = True,
    told: dict[str, str] | None = None,
    **said: Any,
) -> Clocks:
    """The clocks with these answers; `told` are those that name a day."""
    given = {**(answers or {}), **dict.fromkeys(told or {}, True)}
    signed = {name: Answer(question=name, answer=answer, reason="looked", by="prue", at="", on=(told or {}).get(name))
              for name, answer in given.items()}  # fmt: skip
    counted = {name: Range(*numbers) for name, numbers in by_state.items()}
    return clocks(incident(answers=signed, **said), Facts(ZONE, state, policy, counted, students))


def rule(of: Clocks, name: str) -> RuleState:
    return next(one for one in of.rules if one.rule == name)


def test_before_anything_is_answered_every_rule_is_open_and_asks() -> None:
    one = found({"OK": (1, 300), "WA": (0, 4)})
    assert rule(one, "wa.breach").binds is None
    assert rule(one, "wa.breach").open == ("acquired", "encrypted", "harm_likely", "wa_personal_information")
    assert {"acquired", "encrypted", "ok_personal_information"} <= {asked.question for asked in one.questions}
    assert {asked.question for asked in one.questions} <= LAW.questions.keys()
    assert not any(one.rule.startswith(("ca.", "ma.")) for one in one.rules)


def test_washington_must_be_told_in_thirty_days_of_discovery_on_whatever_weekday() -> None:
    one = found({"WA": (1, 600)}, {**BREACH, **PERSONAL}, state="WA", discovered="2026-10-01 09:00")
    assert (rule(one, "wa.breach").binds, rule(one, "wa.breach").due) == (True, date(2026, 10, 31))
    assert (rule(one, "wa.breach.ag").binds, rule(one, "wa.breach.ag").open) == (None, ("wa_over_500",))
    assert "between 1 and 600" in rule(one, "wa.breach.ag").why


@pytest.mark.parametrize(("numbers", "binds"), [((501, 501), True), ((500, 500), False), ((0, 500), False)])
def test_the_attorney_general_of_washington_is_told_of_more_than_five_hundred(
    numbers: tuple[int, int], binds: bool
) -> None:
    one = rule(found({"WA": numbers}, {**BREACH, **PERSONAL}), "wa.breach.ag")
    assert one.binds is binds
    assert (one.due is None) == (not binds)


@pytest.mark.parametrize(("numbers", "binds"), [((500, 500), True), ((499, 499), False)])
def test_the_attorney_general_of_oklahoma_is_told_of_five_hundred(numbers: tuple[int, int], binds: bool) -> None:
    assert rule(found({"OK": numbers}, {**BREACH, **PERSONAL}), "ok.24.ag").binds is binds


def test_oklahomas_sixty_days_begin_with_the_notice_to_residents() -> None:
    answers = {**BREACH, **PERSONAL}
    waiting = found({"OK": (500, 600)}, answers, discovered="2026-04-01 09:00")
    assert (rule(waiting, "ok.24.ag").binds, rule(waiting, "ok.24.ag").due) == (True, None)
    assert "ok_residents_told" in {asked.question for asked in waiting.questions}
    told = {"ok_residents_told": "2026-05-01"}
    one = rule(found({"OK": (500, 600)}, answers, discovered="2026-04-01 09:00", told=told), "ok.24.ag")
    assert (one.started, one.due) == (date(2026, 5, 1), date(2026, 6, 30))


def test_oklahomas_attorney_general_is_told_only_from_2026_on_and_the_old_question_was_narrower() -> None:
    before = found({"OK": (500, 600)}, {**BREACH, "ok_personal_information": True}, discovered="2025-12-31 23:00")
    assert (rule(before, "ok.24.ag").binds, rule(before, "ok.24.ag").due) == (False, None)
    assert "in force only from 2026-01-01" in rule(before, "ok.24.ag").why
    asked = {one.question: one.asks for one in found({"OK": (1, 2)}, discovered="2025-12-31 23:00").questions}
    later = {one.question: one.asks for one in found({"OK": (1, 2)}).questions}
    assert "biometric" not in asked["ok_personal_information"]
    assert "biometric" in later["ok_personal_information"]


def test_massachusetts_has_no_day_and_no_least_number() -> None:
    one = rule(found({"MA": (0, 1)}, {**BREACH, **PERSONAL}), "ma.93h")
    assert (one.binds, one.due, one.letters) == (True, None, ("ma-resident", "ma-attorney-general", "ma-ocabr"))
    assert "no day" in one.why.lower()


def test_californias_thirty_days_bind_a_vendor_and_not_the_district() -> None:
    answers = {**BREACH, **PERSONAL, "ca_vendor_owns": True}
    vendor = {"kind": "vendor", "subject": "acme", "discovered": "2026-02-01 09:00"}
    told = {"ca_residents_told": "2026-03-03"}
    one = found({"CA": (600, 700)}, answers, state="CA", policy="west-park-ca", told=told, **vendor)
    assert rule(one, "ca.1798.82").due == date(2026, 3, 3)
    assert rule(one, "ca.1798.82.ag").due == date(2026, 3, 18)
    assert (rule(one, "ca.1798.29").binds, rule(one, "ca.1798.29").due) == (True, None)
    assert rule(one, "ca.1798.29.ag").letters == ("ca-attorney-general",)
    account = found({"CA": (600, 700)}, answers, state="CA")
    assert "ca.1798.82" not in {one.rule for one in account.rules}


def test_the_report_to_cal_csic_ends_with_2026() -> None:
    answers = {"ca_cyberattack": True, "ca_over_500_pupils": True}
    assert rule(found({"CA": (1, 9)}, answers, state="CA", discovered="2026-12-31 09:00"), "ca.calcsic").binds is True
    ended = rule(found({"CA": (1, 9)}, answers, state="CA", discovered="2027-01-02 09:00"), "ca.calcsic")
    assert (ended.binds, "until 2026-12-31" in ended.why) == (False, True)


def test_what_was_encrypted_binds_nobody_under_breach_law() -> None:
    one = found({"OK": (1, 9), "WA": (1, 9), "MA": (1, 9)}, {**BREACH, **PERSONAL, "encrypted": True})
    assert [name.binds for name in one.rules if name.rule.startswith(("wa.", "ma.", "ok."))] == [False] * 7
    assert "encrypted was answered yes by prue" in rule(one, "ma.93h").why


def test_hipaa_binds_a_covered_entity_alone_and_by_its_number() -> None:
    assert rule(found({"OK": (1, 9)}, {"covered_entity": False}), "us.hipaa").binds is False
    answers = {"covered_entity": True, "health_information": True, "encrypted": False}
    few = found({"OK": (1, 9)}, answers, discovered="2026-01-10 09:00")
    assert (rule(few, "us.hipaa").due, rule(few, "us.hipaa.small").due) == (date(2026, 3, 11), date(2027, 3, 1))
    assert (rule(few, "us.hipaa.hhs").binds, rule(few, "us.hipaa.media").binds) == (False, False)
    many = found({"OK": (500, 500)}, answers)
    assert (rule(many, "us.hipaa.hhs").binds, rule(many, "us.hipaa.small").binds) == (True, False)


def test_ferpa_sets_no_notice_and_is_about_students_alone() -> None:
    one = rule(found({"OK": (1, 9)}, {"education_records": True}), "us.ferpa.breach")
    assert (one.binds, one.due) == (True, None)
    assert rule(found({"OK": (1, 9)}, students=False), "us.ferpa.breach").binds is False


def test_a_lost_device_of_union_is_reported_by_the_next_business_day() -> None:
    one = found({}, kind="device", subject="ipad-7", discovered="2026-11-25 16:00")
    assert (rule(one, "policy.union.lost_device").binds, rule(one, "policy.union.lost_device").due) == (
        True,
        date(2026, 11, 30),
    )
    assert "policy.union.lost_device" not in {one.rule for one in found({}, kind="device", policy="base").rules}


def test_a_signed_answer_about_the_number_settles_it() -> None:
    yes = found({"WA": (0, 9_000)}, {**BREACH, **PERSONAL, "wa_over_500": True})
    no = found({"WA": (0, 9_000)}, {**BREACH, **PERSONAL, "wa_over_500": False})
    assert (rule(yes, "wa.breach.ag").binds, rule(no, "wa.breach.ag").binds) == (True, False)


def test_where_nobody_could_be_counted_the_districts_own_state_is_still_asked_about() -> None:
    one = found({}, students=None)
    assert rule(one, "ok.24-163").binds is None
    assert "nobody could be counted" in rule(one, "ok.24.ag").why


ANSWERS = st.dictionaries(st.sampled_from(sorted(LAW.questions)), st.booleans())
COUNTS = st.dictionaries(
    st.sampled_from(["OK", "CA", "MA", "WA", "TX"]),
    st.tuples(st.integers(0, 600), st.integers(0, 600)).map(lambda two: (two[0], two[0] + two[1])),
)


@given(COUNTS, ANSWERS, st.sampled_from(sorted(LAW.questions)), st.booleans())
def test_one_more_answer_never_takes_back_what_was_decided_without_it(
    counts: dict[str, tuple[int, int]], answers: dict[str, bool], question: str, answer: bool
) -> None:
    answers.pop(question, None)
    before = {one.rule: one.binds for one in found(counts, answers).rules}
    by_number = {duty.counted for duty in LAW.duties.values()}  # a person may know the number better than the logs
    for one in found(counts, {**answers, question: answer}).rules:
        assert question in by_number or before[one.rule] in (None, one.binds)


@given(COUNTS, ANSWERS)
def test_whoever_answers_every_question_leaves_nothing_open(
    counts: dict[str, tuple[int, int]], answers: dict[str, bool]
) -> None:
    for _ in range(len(LAW.questions) + 1):
        asked = [one.question for one in found(counts, answers).questions if one.question not in answers]
        if not asked:
            break
        answers = {**answers, **dict.fromkeys(asked, True)}
    assert all(one.binds is not None for one in found(counts, answers).rules)


def test_every_duty_is_a_clock_and_every_letter_is_written_for_one() -> None:
    assert LAW.duties.keys() <= load_law().rules.keys()
    assert {letter for duty in LAW.duties.values() for letter in duty.letters} == LAW.letters.keys()


def test_a_letter_that_gives_away_what_the_law_forbids_cannot_be_loaded() -> None:
    resident = LAW.letters["ma-resident"]
    for part in GIVES_AWAY:
        with pytest.raises(ValueError, match="gives away"):
            Letter.model_validate({**resident.model_dump(), "says": [*resident.says, part]})


def test_a_duty_that_asks_what_nobody_knows_cannot_be_loaded() -> None:
    said = LAW.model_dump()
    said["duties"]["wa.breach"]["needs"] = {"phase_of_the_moon": True}
    with pytest.raises(ValueError, match="phase_of_the_moon"):
        BreachLaw.model_validate(said)
