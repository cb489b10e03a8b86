"""The one spelling under which accounts, hosts and MACs are looked up, whatever way a record or a CSV writes them."""

import re

_NO_MARKS = str.maketrans("", "", ":-. ")
_MAC = re.compile("[0-9a-f]{12}")


def account_name(text: str) -> str:
    """Without domain and case: `MAPLE\\VTech` and `vtech@acme.example` are both `vtech`."""
    return text.rsplit("\\", 1)[-1].split("@", 1)[0].strip().lower()


def host_name(text: str) -> str:
    """Lower-case, without a trailing dot or a machine account's `$`."""
    return text.strip().lower().rstrip(".").rstrip("$")


def short_name(host: str) -> str:
    """The first label of a host name; an address is left whole."""
    return host if ":" in host or host.replace(".", "").isdigit() else host.split(".", 1)[0]


def mac_text(text: str) -> str:
    """`aa:bb:cc:dd:ee:ff` from any of the usual spellings; empty where it is no MAC."""
    digits = text.translate(_NO_MARKS).lower()
    if not _MAC.fullmatch(digits):
        return ""
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}:{digits[6:8]}:{digits[8:10]}:{digits[10:]}"
