"""Trial: a simulated winter: is the worker's memory flat from day 35 to day 65, and how long does opening it take?"""

import re
import time
from pathlib import Path

from bench.district import District
from bench.figure import Figure
from bench.processes import Child, metric
from bench.worker import Place
from infra.local.ports import choose
from model import topics
from model.batch import Batch
from producers.broker import create_topics

PEOPLE = 150
DAYS = 66
DAY_MS = 86_400_000
FROM, TO = 35, 65
_OPENED = re.compile(r"partition opened.*seconds=([0-9.]+)")


def measure(place: Place) -> list[Figure]:
    """Resident memory at both days, their ratio, and the seconds to open the partition afterwards."""
    district = District(place.home / "district", PEOPLE, DAYS, requests=4)
    district.make()
    create_topics(place.settings, topics.ALL)
    port, held = choose([]), {}
    judged = 0
    with Child(place.home / "worker.log", place.env(port), "-m", "streams.app") as worker:
        for day, batches in _days(district):
            place.publish(batches)
            judged += len(batches)
            worker.wait_for(f"day {day}", lambda: metric(port, "hallmonitor_batches_total") >= judged, 300)  # noqa: B023
            held[day] = worker.resident
    opened = _open_again(place)
    last = min(TO, max(held))
    sizes = f"{held[FROM] >> 20} MB at day {FROM}, {held[last] >> 20} MB at day {last}"
    note = f"{district.count:,} events of {PEOPLE} people; {sizes}"
    return [
        Figure("long", f"worker's memory, day {last} / day {FROM}", held[last] / held[FROM], "×", most=1.1, note=note),
        Figure("long", "opening the partition afterwards", opened, "s", most=10),
    ]


def _days(district: District) -> list[tuple[int, list[Batch]]]:
    """Batches by the day they reach; those that say nothing of time go with the ones before."""
    days: dict[int, list[Batch]] = {0: []}
    first = day = 0
    for batch in district.batches:
        if batch.reached_at and batch.reached_at > 0:
            first = first or batch.reached_at
            day = max(day, (batch.reached_at - first) // DAY_MS)
        days.setdefault(day, []).append(batch)
    return sorted(days.items())


def _open_again(place: Place) -> float:
    """Seconds that a new worker needs to read the memories, as it says itself."""
    log: Path = place.home / "again.log"
    port = choose([])
    place.publish([Batch(kind="tick", district="maple-falls", source_id="", body=b"", count=0)])
    with Child(log, place.env(port), "-m", "streams.app") as worker:
        worker.wait_for("opening", lambda: _OPENED.search(_plain(log)) is not None, 60)
        time.sleep(0.1)
    found = _OPENED.search(_plain(log))
    assert found is not None
    return float(found[1])


def _plain(log: Path) -> str:
    """The log without its colors."""
    return re.sub(r"\x1b\[[0-9;]*m", "", log.read_text())
