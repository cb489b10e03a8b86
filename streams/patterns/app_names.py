"""Which entry of a list in the pack names an app."""

from collections.abc import Iterable


def entry_of(app: str | None, names: Iterable[str]) -> str | None:
    """The entry that is the app's whole name, or its beginning where the entry ends with `*`; case does not matter.

    A part of a name names nothing: any app may have a maker's or a product's word in its name.
    """
    name = (app or "").strip().lower()
    return next((one for one in names if _covers(one.lower(), name)), None)


def _covers(entry: str, name: str) -> bool:
    return name.startswith(entry[:-1]) if entry.endswith("*") else name == entry
