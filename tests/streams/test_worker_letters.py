"""The worker on a real broker: what stands in the log and cannot be taken in is kept, and the log goes on."""

from pathlib import Path

import pytest

from infra.local.stack import Stack
from model import topics
from model.batch import Batch
from model.dead_letter import decode_dead_letter
from tests.streams.test_worker import Worker, broker, log_of, publish, read, standing, worker_log
from tests.support.small_district import DISTRICT

__all__ = ["broker"]  # the fixture: a broker of this module's own

RAISING = """
from streams import app
from streams.engine import witness
see = witness.Witness.see
def raising(self, seen, line, source):
    if seen.event_id == "e0102":
        raise LookupError("no such lease in the test")
    see(self, seen, line, source)
witness.Witness.see = raising
app.main()
"""
BAD_LINES = {
    "reference": [
        b'{"table":"accounts","key":"x","row":{"account":"x"}}',  # without its kind
        b'{"table":"shoes","key":"x","row":{}}',
        b'{"table":"accounts","key":7}',
        b'{"table":"policy","key":"p","row":{"pack":"{}"}}',
        b"\xff\xfe",
    ],
    "tick": [b'{"source_id":"dc1","reached_at":999999999999999999}', b"[]"],
    "command": [b'{"name":"fly","body":null}', b'{"name":"dead_letter","body":{}}', b"{"],
}


def bad_batches() -> list[Batch]:
    return [
        Batch(kind=kind, district=DISTRICT, source_id="", body=b"\n".join(lines) + b"\n", count=len(lines))  # type: ignore[arg-type]
        for kind, lines in BAD_LINES.items()
    ]


@pytest.mark.slow
def test_bad_facts_ticks_and_commands_become_dead_letters_and_the_log_goes_on(broker: Stack, tmp_path: Path) -> None:
    """And so does a line whose judgement raises: its letter says what the exception said."""
    log = log_of(40)
    publish(broker, tmp_path, [log[0], *bad_batches(), *log[1:]], partition=0)
    worker = Worker(broker, tmp_path, ["-c", RAISING])
    bad = [line for lines in BAD_LINES.values() for line in lines]
    try:
        found = standing(read(broker, topics.VIOLATIONS.name, 1))
        letters = {
            letter.raw: letter
            for line in read(broker, topics.DEAD_LETTERS.name, len(bad) + 1)
            if (letter := decode_dead_letter(line)).stage == "judge"
        }
    finally:
        worker.stop()
    assert [violation.reason for violation in found.values()] == ["two_devices"], worker_log(tmp_path)
    reasons = {line: letters[line.decode(errors="replace")].reason for line in bad}
    assert "KeyError" in reasons[BAD_LINES["reference"][0]]
    assert "'shoes'" in reasons[BAD_LINES["reference"][1]]
    assert "'fly'" in reasons[BAD_LINES["command"][0]]
    assert "reached_at" in reasons[BAD_LINES["tick"][0]]
    raised = next(letter for letter in letters.values() if letter.event_id == "e0102")
    assert "LookupError: no such lease in the test" in raised.reason
