"""Which district a word means: a district's folder, or the id of one."""

from pathlib import Path

from model.district import FILE
from producers.district_folder import open_district


def district_id(word: str) -> str:
    """The id that a folder's district.yaml says, or the word itself; raises Mistaken for a folder with mistakes."""
    return open_district(Path(word)).district.id if is_folder(word) else word


def is_folder(word: str) -> bool:
    """Whether the word is a district's folder."""
    return (Path(word) / FILE).is_file()
