"""What a shelf gives out to be written: what changed, once; and no tombstone of what nobody ever wrote."""

import msgspec

from streams.attribution.waiting import HOLDS, Waiting, WaitingRoom
from streams.memory.shelf import Shelf


class Value(msgspec.Struct, array_like=True):
    n: int = 0


def shelf() -> Shelf[Value]:
    return Shelf("v", Value, Value)


def test_what_was_put_and_dropped_within_a_turn_is_not_written() -> None:
    values = shelf()
    values.at("a").n = 1
    values.drop("a")
    assert list(values.changes()) == []


def test_what_was_written_and_dropped_becomes_a_tombstone() -> None:
    values = shelf()
    values.at("a").n = 1
    list(values.changes())
    values.drop("a")
    assert list(values.changes()) == [("v|a", None)]


def test_a_tombstone_is_not_lost_when_the_key_comes_and_goes_again() -> None:
    values = shelf()
    values.at("a").n = 1
    list(values.changes())
    values.drop("a")
    values.put("a", Value(2))
    values.drop("a")
    assert list(values.changes()) == [("v|a", None)]


def room(*times: int) -> WaitingRoom:
    waiting = WaitingRoom()
    for at in times:
        waiting.put(f"e{at}", Waiting(at, b"{}", [], ["10.1.0.5"], HOLDS))
    return waiting


def test_a_change_moves_only_what_happened_after_it() -> None:
    assert [name for name, _ in room(10, 20, 30).take_by([("10.1.0.5", 20)])] == ["e20", "e30"]


def test_what_is_settled_leaves_in_order_of_time_and_once() -> None:
    waiting = room(30, 10, 20)
    assert [name for name, _ in waiting.take_settled(lambda rests: 25)] == ["e10", "e20"]
    assert waiting.take_settled(lambda rests: 25) == []


def test_what_waits_again_on_something_else_is_not_let_go_by_what_it_rested_on_before() -> None:
    waiting = room(10)
    waiting.take_by([("10.1.0.5", 0)])
    waiting.put("e10", Waiting(10, b"{}", [], ["LT-1"], 2))
    assert waiting.take_settled(lambda rests: 25 if rests == HOLDS else 5) == []
