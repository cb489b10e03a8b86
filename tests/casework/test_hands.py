"""Many hands make the same production as one, and what becomes of them where one is lost or the work is ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from casework.production import hands, produce
from casework.production.hands import Hands, HandsLost
from casework.production.scan import Leak, Scan
from tests.support.production_cases import event, made, second_look


def doubled(numbers: list[int]) -> list[int]:
    return [2 * number for number in numbers]


@pytest.mark.parametrize("many", [1, 2, 3])
@pytest.mark.parametrize("things", [0, 1, 200, 201, 1_999])
def test_results_come_in_the_order_of_the_things(many: int, things: int) -> None:
    with Hands(doubled, many) as both:
        assert list(both.each(range(things))) == doubled(list(range(things)))


def test_no_more_is_read_ahead_than_a_piece_for_each_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "PIECE", 1)
    read: list[int] = []
    with Hands(doubled, 2) as both:
        results = both.each(number for number in range(100) if not read.append(number))  # type: ignore[func-returns-value]
        next(results)
        assert len(read) <= 3


def test_a_hand_that_is_lost_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(_: list[int]) -> list[int]:
        os._exit(9)

    with Hands(dies, 2) as both, pytest.raises(HandsLost, match="a process that helped ended"):
        list(both.each([1]))


def test_what_a_hand_cannot_do_is_told() -> None:
    def fails(numbers: list[int]) -> list[int]:
        return [1 // number for number in numbers]

    with Hands(fails, 2) as both, pytest.raises(HandsLost, match="ZeroDivisionError"):
        list(both.each([0]))


def test_a_hand_whose_result_nobody_asks_for_ends_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    def late(numbers: list[int]) -> list[int]:
        time.sleep(0.2)
        return numbers

    with Hands(late, 2) as both:
        next(both.each(range(2 * hands.PIECE)))
        for end in both._ends:
            end.close()
        time.sleep(0.5)
    assert capfd.readouterr().err == ""


def test_a_hand_that_was_killed_before_it_read_its_piece_is_told() -> None:
    with Hands(doubled, 2) as both:
        os.kill(both._processes[0].pid or 0, signal.SIGSTOP)
        hands._give(both._ends[0], [1])
        both._processes[0].kill()
        with pytest.raises(HandsLost, match="a process that helped ended"):
            hands._result(both._ends[0])


def test_a_hand_whose_result_lies_unread_ends_by_itself() -> None:
    with Hands(doubled, 2) as both:
        for end in both._ends:
            hands._give(end, [1])
            assert end.poll(30)
            end.close()
        for process in both._processes:
            process.join(30)
        assert [process.exitcode for process in both._processes] == [0, 0]


_ENDLESS = """
import os, time
from casework.production.hands import Hands
def work(things):
    os.write(1, b"%d\\n" % os.getpid())  # at once: two hands write here, and print may part a line
    return things
with Hands(work, 2) as both:
    for _ in both.each(iter(int, 1)):
        time.sleep(1)
"""


def test_no_hand_outlives_the_process_that_it_helps() -> None:
    with subprocess.Popen([sys.executable, "-c", _ENDLESS], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        pids = {int(one.stdout.readline()) for _ in range(2)}
        one.send_signal(signal.SIGKILL)
        one.wait()
        one.stdout.read()  # ends when the last of them has let go of it
    assert not [pid for pid in pids if Path(f"/proc/{pid}/task").exists() and _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_hands_write_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(produce, "_WORTH", 10)
    monkeypatch.setattr(hands, "PIECE", 7)
    names = ("tbell", "mhillary", "jdquist", "guest-1", "zoe.unlisted")
    rows = [event(n, account=names[n % 5], raw=f"line {n % 70} of {names[n % 5]}") for n in range(100)]
    rows += [msgspec.structs.replace(one, event_id=f"{n:032x}") for n, one in enumerate(rows[:9], 900)]
    one = made(tmp_path / "one", rows)
    two = made(tmp_path / "two", rows, hands=2)
    assert one.counts == two.counts
    assert one.counts.duplicate == 9
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_two_hands_find_the_same_name_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "PIECE", 3)
    lines = ["number,account", *(f"HM-{n:06d},{'mhillary' if n in (40, 50) else 'x'}" for n in range(1, 60))]
    (tmp_path / "production.csv").write_text("\n".join(lines) + "\n")
    scan: Scan = second_look()
    for many in (1, 2):
        with pytest.raises(Leak, match="row 40, column account"):
            scan.folder(tmp_path, frozenset(), many)
