"""Google Workspace admin reports: sign-ins, ChromeOS devices and browsers, tokens, administrators."""

from datetime import timedelta

from producers.google_workspace.meanings import ALL, DEVELOPER, GROUPS, LOCATED, MOBILE, POWERWASH, WATCHED
from producers.google_workspace.parser import parse
from producers.google_workspace.pull import PULL
from producers.product import Product

PRODUCT = Product(
    name="google_workspace",
    title="Google Workspace Reports API (login, chrome, token, admin, drive)",
    about=(
        "Activities of the Reports API as files, one per line or in pages: logins, ChromeOS sessions, "
        "extensions, administration, downloads and shares of Drive. ChromeOS reports when the device is next online."
    ),
    categories=("auth", "device", "proxy"),
    yields=(
        *sorted(
            {
                known.action
                for known in (*ALL.values(), *GROUPS.values(), *MOBILE.values(), DEVELOPER, LOCATED, POWERWASH, WATCHED)
            }
        ),
        "record.unrecognised",
    ),
    lateness=timedelta(hours=36),  # ChromeOS devices upload when they are next online
    parse=parse,
    framing="json",
    pull=PULL,
)
