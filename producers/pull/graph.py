"""What the feeds of Microsoft Graph share: the filter on a time, `@odata.nextLink`, the token's server.

https://learn.microsoft.com/graph/paging
"""

from datetime import timedelta

from producers.pull.feed import Feed, NextLink

URL = "https://graph.microsoft.com"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
SCOPE = "https://graph.microsoft.com/.default"
KEYS = ("tenant", "client_id")
NEXT = NextLink(("@odata.nextLink",))


def timed(name: str, path: str, time: str, needs: str, late: timedelta, more: str = "", size: int = 999) -> Feed:
    """A feed whose records have a `time`; `more` is another condition of its filter."""
    condition = f"{time} ge {{begin}} and {time} lt {{end}}{more}"
    params = (("$filter", condition), ("$orderby", time), ("$top", str(size)))
    return Feed(name, path, params, ("value",), NEXT, ("id",), needs, late=late)
