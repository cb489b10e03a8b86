"""Passwords in radius.log: with auth_badpass or auth_goodpass it writes `[user/password]`."""

import re

_LOGIN = re.compile(rb"((?:Login OK|Login incorrect|Invalid user|Multiple logins)[^\n]*?: \[)(.*)", re.S)
_CLOSED = re.compile(rb"\]\s+\(from ")


def strike_passwords(record: bytes) -> bytes:
    """The record with `***` for what stands behind the user's `/`; `host/fqdn` and `<via Auth-Type = eap>` stay.

    A line that breaks off inside the brackets is struck to its end. `domain/user` cannot be told from
    `user/password`, so its second half is struck too: use `DOM\\user` or `user@realm` with RADIUS.
    """
    match = _LOGIN.search(record)
    if not match:
        return record
    ends = list(_CLOSED.finditer(match[2]))
    inside, tail = (match[2][: ends[-1].start()], match[2][ends[-1].start() :]) if ends else (match[2], b"")
    return record[: match.start()] + match[1] + _struck(inside) + tail


def _struck(inside: bytes) -> bytes:
    machine = b"host/" if inside[:5].lower() == b"host/" else b""
    user, found, secret = inside[len(machine) :].partition(b"/")
    keep = not found or not secret or (secret.startswith(b"<") and secret.rstrip(b" ]").endswith(b">"))
    return inside if keep else inside[: len(machine)] + user + b"/***"
