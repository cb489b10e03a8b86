"""Computers of the Jamf Pro API as a table: those that reported since, page by page.

https://developer.jamf.com/jamf-pro/reference/get_v1-computers-inventory
"""

from datetime import timedelta

from producers.pull.feed import Feed, Numbered, Vendor

_SIZE = 100

PULL = Vendor(
    login="client",
    keys=("url", "client_id"),
    token_url="{url}/api/oauth/token",
    feeds=(
        Feed(
            name="computers",
            path="/api/v1/computers-inventory",
            params=(
                *(("section", "GENERAL"), ("section", "HARDWARE"), ("section", "USER_AND_LOCATION")),
                *(("page", "0"), ("page-size", str(_SIZE)), ("sort", "general.reportDate:asc")),
                ("filter", 'general.reportDate=ge="{begin}";general.reportDate=lt="{end}"'),
            ),
            records=("results",),
            paging=Numbered("page", _SIZE, ("totalCount",)),
            identity=("udid", "general.reportDate"),
            needs="an API role with the privilege Read Computers",
            late=timedelta(hours=24),
            span=timedelta(days=1),
        ),
    ),
)
