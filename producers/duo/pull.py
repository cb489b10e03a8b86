"""Duo's Admin API as a table: the logs of version 2, which go on at `metadata.next_offset`.

https://duo.com/docs/adminapi#logs
"""

from datetime import timedelta

from producers.pull.feed import Feed, Token, Vendor

_NEEDS = "the permission “Grant read log” of the Admin API application"
_SETTLE = timedelta(minutes=2)  # Duo shows nothing younger than two minutes


def _feed(name: str, records: str, identity: str) -> Feed:
    return Feed(
        name=name,
        path=f"/admin/v2/logs/{name}",
        params=(("mintime", "{begin}"), ("maxtime", "{end}"), ("limit", "1000"), ("sort", "ts:asc")),
        records=("response", records),
        paging=Token(("response", "metadata", "next_offset"), "next_offset"),
        identity=(identity,),
        needs=_NEEDS,
        stamp="ms",
        settle=_SETTLE,
    )


PULL = Vendor(
    login="duo",
    keys=("url", "client_id"),
    feeds=(_feed("authentication", "authlogs", "txid"), _feed("activity", "items", "activity_id")),
)
