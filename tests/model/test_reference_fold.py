"""The bi-temporal fold: what is true when, as far as was known when."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from model.batch import Fact
from model.fact_text import fact_of
from model.reference import Reference
from model.tables import TABLES
from tests.support.known_rows import NOON, ZONE, known, ms


def test_the_version_that_began_last_speaks() -> None:
    reference = known(
        "devices",
        {"device_id": "d1", "class": "staff"},
        {"device_id": "d1", "class": "loaner", "valid_from": "2026-03-01"},
    )
    classes = [
        device and device.device_class
        for at in ("2026-02-28", "2026-03-01")
        if (device := reference.device("d1", ms(at)))
    ]
    assert classes == ["staff", "loaner"]


def test_an_absent_table_is_not_an_empty_one() -> None:
    reference = Reference()
    assert not reference.known("accounts")
    reference.apply(Fact(table="accounts", key=""))
    assert reference.known("accounts")
    assert reference.account("anybody", NOON) is None


def test_what_was_recorded_later_is_not_known_before() -> None:
    reference = known(
        "devices",
        {"device_id": "d1", "class": "staff"},
        {"device_id": "d1", "class": "loaner", "recorded_at": "2026-03-05"},
    )
    then, now = reference.as_known_at(NOON), reference.as_known_at(None)
    classes = [view.device("d1", NOON) for view in (then, now)]
    assert [device and device.device_class for device in classes] == ["staff", "loaner"]


def test_a_view_of_the_past_learns_what_is_applied_after_it_was_asked_for() -> None:
    reference = known("devices", {"device_id": "d1", "class": "staff", "recorded_at": "2026-03-05"})
    assert reference.as_known_at(NOON).device("d1", NOON) is None
    known("devices", {"device_id": "d1", "class": "lab", "recorded_at": "2026-03-03"}, into=reference)
    device = reference.as_known_at(NOON).device("d1", NOON)
    assert device is not None
    assert device.device_class == "lab"


def test_an_end_without_a_row_ends_the_row_of_its_key() -> None:
    reference = known("devices", {"device_id": "d1", "class": "staff"})
    reference.apply(Fact(table="devices", key="d1", valid_to=NOON, recorded_at=NOON))
    assert reference.device("d1", NOON - 1) is not None
    assert reference.device("d1", NOON) is None
    assert reference.as_known_at(NOON - 1).device("d1", NOON) is not None


_instants = st.one_of(st.none(), st.integers(0, 20))
_facts = st.builds(
    lambda key, kind, start, length, at: Fact(
        table="devices",
        key=key,
        row={"device_id": key, "class": kind},
        valid_from=start,
        valid_to=None if length is None else (start or 0) + length + 1,
        recorded_at=at,
    ),
    st.sampled_from(["d1", "d2"]),
    st.sampled_from(["staff", "lab", "cart"]),
    _instants,
    _instants,
    _instants,
)


def answers(reference: Reference) -> list[object]:
    return [reference.device(key, at) for key in ("d1", "d2") for at in range(-1, 45)]


@given(st.lists(_facts, max_size=12).flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_the_facts_of_a_load_does_not_matter(orders: tuple[list[Fact], list[Fact]]) -> None:
    folded = []
    for facts in orders:
        reference = Reference()
        for fact in facts:
            reference.apply(fact)
        folded.append([answers(reference.as_known_at(at)) for at in (None, 0, 10)])
    assert folded[0] == folded[1]


@given(st.lists(_facts, max_size=12), st.integers(-1, 21))
def test_later_facts_change_nothing_that_was_known_before(facts: list[Fact], at: int) -> None:
    whole, early = Reference(), Reference()
    for fact in facts:
        whole.apply(fact)
        if fact.recorded_at is None or fact.recorded_at <= at:
            early.apply(fact)
    assert answers(whole.as_known_at(at)) == answers(early)


@given(st.lists(_facts, max_size=12), st.integers(-1, 21), st.integers(-1, 21))
def test_a_view_of_a_view_knows_what_the_earlier_one_knows(facts: list[Fact], one: int, other: int) -> None:
    reference = Reference()
    for fact in facts:
        reference.apply(fact)
    assert answers(reference.as_known_at(one).as_known_at(other)) == answers(reference.as_known_at(min(one, other)))


def test_times_are_local_where_they_name_no_offset() -> None:
    fact = fact_of(
        TABLES["devices"],
        {"device_id": "d", "class": "lab", "valid_from": "2026-07-04", "valid_to": "2026-07-05T00:00Z"},
        ZONE,
    )
    assert isinstance(fact, Fact)
    assert fact.valid_from == round(datetime(2026, 7, 4, 5, tzinfo=UTC).timestamp() * 1000)
    assert fact.valid_to == round(datetime(2026, 7, 5, tzinfo=UTC).timestamp() * 1000)
