"""The one spelling under which accounts, hosts and MACs are looked up, whatever way a record or a CSV writes them."""

import re
from string import ascii_lowercase, ascii_uppercase, whitespace

_MARKS = re.compile("[^a-z0-9]")
_NO_SERIALS = frozenset(
    {"none", "null", "na", "nil", "unknown", "undefined", "default", "defaultstring", "empty", "invalid", "oem", "test"}
    | {"tobefilledbyoem", "filledbyoem", "systemserialnumber", "serialnumber", "chassisserialnumber", "serial", "sn"}
    | {"baseboardserialnumber", "boardserialnumber", "notspecified", "notavailable", "notapplicable", "notset"}
    | {"noserial", "noserialnumber", "systemserial", "chassisserial", "notdefined", "unspecified", "tbd"}
)
_COUNTED = ("0123456789" * 4)[1:]  # 12345678, 0123456789, and the like
_NO_MARKS = str.maketrans("", "", ":-. ")
_MAC = re.compile("[0-9a-f]{12}")
_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def folded(text: str) -> str:
    """The text with A to Z made small and nothing else changed: a Kelvin sign is no `k`, a full-width `ｔ` no `t`."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def realm_name(text: str | None) -> str | None:
    """A realm (mail domain, Windows domain, Kerberos or RADIUS realm) as it is compared; None where there is none.

    A dot alone stays: it is how Windows writes the machine's own accounts.
    """
    plain = folded((text or "").strip(whitespace))
    return plain.rstrip(".") or plain or None


def account_parts(text: str) -> tuple[str | None, str | None]:
    r"""A user as (account, realm): `user`, `DOM\user`, `domain/user`, `user@realm`, `host/fqdn`; None for what is
    empty.

    A machine keeps its `$`, and `host/pc.example.org` (802.1X) is the machine account `pc$` of `example.org`.
    A distinguished name stays whole: its backslashes are escapes.
    """
    text = folded(text.strip(whitespace))
    if _is_distinguished(text):
        return text, None
    if text.startswith("host/"):
        return _machine(text[5:])
    for separator in ("\\", "/"):
        domain, found, name = text.partition(separator)
        if found:
            return name.lstrip("\\") or None, realm_name(domain)
    name, found, realm = text.rpartition("@")
    return (name or None, realm_name(realm)) if found and realm else (text or None, None)


def _is_distinguished(text: str) -> bool:
    return "=" in text and text.startswith(("cn=", "uid=", "ou=", "dc=", "o=")) and "," in text


def _machine(fqdn: str) -> tuple[str | None, str | None]:
    host, _, realm = fqdn.partition("@")
    name, _, domain = host.partition(".")
    return (f"{name}$" if name else None), realm_name(realm or domain)


def account_name(text: str) -> str:
    r"""Without realm and case: `MAPLE\VTech` and `vtech@acme.example` are both `vtech`."""
    return account_parts(text)[0] or ""


def qualified(account: str, realm: str) -> str:
    r"""The name of an account of another realm than the district's: `tbell@gmail.com`, `lab-7\tbell` of a machine."""
    return f"{account}@{realm}" if "." in realm.strip(".") else f"{realm}\\{account}"


def host_name(text: str) -> str:
    """Lower-case, without a trailing dot or a machine account's `$`."""
    return folded(text.strip(whitespace)).rstrip(".").rstrip("$")


def short_name(host: str) -> str:
    """The first label of a host name; an address is left whole."""
    return host if ":" in host or host.replace(".", "").isdigit() else host.split(".", 1)[0]


def serial_number(text: str | None) -> str:
    """The serial number without blanks around it; empty where a maker left the field as it came, so that any number of
    machines have the same: `0`, `To be filled by O.E.M.`, `System Serial Number`, one digit over and over.
    """
    written = (text or "").strip(whitespace)
    plain = _MARKS.sub("", folded(written))
    counted = len(plain) > 4 and plain in _COUNTED
    return "" if plain in _NO_SERIALS or len(set(plain)) < 2 or counted else written


def mac_text(text: str) -> str:
    """`aa:bb:cc:dd:ee:ff` from any of the usual spellings; empty where it is no MAC."""
    digits = text.translate(_NO_MARKS).lower()
    if not _MAC.fullmatch(digits):
        return ""
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}:{digits[6:8]}:{digits[8:10]}:{digits[10:]}"
