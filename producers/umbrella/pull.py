"""Umbrella's log export in Cisco's managed bucket (or the district's own): a folder a log, in it a folder a day.

https://docs.umbrella.com/umbrella-user-guide/docs/log-format-and-versioning
"""

from datetime import timedelta

from producers.pull.feed import Feed, Files, Vendor


def _feed(name: str) -> Feed:
    return Feed(
        name=name,
        path=f"{{path}}/{name}",
        params=(),
        records=(),
        paging=Files(),
        identity=(),
        needs="the access key that Umbrella shows for its managed bucket, of Admin > Log Management",
        overlap=timedelta(hours=1),
        late=timedelta(hours=24),
        span=timedelta(days=1),
    )


PULL = Vendor(
    login="s3",
    keys=("url", "client_id", "path"),
    feeds=tuple(_feed(name) for name in ("dnslogs", "proxylogs", "firewalllogs", "auditlogs")),
    optional=("firewalllogs", "auditlogs"),
)
