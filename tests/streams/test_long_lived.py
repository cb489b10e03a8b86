"""What is remembered lives long: Python looks through it seldom while a log is judged, and as before afterward."""

import gc

from streams.engine.whole import judge_whole
from tests.support.small_district import ZONE, fact_batch, facts


def test_garbage_is_looked_for_seldom_while_a_log_is_judged() -> None:
    during: list[int] = []
    judge_whole(lambda: [fact_batch(facts({}, ZONE))], lambda _: during.append(gc.get_threshold()[0]))
    assert during
    assert min(during) >= 50_000


def test_garbage_is_looked_for_as_before_when_a_log_has_been_judged() -> None:
    before = gc.get_threshold()
    judge_whole(lambda: [])
    assert gc.get_threshold() == before
