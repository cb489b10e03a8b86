"""Okta's System Log API as a table: bounded questions, whose next page the Link header names.

https://developer.okta.com/docs/reference/system-log-query/
"""

from datetime import timedelta

from producers.pull.feed import Feed, LinkHeader, Vendor

PULL = Vendor(
    login="okta_token",
    keys=("url",),
    feeds=(
        Feed(
            name="logs",
            path="/api/v1/logs",
            params=(("since", "{begin}"), ("until", "{end}"), ("sortOrder", "ASCENDING"), ("limit", "1000")),
            records=(),
            paging=LinkHeader(),
            identity=("uuid",),
            needs="a token of an administrator who may read the System Log (Read-only Administrator is enough)",
            late=timedelta(hours=1),
        ),
    ),
)
