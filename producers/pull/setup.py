"""From what district.yaml says of a pull to whoever asks the vendor: its address, its login, the spool."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from model.district import Pull
from producers.pull.bucket import BucketPuller
from producers.pull.client import Client, post_form
from producers.pull.failure import PullFailed
from producers.pull.feed import Vendor
from producers.pull.hub import HubPuller
from producers.pull.login import DuoSigned, Fixed, Granted, Login, account_form, client_form, scope_form
from producers.pull.puller import FARTHEST, Puller
from producers.pull.signature import S3Signed, region_of
from producers.pull.told import feeds_of, secret_of
from producers.source import Source
from producers.transports.spool import Spool

FIRST = timedelta(days=7)  # what the first pull reaches back
GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
Wait = Callable[[float], Any]


def vendor_of(source: Source) -> tuple[Vendor, Pull]:
    """The API of a source that is pulled."""
    if source.product.pull is None or source.pull is None:
        raise PullFailed("address", f"source {source.id} is not pulled")
    return source.product.pull, source.pull


def url_of(vendor: Vendor, pull: Pull) -> str:
    """Where the API is."""
    return pull.url or vendor.url


def client_for(
    vendor: Vendor, pull: Pull, root: Path, http: httpx.Client, now_ms: Callable[[], int], wait: Wait
) -> Client:
    """Who asks a vendor as `pull` says. Raises `PullFailed`."""
    return Client(
        url_of(vendor, pull), _login(vendor, pull, secret_of(pull, root, vendor.login), http, wait), http, now_ms, wait
    )


def puller_of(
    source: Source, root: Path, http: httpx.Client, now_ms: Callable[[], int], wait: Wait, spool: Spool
) -> Puller | HubPuller:
    """What pulls a source into its spool. Raises `PullFailed`, and ValueError for a state that is not ours."""
    vendor, pull = vendor_of(source)
    if pull.event_hub:
        return HubPuller(pull.event_hub, secret_of(pull, root, vendor.login), spool)
    client = client_for(vendor, pull, root, http, now_ms, wait)
    kind = BucketPuller if vendor.login == "s3" else Puller
    return kind(url_of(vendor, pull), feeds_of(vendor, pull), client, spool, _begin(source, pull, now_ms()))


def _begin(source: Source, pull: Pull, at_ms: int) -> int:
    since = pull.since
    if since is None:
        return at_ms - round(FIRST.total_seconds() * 1000)
    aware = since if since.tzinfo else since.replace(tzinfo=source.timezone)
    return max(round(aware.timestamp() * 1000), at_ms - round(FARTHEST.total_seconds() * 1000))


def _login(vendor: Vendor, pull: Pull, secret: str, http: httpx.Client, wait: Wait) -> Login:
    if vendor.login == "okta_token":
        return Fixed("SSWS", secret)
    if vendor.login == "duo":
        return DuoSigned(pull.client_id or "", secret)
    if vendor.login == "s3":
        return S3Signed(pull.client_id or "", secret, region_of(pull.url or ""))
    if vendor.login == "service_account":
        form, key = account_form(secret, pull.subject or "", vendor.scope)
        secrets = (secret, key)
        return Granted(pull.token_url or GOOGLE_TOKENS, form, post_form(http, wait, secrets), secrets)
    if vendor.login == "client_basic":
        known = (pull.client_id or "", secret)
        form = scope_form(vendor.scope)
        return Granted(pull.token_url or "", form, post_form(http, wait, (secret,), known), (secret,))
    url = pull.token_url or vendor.token_url.format(tenant=pull.tenant, url=(pull.url or "").rstrip("/"))
    form = client_form(pull.client_id or "", secret, vendor.scope)
    return Granted(url, form, post_form(http, wait, (secret,)), (secret,))
