"""Which district a word means: a district's folder, or the id of one."""

from pathlib import Path

from model.district import FILE
from producers.district_folder import open_district


def district_id(word: str) -> str:
    """The id that a folder's district.yaml says, or the word itself; raises Mistaken for a folder with mistakes."""
    folder = Path(word)
    return open_district(folder).district.id if (folder / FILE).is_file() else word
