"""Every metric of the worker, once, with its meaning; served by Faust's web at /metrics."""

from prometheus_client import Counter, Gauge

EVENTS = Counter("hallmonitor_events", "events judged and written")
BATCHES = Counter("hallmonitor_batches", "records of audit.log judged and written")
TURNS = Counter("hallmonitor_turns", "transactions committed")
ABORTED = Counter("hallmonitor_turns_aborted", "turns thrown away; their batches are judged again")
UNJUDGED = Counter("hallmonitor_lines_unjudged", "lines whose judgment raised; stored and dead-lettered")
LAG = Gauge("hallmonitor_lag_records", "records of audit.log not yet judged", ["partition"])
TURN_AGE = Gauge("hallmonitor_turn_age_seconds", "age of the oldest batch of the open turn", ["partition"])
LATE = Gauge("hallmonitor_late_events", "events behind their source's watermark", ["district", "source"])
REFUSED = Gauge("hallmonitor_dead_letters", "records refused", ["district", "source"])
