"""The files in which a run keeps how far it came: damaged ones are named, with what to do."""

from pathlib import Path

import pytest

from cli.plain_errors import as_sentence
from producers.live import told_before
from producers.positions import KeptDamaged, Positions

DAMAGES = {"cut short": b'{"topic_id": "', "no text": b'{"topic_id": "\xff", "tables": "\xff"}', "another form": b"[]"}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_of_positions_is_named_with_what_to_do(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "producers" / "alder.json"
    file.parent.mkdir()
    file.write_bytes(DAMAGES[damage])
    with pytest.raises(KeptDamaged, match=r"alder.json is damaged .* Remove it"):
        Positions(tmp_path, "alder")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_of_told_reference_rows_is_named_with_what_to_do(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "alder.shelf"
    file.write_bytes(DAMAGES[damage])
    with pytest.raises(KeptDamaged, match=r"alder.shelf is damaged .* or remove it"):
        told_before(file)


def test_a_damaged_file_of_ours_is_a_plain_error() -> None:
    error = as_sentence(KeptDamaged("it is damaged. Remove it"))
    assert error is not None
    assert error.message == "it is damaged. Remove it"
