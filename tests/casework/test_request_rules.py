"""What a law lets be done with a request: by when, for how much longer, for which reasons, with which code."""

from datetime import date

import pytest

from casework.requests.request import Decision
from casework.requests.rules import RequestRefused, checked, classes_of, codes, deadlines, more_time
from model.law import load_law
from tests.support.request_cases import request_of, told

LAW = load_law()
TODAY = date(2026, 3, 5)


def never(_: date) -> bool:
    return False


@pytest.mark.parametrize(("law", "received", "state", "due"), [
    ("ca.pra", "2026-10-01", "CA", "2026-10-12"),
    ("wa.pra", "2026-11-23", "WA", "2026-12-02"),
    ("ma.prr", "2026-04-18", "MA", "2026-05-05"),
    ("ok.ora", "2026-04-18", "OK", "None"),
    ("us.ferpa", "2026-02-09", "CA", "2026-02-18"),
    ("us.ferpa", "2026-05-01", "MA", "2026-05-11"),
    ("us.ferpa", "2026-01-05", "OK", "2026-02-19"),
    ("us.ferpa", "2026-01-05", None, "2026-02-19"),
])  # fmt: skip
def test_the_clock_is_the_laws_and_a_shorter_state_rule_wins(law: str, received: str, state: str, due: str) -> None:
    found = deadlines(LAW, law, date.fromisoformat(received), state, never)
    assert str(found.answer.due) == due
    assert found.answer.due or found.answer.why


def test_a_closed_office_moves_the_day_where_the_rule_says_so() -> None:
    closed = {date(2026, 11, 24)}
    assert deadlines(LAW, "wa.pra", date(2026, 11, 23), "WA", closed.__contains__).answer.due == date(2026, 12, 3)


def test_massachusetts_gives_the_records_a_day_of_their_own() -> None:
    assert deadlines(LAW, "ma.prr", date(2026, 4, 13), "MA", never).produce == date(2026, 5, 19)


def test_california_gives_fourteen_days_once_for_its_own_reasons() -> None:
    asked = request_of(law="ca.pra", received="2026-03-02", due="2026-03-12")
    assert more_time(LAW, asked, "voluminous", None, "", never).due == "2026-03-26"
    assert more_time(LAW, asked, "voluminous", date(2026, 3, 20), "", never).due == "2026-03-20"
    for reason, until, why in (
        ("busy", None, "is not a reason"),
        ("volumnious", None, "did you mean voluminous"),
        ("voluminous", date(2026, 3, 27), "no longer"),
        ("voluminous", date(2026, 3, 12), "not later"),
    ):
        with pytest.raises(RequestRefused, match=why):
            more_time(LAW, asked, reason, until, "", never)
    again = request_of(told("extended", reason="voluminous", due="2026-03-26"), law="ca.pra", due="2026-03-12")
    with pytest.raises(RequestRefused, match="one extension, and ruth has taken it"):
        more_time(LAW, again, "voluminous", None, "", never)


def test_washington_asks_for_an_estimate_and_may_be_asked_again() -> None:
    asked = request_of(told("extended", reason="locate", due="2026-03-20"), law="wa.pra", due="2026-03-11")
    with pytest.raises(RequestRefused, match="names no number of days"):
        more_time(LAW, asked, "locate", None, "", never)
    assert more_time(LAW, asked, "locate", date(2026, 4, 1), "", never).due == "2026-04-01"


def test_massachusetts_counts_thirty_business_days_from_the_day_of_production() -> None:
    asked = request_of(law="ma.prr", received="2026-04-13", due="2026-04-28", produce_by="2026-05-19")
    assert more_time(LAW, asked, "redaction", None, "", never).due == "2026-07-02"


@pytest.mark.parametrize("law", ["ok.ora", "us.ferpa"])
def test_where_the_law_knows_no_extension_there_is_none(law: str) -> None:
    with pytest.raises(RequestRefused, match="knows no extension"):
        more_time(LAW, request_of(law=law), "search", None, "", never)


def decided(**fields: str | None) -> Decision:
    whole = {"target": "column", "value": "address", "action": "redact", "code": "OK-HOME", **fields}
    return checked(LAW, request_of(), Decision(**whole), TODAY)  # type: ignore[arg-type]


def test_a_decision_names_a_code_of_its_law_and_something_that_there_is() -> None:
    assert decided().code == "OK-HOME"
    assert decided(action="release", code=None).code is None
    assert decided(target="category", value="auth_events").value == "auth"
    for wrong, why in (
        ({"code": None}, "say which exemption"),
        ({"code": "CA-HOME"}, "not an exemption code of ok.ora"),
        ({"code": "OK-HOMES"}, "did you mean OK-HOME"),
        ({"value": "adress"}, "did you mean address"),
        ({"target": "category", "value": "mail"}, "no category"),
        ({"action": "burn"}, "a decision is"),
    ):
        with pytest.raises(RequestRefused, match=why):
            decided(**wrong)


def test_nothing_is_done_with_a_request_that_was_closed() -> None:
    with pytest.raises(RequestRefused, match="was closed by ruth: answered"):
        checked(
            LAW,
            request_of(told("closed", reason="answered")),
            Decision(target="row", value="e1", action="release"),
            TODAY,
        )


def test_a_code_holds_only_while_its_exemption_is_in_force() -> None:
    later = LAW.requests["ok.ora"].exemptions["OK-HOME"].model_copy(update={"effective_from": date(2027, 1, 1)})
    asked = LAW.requests["ok.ora"].model_copy(update={"exemptions": {"OK-HOME": later}})
    law = LAW.model_copy(update={"requests": {"ok.ora": asked}})
    assert (codes(law, "ok.ora", TODAY), set(codes(law, "ok.ora", date(2027, 1, 1)))) == ({}, {"OK-HOME"})


def test_classes_are_written_in_one_way() -> None:
    assert classes_of(("proxy,auth_events", "proxy_events")) == ("proxy_events", "auth_events")
    with pytest.raises(RequestRefused, match="rows of 'violations' are not collected"):
        classes_of(("violations",))
