"""Why a pull failed, in words for whoever has to mend it. No word of a secret is ever in them."""

import json
import re
from typing import Literal
from urllib.parse import quote, quote_plus

Kind = Literal["host", "tls", "proxy", "credentials", "scope", "limit", "server", "answer", "address", "size", "full"]
SHOWN = 200  # characters of a vendor's own words


class PullFailed(RuntimeError):
    """A pull that did not succeed. `passing`: the same may succeed in a moment, `after` so many seconds (0: any)."""

    def __init__(self, kind: Kind, said: str, *, passing: bool = False, after: float = 0.0) -> None:
        super().__init__(said)
        self.kind, self.passing, self.after = kind, passing, after


def plain(words: str, secrets: tuple[str, ...] = ()) -> str:
    """What a vendor says, short, on one line, without the secrets that it may have repeated."""
    written = {way for secret in secrets if secret for way in _written(secret)}
    for secret in sorted(written, key=len, reverse=True):
        words = words.replace(secret, "***")
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())[:SHOWN]


def _written(secret: str) -> set[str]:
    """A secret as it is, and as it stands in an address, in a form and in JSON."""
    quoted = {quote(secret), quote(secret, ""), quote_plus(secret)}
    small = {re.sub("%..", lambda found: found[0].lower(), one) for one in quoted}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret} | quoted | small | escaped | {one.replace("/", "\\/") for one in escaped}
