"""Why a pull failed, in words for whoever has to mend it. No word of a secret is ever in them."""

from typing import Literal

Kind = Literal["host", "tls", "proxy", "credentials", "scope", "limit", "server", "answer", "address", "full"]
SHOWN = 200  # characters of a vendor's own words


class PullFailed(RuntimeError):
    """A pull that did not succeed. `passing`: the same may succeed in a moment, `after` so many seconds (0: any)."""

    def __init__(self, kind: Kind, said: str, *, passing: bool = False, after: float = 0.0) -> None:
        super().__init__(said)
        self.kind, self.passing, self.after = kind, passing, after


def plain(words: str, secrets: tuple[str, ...] = ()) -> str:
    """What a vendor says, short, on one line, without the secrets that it may have repeated."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        words = words.replace(secret, "***")
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())[:SHOWN]
