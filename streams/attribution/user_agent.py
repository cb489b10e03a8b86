"""The operating system that a browser says it runs on: a claim, good for contradicting what a network card shows."""

from functools import lru_cache

_SYSTEMS = (
    ("CrOS", "ChromeOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("Macintosh", "macOS"),
)
# Systems that one machine may show: an iPad calls itself a Macintosh at times, a Chromebook runs Android's apps.
_KIN = {"iPhone": "Apple", "iPad": "Apple", "macOS": "Apple", "ChromeOS": "Google", "Android": "Google"}
# What a device of the class never is.
_NEVER = {
    "shared_tablet": frozenset({"Windows", "ChromeOS"}),
    **dict.fromkeys(("lab", "kiosk", "library", "testing", "cart", "server", "vdi"), frozenset({"iPhone"})),
}
LONGEST = 512  # characters that are looked at


def system_of(user_agent: str | None) -> str | None:
    """The system that a user agent names; None where it names none that we know."""
    return _system_of(user_agent[:LONGEST]) if user_agent else None


@lru_cache(maxsize=4096)
def _system_of(user_agent: str) -> str | None:
    return next((system for word, system in _SYSTEMS if word in user_agent), None)


def strangers(systems: set[str], device_class: str | None) -> list[str]:
    """The systems that cannot all be of one device of this class, in order; empty where they can."""
    families = {_KIN.get(system, system) for system in systems}
    never = systems & _NEVER.get(device_class or "", frozenset())
    return sorted(systems) if len(families) > 1 else sorted(never)
