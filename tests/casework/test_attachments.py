"""Files of cases: what a run destroys no case has, also where somebody adds one at the same moment."""

from pathlib import Path
from threading import Thread

from casework.attachments import FOLDER, adding, destroy, keep, kept


def test_a_file_that_is_added_while_a_run_destroys_the_same_stays(tmp_path: Path) -> None:
    digest = keep(tmp_path, b"a photo")  # of a case that is destroyed
    cases: set[str] = set()
    run = Thread(target=destroy, args=(tmp_path, [digest], lambda: set(cases)))
    with adding(tmp_path, "photo.jpg", b"a photo", "") as told:
        run.start()
        run.join(0.3)  # it waits; one that does not has removed the file by now
        cases.add(told["sha256"])  # what is decided within is known when the block ends
    run.join()
    assert kept(tmp_path, digest, "photo.jpg") == b"a photo"


def test_what_a_killed_process_left_unfinished_goes_with_a_run(tmp_path: Path) -> None:
    left = tmp_path / FOLDER / f"{keep(tmp_path, b'a photo')}.0f0f0f0f.unfinished"
    left.write_bytes(b"a pho")
    destroy(tmp_path, [], set)
    assert not left.exists()
