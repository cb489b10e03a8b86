"""Winlogbeat's JSON, also as Elastic Agent wraps it: `winlog` since 7.0, the same names at the top level before.

https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog
"""

from producers.windows_security.entry import Data, Entry, integer, outcome_of, text


def entry_of(document: Data) -> Entry | None:
    """The entry, or None if there is no event id in it."""
    winlog, event = _object(document, "winlog") or document, _object(document, "event")
    code = integer(winlog.get("event_id"))
    if code is None:
        code = integer(event.get("code"))
    if code is None:
        return None
    return Entry(
        code,
        _object(winlog, "event_data") or _object(winlog, "user_data"),
        at=text(winlog, "time_created") or text(document, "@timestamp"),
        received=text(event, "created"),
        computer=text(winlog, "computer_name") or text(_object(document, "host"), "name"),
        provider=text(winlog, "provider_name") or text(winlog, "source_name"),
        channel=text(winlog, "channel") or text(winlog, "log_name"),
        number=text(winlog, "record_id") or text(winlog, "record_number"),
        outcome=_outcome(event) or outcome_of(winlog.get("keywords") or winlog.get("keywords_raw")),
        user=(text(_object(winlog, "user"), "name"), text(_object(winlog, "user"), "domain")),
    )


def _object(parent: Data, name: str) -> Data:
    child = parent.get(name)
    return child if type(child) is dict else {}


def _outcome(event: Data) -> str | None:
    outcome = event.get("outcome")
    return outcome if outcome in ("success", "failure") else None
