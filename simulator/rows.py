"""A row of a reference table, and what every OneRoster row begins with."""

Row = dict[str, str]
_MODIFIED = "2025-08-01T12:00:00Z"


def roster(source: str, **columns: str) -> Row:
    """A row of a OneRoster table with that sourcedId."""
    return {"sourcedId": source, "status": "active", "dateLastModified": _MODIFIED, **columns}
