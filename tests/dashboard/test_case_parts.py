"""The parts of the page of a case: whom and what it is about is called by name and by id."""

from casework.cases import Case
from dashboard.local_time import Wall
from dashboard.parts.case_parts import facts

CASE = Case(
    case_id="2026-0001",
    district="maple-falls",
    title="VPN",
    purpose="incident",
    opened_by="ana",
    opened_at="2026-03-04T15:00:00.000Z",
    accounts=["tbell", "other"],
    devices=["CB-17"],
)
NAMES = {("account", "tbell"): "personal account of Tess Bell", ("device", "CB-17"): "assigned"}


def test_an_account_and_a_device_are_called_by_their_own_names_beside_what_the_tables_say_of_them() -> None:
    told = str(facts(CASE, NAMES, Wall("UTC")))
    assert ">tbell</a> (personal account of Tess Bell), <a" in told
    assert ">other</a></dd>" in told
    assert ">CB-17</a> (assigned)" in told
