"""What is taken from words that no parser knows, and what is not."""

import pytest

from model.event import Event
from producers.plain_words import fill_words


def _filled(says: str) -> Event:
    event = Event(product="cisco_ios", category="device", action="record.unrecognised")
    fill_words(event, says)
    return event


def test_from_where_to_where_and_of_whom_is_taken() -> None:
    event = _filled("session of user 'tbell' from 10.20.3.7 to 203.0.113.80:443 ended")
    assert (event.account, event.account_basis) == ("tbell", "claimed")
    assert (event.address, event.destination, event.destination_port) == ("10.20.3.7", "203.0.113.80", 443)


@pytest.mark.parametrize("says", ["lost contact from 10.20.3.7", "lost contact from 2001:db8::ab"])
def test_an_address_at_the_very_end_may_have_been_cut_and_is_not_taken(says: str) -> None:
    assert _filled(says).address is None


def test_two_places_of_origin_tell_nothing() -> None:
    assert _filled("relayed from 10.20.3.7 and from 10.20.3.8 today").address is None


def test_no_card_is_taken_from_words() -> None:
    assert _filled("client 02:00:5e:00:53:07 left").mac is None


@pytest.mark.parametrize("says", ["user 'tbell' left", "User=tbell left", "username: tbell left", "user (tbell) left"])
def test_a_name_behind_user_and_a_mark_is_taken(says: str) -> None:
    assert _filled(says).account == "tbell"


@pytest.mark.parametrize(
    "says",
    [
        *("user authentication from 10.20.3.7 failed", "User entry added: reason=Probe", "user logged out"),
        "Login failed for user due to timeout",
    ],
)
def test_a_word_behind_user_without_a_mark_names_nobody(says: str) -> None:
    assert _filled(says).account is None


def test_what_the_event_already_says_stays() -> None:
    event = Event(product="cisco_ios", category="device", action="record.unrecognised", address="10.20.3.9")
    fill_words(event, "packet from 10.20.3.7 dropped")
    assert event.address == "10.20.3.9"
