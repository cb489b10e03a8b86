"""A screen that locked by itself tells that nobody was there; a person who locks it was there until then."""

import pytest

from tests.trust.trial import CARD, Said, asked, leased, sat, trial, unlocked


def _locked(at: str, action: str = "session.locked") -> Said:
    return {**sat(at), "action": action, "logon_type": None}


def _two_computers(*ends: Said) -> list[Said]:
    """tbell logs on at LT-1, and from 09:10 to 09:35 comes back to LAB-7 again and again; `ends` are LT-1's."""
    lab = [unlocked(f"09:{minute}:00", device="LAB-7") for minute in (20, 30, 35)]
    return sorted([sat("09:00:00"), sat("09:10:00", device="LAB-7"), *lab, *ends], key=lambda one: str(one["at"]))


def minutes(*ends: Said) -> list[float]:
    found = trial(*_two_computers(*ends), assignments=[]).found("shared_account")
    return [one.evidence.measures[0].value for one in found]


def test_a_lock_by_the_person_is_where_their_presence_ended() -> None:
    assert minutes(_locked("09:33:00")) == [23]


@pytest.mark.parametrize("saver", ["09:32:57", "09:33:00", "09:33:02"])
def test_a_lock_with_a_screen_saver_is_the_machines_own_and_makes_no_use_longer(saver: str) -> None:
    """The inactivity limit writes both within a second, in either order."""
    assert minutes(_locked("09:33:00"), _locked(saver, "screen_saver.started")) == []


def test_a_screen_saver_long_before_or_after_says_nothing_of_the_lock() -> None:
    dismissed = [_locked("09:05:00", "screen_saver.started"), _locked("09:06:00", "screen_saver.dismissed")]
    assert minutes(*dismissed, unlocked("09:06:00"), _locked("09:33:00")) == [23]
    assert minutes(_locked("09:33:00"), _locked("09:34:00", "screen_saver.started")) == [23]


def test_after_a_lock_of_the_machines_own_the_session_is_over_until_somebody_comes_back() -> None:
    own = [_locked("09:13:00", "screen_saver.started"), _locked("09:13:00")]
    assert minutes(*own, unlocked("09:34:00"), _locked("09:34:30")) == []
    assert minutes(*own, unlocked("09:14:00"), _locked("09:33:00")) == [19]


def asker(*between: Said) -> str | None:
    """Whom a request of LT-1's address is laid to, of which the proxy knows no account."""
    day = [leased("08:59:00", "10.1.0.5", CARD["LT-1"]), sat("09:00:00"), *between, asked("09:05:00", "10.1.0.5")]
    return trial(*day).events[-1].person


def test_what_a_computer_does_while_its_screen_is_locked_is_nobodys() -> None:
    assert asker(_locked("09:02:00")) is None


def test_what_a_computer_does_after_the_unlock_is_whose_it_was() -> None:
    assert asker() == "p-bell"
    assert asker(_locked("09:02:00"), unlocked("09:04:00")) == "p-bell"


def test_who_bumps_the_mouse_of_a_locked_computer_brings_nobody_back() -> None:
    """4803 says that a screen saver ended, in the name of who locked the screen."""
    assert asker(_locked("09:02:00"), _locked("09:03:00", "screen_saver.dismissed")) is None
