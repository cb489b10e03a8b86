"""What a cohort usually pulls: of the same weekday of the weeks before, and never of an answer that is out of date."""

from datetime import date

from streams.memory.volumes import Usual, Volumes

MONDAY = date(2026, 2, 23)


def pulled(*amounts: tuple[str, int, str, tuple[int, int]]) -> Volumes:
    """Amounts of teachers: day, local hour, who, (records, bytes)."""
    volumes = Volumes("bulk_data_pull")
    for day, hour, who, amount in amounts:
        volumes.add("teacher", day, hour, who, amount)
    return volumes


def usual(volumes: Volumes) -> Usual:
    return volumes.usual("teacher", MONDAY, 28)


def test_amounts_of_the_same_weekday_come_in_order_and_without_zeros() -> None:
    found = usual(
        pulled(
            ("2026-02-16", 9, "pat", (30, 0)),
            ("2026-02-16", 10, "pat", (1, 500)),
            ("2026-02-09", 10, "kim", (0, 200)),
            ("2026-02-09", 10, "lee", (7, 0)),
        )
    )
    assert (found.daily_records, dict(found.hourly_bytes)) == ([7, 31], {9: [], 10: [200, 500]})


def test_other_weekdays_tell_nothing() -> None:
    assert usual(pulled(("2026-02-17", 9, "pat", (30, 900)))).daily_records == []


def test_what_comes_late_for_an_earlier_week_counts_though_it_was_asked_before() -> None:
    volumes = pulled(("2026-02-16", 9, "pat", (30, 0)))
    usual(volumes)
    volumes.add("teacher", "2026-02-09", 9, "kim", (5, 0))
    assert usual(volumes).daily_records == [5, 30]


def test_what_is_forgotten_counts_no_more_though_it_was_asked_before() -> None:
    volumes = pulled(("2026-02-16", 9, "pat", (30, 0)), ("2026-02-09", 9, "kim", (5, 0)))
    usual(volumes)
    volumes.forget("2026-02-10")
    assert usual(volumes).daily_records == [30]


def test_todays_amounts_do_not_make_the_weeks_before_be_gone_through_again() -> None:
    volumes = pulled(("2026-02-16", 9, "pat", (30, 0)))
    before = usual(volumes)
    volumes.add("teacher", MONDAY.isoformat(), 9, "kim", (5, 0))
    assert usual(volumes) is before
