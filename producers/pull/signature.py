"""Amazon's signature of a question to S3 (version 4), by which a bucket knows who asks.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
boto3 would bring five packages, look for credentials by itself and follow a bucket to another host.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

from producers.pull.page import Ask

USUAL_REGION = "us-east-1"
_REGION = re.compile(r"(?:^|\.)s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$")
_NOTHING = sha256(b"").hexdigest()


def region_of(url: str) -> str:
    """The region that a bucket's address names."""
    found = _REGION.search(urlsplit(url).hostname or "")
    return found[1] if found else USUAL_REGION


@dataclass(frozen=True, repr=False)
class S3Signed:
    """Signs each question with an access key (`client_id`) and its secret."""

    client_id: str
    secret: str
    region: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """See `Login`."""
        return (self.secret,)

    def headers(self, ask: Ask, now_ms: int) -> dict[str, str]:
        """See `Login`."""
        return self.signed(ask, now_ms, {"x-amz-content-sha256": _NOTHING})

    def signed(self, ask: Ask, now_ms: int, more: dict[str, str]) -> dict[str, str]:
        """`more`, the time and the signature over both, as headers."""
        time = f"{datetime.fromtimestamp(now_ms // 1000, UTC):%Y%m%dT%H%M%SZ}"
        where = urlsplit(ask.url)
        sent = {"host": where.netloc.lower(), "x-amz-date": time, **more}
        names = ";".join(sorted(sent))
        query = "&".join(f"{quote(name, '~')}={quote(value, '~')}" for name, value in sorted(ask.params))
        lines = [f"{name}:{sent[name].strip()}" for name in sorted(sent)]
        asked = "\n".join(["GET", where.path or "/", query, *lines, "", names, _NOTHING])
        scope = f"{time[:8]}/{self.region}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", time, scope, sha256(asked.encode()).hexdigest()])
        signature = hmac.new(self._key(time[:8]), text.encode(), sha256).hexdigest()
        said = f"AWS4-HMAC-SHA256 Credential={self.client_id}/{scope},SignedHeaders={names},Signature={signature}"
        return {"x-amz-date": time, "Authorization": said, **more}

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for word in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, word.encode(), sha256).digest()
        return key

    def renew(self) -> bool:
        """See `Login`."""
        return False
