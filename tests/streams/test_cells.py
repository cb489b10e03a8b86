"""Cells by school day: what is put, restored and dropped is found under its day and no other."""

import msgspec

from streams.memory.cell import Cell, Cells


def cells(*keys: str) -> Cells:
    found = Cells("mass_export")
    for key in keys:
        found.at(key)
    return found


def test_a_day_has_its_own_cells_and_no_others() -> None:
    found = cells("2026-02-02|pat", "2026-02-03|pat", "2026-02-03|kim")
    assert set(found.of("2026-02-03")) == {"2026-02-03|pat", "2026-02-03|kim"}


def test_a_day_that_nothing_is_remembered_of_has_none() -> None:
    assert cells("2026-02-02|pat").of("2026-02-03") == {}


def test_a_cell_that_is_dropped_is_in_no_day() -> None:
    found = cells("2026-02-02|pat", "2026-02-02|kim")
    found.drop("2026-02-02|pat")
    assert set(found.of("2026-02-02")) == {"2026-02-02|kim"}


def test_a_day_without_cells_is_no_day() -> None:
    found = cells("2026-02-02|pat")
    found.drop("2026-02-02|pat")
    assert found.days == []


def test_a_cell_that_memory_brings_back_is_in_its_day() -> None:
    found = cells()
    found.restore("2026-02-02|pat", msgspec.msgpack.encode(Cell(overdue_at=5)))
    assert found.of("2026-02-02")["2026-02-02|pat"] is found.at("2026-02-02|pat")
