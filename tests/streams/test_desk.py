"""Who sits at a device, whatever is told of its sessions and in whatever order."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.attribution.desk import Act, Desk, Entry, act_of, from_timeline
from streams.memory.shelf import Shelf

CAP = 16 * 3_600_000
SECONDS = range(-1, 42)
ENTRY = st.builds(
    Entry,
    st.integers(0, 40).map(lambda second: second * 1000),
    st.sampled_from([Act.HERE, Act.HERE, Act.AWAY, Act.OUT, Act.LEFT, Act.ASIDE]).map(int),
    st.integers(0, 99).map(str),
    st.sampled_from(["ada", "bob"]),
    st.sampled_from(["", "s1", "s2", "s3", "s4"]),
)
STORY = st.lists(ENTRY, max_size=24, unique_by=lambda entry: entry[2])


def desk_of(story: list[Entry]) -> Desk:
    desk = Desk()
    for entry in story:
        desk.learn(Entry(*entry))
    return desk


def who(desk: Desk, second: int) -> str | None:
    entry = desk.sitting(second * 1000, CAP)[0]
    return entry[3] if entry else None


def told(*lines: str) -> Desk:
    """`second act account session`, e.g. `0 here ada s1`."""
    words = [line.split() for line in lines]
    return desk_of(
        [Entry(int(w[0]) * 1000, Act[w[1].upper()], str(n), w[2], "".join(w[3:])) for n, w in enumerate(words)]
    )


@given(story=STORY, chance=st.randoms(use_true_random=False))
def test_the_order_of_learning_makes_no_difference(story: list[Entry], chance: random.Random) -> None:
    expected = [desk_of(story).sitting(second * 1000, CAP) for second in SECONDS]
    shuffled = [*story, *story[:3]]  # some are told twice
    chance.shuffle(shuffled)
    assert [desk_of(shuffled).sitting(second * 1000, CAP) for second in SECONDS] == expected


@given(story=STORY, cap=st.sampled_from([5_000, CAP]))
def test_an_answer_holds_over_the_stretch_that_it_names(story: list[Entry], cap: int) -> None:
    desk = desk_of(story)
    for second in SECONDS:
        entry, since, until = desk.sitting(second * 1000, cap)
        for other in SECONDS:
            if since <= other * 1000 < until:
                assert desk.sitting(other * 1000, cap)[0] == entry


@given(
    times=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["ada", "bob"])), min_size=1, max_size=12),
    chosen=st.integers(0, 11),
    later=st.integers(1, 20),
    act=st.sampled_from([Act.OUT, Act.LEFT]),
)
def test_a_logoff_ends_the_session_that_it_names_and_no_other(
    times: list[tuple[int, str]], chosen: int, later: int, act: Act
) -> None:
    """Every session was seen to begin, at an instant of its own."""
    logons = [(at * 3_000 + n, int(Act.HERE), str(n), name, f"s{n}") for n, (at, name) in enumerate(times)]
    at, _, _, name, session = logons[chosen % len(logons)]
    end = (at + later * 3_000, int(act), "end", name, session)
    before, after = desk_of(logons), desk_of([*logons, end])
    for second in range(0, 190):
        sat = before.sitting(second * 1000, CAP)[0]
        now = after.sitting(second * 1000, CAP)[0]
        if sat is not None and sat[4] == session and end[0] <= second * 1000:
            assert now is None or (now[3] == name and sat[0] - now[0] <= 1000)  # the other half of the same logon
        else:
            assert now == sat


@given(story=STORY, at=st.integers(0, 40), length=st.integers(0, 9), name=st.sampled_from(["ada", "bob"]))
def test_a_session_inside_a_session_changes_nothing(story: list[Entry], at: int, length: int, name: str) -> None:
    inside: list[Entry] = [
        (at * 1000, Act.ASIDE, "a", name, "0xaside"),
        ((at + length) * 1000, Act.LEFT, "b", name, "0xaside"),
    ]
    assert [who(desk_of([*story, *inside]), s) for s in SECONDS] == [who(desk_of(story), s) for s in SECONDS]


@given(story=STORY)
def test_a_desk_comes_back_from_memory_as_it_was(story: list[Entry]) -> None:
    desk = desk_of(story)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(desk), type=Desk)
    assert [again.sitting(s * 1000, CAP) for s in SECONDS] == [desk.sitting(s * 1000, CAP) for s in SECONDS]


@pytest.mark.parametrize(
    ("lines", "sits"),
    [
        (("0 here ada s1", "5 here ada", "9 out ada s1"), None),  # an unlock goes back to the session that was there
        (("5 here ada", "9 out ada s1"), None),  # its logon was too long ago to be known
        (("5 here ada", "9 left ada s1"), None),
        (("0 here ada s1", "5 left ada s9"), "ada"),  # some other session of hers is over
        (("0 here ada s1", "5 out ada s9"), None),  # she signed off; the logon of s9 was lost
        (("0 here ada s0", "3 out ada s0", "5 here ada s1", "8 left ada s0"), "ada"),  # 4634 comes late
        (("0 here ada s1", "5 out bob"), "ada"),
        (("0 here ada s1", "5 out ada"), None),  # a system that names no sessions
        (("0 here ada s1", "2 out ada s1", "3 here bob s2", "5 left ada s1"), "bob"),
        (("0 here ada s1", "2 out ada s1", "3 here bob s2", "5 out bob s2"), None),
        (("0 here ada s1", "2 out ada s1", "3 here bob s2", "5 out bob s2", "6 here ada s1"), "ada"),
        (("0 aside ada e1", "0 here ada s1", "5 left ada e1"), "ada"),  # the elevated half of an administrator's logon
        (("0 aside ada e1", "0 here ada s1", "5 out ada e1"), None),  # who signs off, signs off from both
        (("0 here ada e1", "0 here ada s1", "5 left ada e1"), "ada"),  # before Windows 10 the halves look alike
        (("0 here ada e1", "0 here ada s1", "5 left ada e1", "6 left ada s1"), None),
        (("0 here ada s1", "5 here ada t1", "5 left ada t1", "5 here ada s1"), "ada"),  # reconnected by RDP
        (("0 here ada s1", "5 here ada s1", "5 out ada s1"), "ada"),  # from one screen to another within the second
    ],
)
def test_who_sits_after(lines: tuple[str, ...], sits: str | None) -> None:
    assert who(told(*lines), 10) == sits


@pytest.mark.parametrize("logon_type", ["network", "batch", "service", "unlock"])
def test_the_end_of_a_session_without_a_desk_says_nothing(logon_type: str) -> None:
    assert act_of("account.logged_off", logon_type) is None


@pytest.mark.parametrize("logon_type", ["network", "batch", "service", None])
def test_a_logon_without_a_desk_says_nothing(logon_type: str | None) -> None:
    assert act_of("account.logged_on", logon_type) is None


def test_a_desk_forgets_what_is_older_than_it_must_know() -> None:
    desk = told("0 here ada s1", "5 aside ada e1", "9 here bob s2")
    assert desk.forget(6_000)
    assert (len(desk.entries), desk.aside) == (1, {})
    assert not desk.forget(6_000)


def test_who_sat_there_is_read_from_the_memory_of_an_earlier_release() -> None:
    shelf = Shelf("sat", Desk, Desk, {1: from_timeline})
    written = [[5_000, "e1", "ada", "auth"], [1_000, "e2", "bob", "auth"], [3_000, "e3", "-bob", "auth"]]
    shelf.restore("LT-1", msgspec.msgpack.encode([sorted(written)]))
    assert [who(shelf.items["LT-1"], second) for second in (2, 4, 6)] == ["bob", None, "ada"]


def test_nobody_sits_at_a_locked_screen_until_somebody_comes_back() -> None:
    locked = told("0 here ada s1", "5 away ada s1")
    assert [who(locked, second) for second in (4, 5, 20)] == ["ada", None, None]
    back = told("0 here ada s1", "5 away ada s1", "9 here ada")
    assert [who(back, second) for second in (6, 9, 20)] == [None, "ada", "ada"]


def test_a_lock_ends_no_session_that_a_logoff_names_later() -> None:
    """The unlock writes a session of its own that is over at once; the desktop's is the one that the lock named."""
    desk = told("0 here ada s1", "5 away ada s1", "9 here ada", "12 left ada s2", "20 left ada s1")
    assert [who(desk, second) for second in (10, 13, 19, 20)] == ["ada", "ada", "ada", None]


def test_a_lock_covers_both_halves_of_an_administrators_logon() -> None:
    desk = told("0 here ada s1", "0 here ada s2", "5 away ada s1")
    assert who(desk, 6) is None
