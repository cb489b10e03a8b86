"""A district whose proxy log grows while it is read: everybody browses, and now and then somebody steps around."""

import time
from collections.abc import Iterator
from pathlib import Path

PEOPLE = 500
EVERY = 0.25  # seconds between two planted violations
FILE = "logs/proxy/access.log"
_YAML = """\
id: growing
name: Growing District
timezone: America/Chicago
policy: union-ok
sources:
- id: proxy
  product: squid
"""


def found_district(folder: Path, planted: int) -> None:
    """Write the folder: people 0 to PEOPLE browse, those behind them step around the filter, once each."""
    (folder / "reference").mkdir(parents=True)
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).touch()
    (folder / "district.yaml").write_text(_YAML)
    names = [f"user{n}" for n in range(PEOPLE + planted)]
    users = "".join(f"p{n},active,true,{name},Given,Family\n" for n, name in enumerate(names))
    head = "sourcedId,status,enabledUser,username,givenName,familyName\n"
    (folder / "reference" / "users.csv").write_text(head + users)
    accounts = "".join(f"{name},p{n},personal\n" for n, name in enumerate(names))
    (folder / "reference" / "accounts.csv").write_text("account,person,kind\n" + accounts)
    (folder / "reference" / "domains.csv").write_text("domain,category\ntunnel.example,proxy_avoidance\n")


def line(at: float, name: str, code: str, method: str, url: str) -> str:
    """A line of squid's native log."""
    number = int(name[4:])
    address = f"10.{number >> 8 & 255}.{number & 255}.9"
    return f"{at:.3f}    113 {address} {code} 5800 {method} {url} {name} HIER_DIRECT/203.0.113.9 text/html\n"


def around(at: float, name: str) -> Iterator[str]:
    """A refused request, a search and a request that gets through: the third completes the violation."""
    yield line(at, name, "TCP_DENIED/403", "GET", "http://tunnel.example/")
    yield line(at, name, "TCP_MISS/200", "GET", "http://search.example/?q=unblocked+games")
    yield line(at + 0.001, name, "TCP_MISS/200", "GET", "http://tunnel.example/in")


def grow(path: Path, rate: int, seconds: float) -> tuple[int, dict[str, float]]:
    """Write `rate` lines a second for so long; returns how many, and when (s) each violation was completed."""
    completed: dict[str, float] = {}
    written, began = 0, time.time()
    with path.open("a", buffering=1 << 20) as out:
        while (elapsed := time.time() - began) < seconds:
            while written < elapsed * rate:
                at = time.time()
                out.write(
                    line(at, f"user{written % PEOPLE}", "TCP_MISS/200", "GET", f"http://site{written % 997}.example/")
                )
                written += 1
            if len(completed) < elapsed / EVERY:
                name = f"user{PEOPLE + len(completed)}"
                out.writelines(around(time.time(), name))
                written += 3
                out.flush()
                completed[name] = time.time()
            out.flush()
            time.sleep(0.005)
    return written, completed
