"""What district.yaml says of a pull, held against the product's table: feeds, keys, the secret, every mistake."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from model.district import FILE, District, OneRoster, Pull
from model.district import Source as Told
from model.mistake import Mistake
from model.spelling import meant
from producers.catalog import PRODUCTS
from producers.pull.failure import PullFailed
from producers.pull.feed import Feed, Login, Vendor
from producers.pull.oneroster import VENDOR as ROSTER

LARGEST_SECRET = 65_536  # bytes
_KEYS = ("url", "token_url", "tenant", "client_id", "event_hub", "path", "subject")


def pull_mistakes(root: Path, district: District) -> list[Mistake]:
    """What is wrong with the `pull:` of the sources of a folder, by file and key."""
    found: list[Mistake] = []
    for number, told in enumerate(district.sources):
        if told.pull:
            wrong = _mistakes(told, told.pull, root)
            found += [Mistake(FILE, f"sources.{number}.{key}", problem) for key, problem in wrong]
    if district.oneroster:
        found += [
            Mistake(FILE, f"oneroster.{key}", problem)
            for key, problem in _unreadable(district.oneroster, root, ROSTER.login)
        ]
    return found


def _mistakes(told: Told, pull: Pull, root: Path) -> list[tuple[str, str]]:
    vendor = PRODUCTS[told.product].pull
    if vendor is None:
        can = ", ".join(sorted(name for name, product in PRODUCTS.items() if product.pull))
        return [("pull", f"{told.product} cannot be pulled; these can: {can}")]
    found = [("pull", "the source says listen, too; keep one of them")] if told.listen else []
    needed = () if pull.event_hub and vendor.hub else vendor.keys
    found += [(f"pull.{key}", f"{told.product} needs it") for key in needed if not getattr(pull, key)]
    usable = {*vendor.keys, "url"} | ({"event_hub"} if vendor.hub else set())
    usable |= {"token_url"} if vendor.login in ("client", "service_account") else set()
    extra = [key for key in _KEYS if getattr(pull, key) and key not in usable]
    found += [(f"pull.{key}", f"means nothing for {told.product}") for key in extra]
    names = [feed.name for feed in vendor.feeds]
    found += [("pull.feeds", _no_feed(name, names)) for name in pull.feeds if name not in names]
    return found + [(f"pull.{key}", problem) for key, problem in _unreadable(pull, root, vendor.login)]


def _unreadable(told: Pull | OneRoster, root: Path, login: Login) -> list[tuple[str, str]]:
    try:
        secret_of(told, root, login)
    except PullFailed as failed:
        return [("secret_file", str(failed))]
    return []


def _no_feed(name: str, names: Sequence[str]) -> str:
    near = meant(name, names)
    return f"there is no feed {name!r}{f'; did you mean {near}?' if near else ''} There are {', '.join(names)}"


def secret_of(pull: Pull | OneRoster, root: Path, login: Login) -> str:
    """What the secret's file holds, without blanks around it: for every `login` but a service account's one line.

    A relative path begins at `root`. Raises `PullFailed`.
    """
    path = root / pull.secret_file
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_SECRET + 1)
    except OSError as error:
        raise PullFailed("credentials", f"{path} cannot be read: {error.strerror}") from error
    try:
        secret = content.decode().strip()
    except UnicodeDecodeError:
        secret = ""
    if not secret or len(content) > LARGEST_SECRET:
        raise PullFailed("credentials", f"{path} holds no secret: it must be one text of at most 64 KB")
    if login != "service_account" and not secret.isprintable():
        raise PullFailed("credentials", f"{path} must hold the secret on one line, and nothing else")
    return secret


def feeds_of(vendor: Vendor, pull: Pull) -> tuple[Feed, ...]:
    """The feeds that district.yaml names, else the usual ones; `{path}` in their paths is the district's."""
    if pull.feeds:
        found = [feed for feed in vendor.feeds if feed.name in pull.feeds]
    else:
        found = [feed for feed in vendor.feeds if feed.name not in vendor.optional]
    return tuple(replace(feed, path=feed.path.format(path=pull.path)) for feed in found)
