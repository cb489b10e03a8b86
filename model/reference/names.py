"""The one spelling under which accounts, hosts and MACs are looked up, whatever way a record or a CSV writes them."""


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
    digits = "".join(letter for letter in text.lower() if letter not in ":-. ")
    if len(digits) != 12 or any(letter not in "0123456789abcdef" for letter in digits):
        return ""
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))
