"""Trial: from the line that completes a violation being written to the violation being stored, at a steady load.

The way is the whole one: file → producers → Kafka → Faust → sink → ClickHouse, each in its own process.
"""

import msgspec

from bench.figure import Figure, NotFound
from bench.growing import EVERY, FILE, found_district, grow
from bench.processes import Child
from bench.worker import Place
from storage.client import QueryFailed, Store, Unavailable

RATE = 5_000
SECONDS = 30.0
WARM = 8.0  # seconds at the beginning that are not counted: processes start, partitions are opened


class _First(msgspec.Struct):
    account: str
    at: float


class _Count(msgspec.Struct):
    n: int


def measure(place: Place, rate: int = RATE, seconds: float = SECONDS) -> list[Figure]:
    """Median and 99th percentile of the seconds it took."""
    folder = place.home / "growing"
    found_district(folder, round(seconds / EVERY) + 2)
    settings = place.stack.settings()
    env = place.env(0)
    with Child(place.home / "run.log", env, "-c", "from cli.main import main; main()", "run", str(folder)) as run:
        store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
        run.wait_for("opening the store", lambda: _can_count(store))
        written, completed = grow(folder / FILE, rate, seconds)
        run.wait_for("storing it all", lambda: _stored(store) >= written, 60)
        took = _took(store, completed)
        store.close()
    middle, late = took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)]
    note = f"{written:,} lines in {seconds:.0f} s, all stored; {len(completed)} violations planted, all found"
    return [
        Figure("latency", f"line written → violation stored, p50 at {rate:,}/s", middle, "s", note=note),
        Figure("latency", f"line written → violation stored, p99 at {rate:,}/s", late, "s", most=2.0),
    ]


def _can_count(store: Store) -> bool:
    try:
        return _stored(store) >= 0
    except (QueryFailed, Unavailable):  # the schema is not there yet, or the server is busy
        return False


def _stored(store: Store) -> int:
    sql = "SELECT uniqExact(event_id) AS n FROM events WHERE district = 'growing'"
    return store.rows(sql, _Count)[0].n


def _took(store: Store, completed: dict[str, float]) -> list[float]:
    sql = (
        "SELECT account, toFloat64(min(stored_at)) AS at FROM violations "
        "WHERE district = 'growing' AND detection = 'filter_circumvention' GROUP BY account"
    )
    stored = {row.account: row.at for row in store.rows(sql, _First)}
    if missing := completed.keys() - stored.keys():
        raise NotFound(f"{len(missing)} of {len(completed)} violations were not stored, e.g. {sorted(missing)[:3]}")
    counted_from = min(completed.values()) + WARM
    return sorted(stored[name] - at for name, at in completed.items() if at >= counted_from)
