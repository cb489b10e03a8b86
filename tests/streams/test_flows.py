"""How much each source told, hour by hour: which hours have a past."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.memory.flows import HOUR, QUIET, Flows

FAR = 60 * 24  # hours


@given(
    st.lists(st.integers(0, FAR), min_size=1, max_size=6), st.integers(0, FAR), st.integers(0, FAR), st.integers(0, 9)
)
def test_the_hours_with_a_past_are_those_soon_after_a_day_with_records(
    told: list[int], first: int, last: int, days: int
) -> None:
    flows = Flows()
    for hour in told:
        flows.add("filter", hour * HOUR, f"e{hour}")
    past = {hour // 24 for hour in told}
    wanted = [hour for hour in range(first, last) if any(hour // 24 - days <= day <= hour // 24 for day in past)]
    assert list(flows.of("filter").hours_after(first, last, days)) == wanted


def test_half_a_century_without_a_record_is_passed_over() -> None:
    flows = Flows()
    for hour in (0, 500_000):
        flows.add("filter", hour * HOUR, "e")
    assert len(list(flows.of("filter").hours_after(0, 500_001, 28))) < 60 * 24


@given(st.permutations([minute * 60_000 for minute in (0, 4, 15, 26, 30, 71, 82, 83, 300)]))
def test_quiet_times_do_not_depend_on_the_order_in_which_records_came(told: list[int]) -> None:
    flows = Flows()
    for at in told:
        flows.add("filter", at, f"e{at}")
    flow, times = flows.of("filter").flow, sorted(told)
    wanted = [(one, other) for one, other in pairwise(times) if other - one > QUIET]
    assert [(one.started_at, one.ended_at) for one in flow.quiet] == wanted
    assert [(one.before, one.after) for one in flow.quiet] == [(f"e{one}", f"e{other}") for one, other in wanted]
    assert (flow.began_at, flow.last_at) == (times[0], times[-1])
