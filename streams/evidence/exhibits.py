"""Events as evidence shows them: what somebody at a device did, in plain words; and numbers with their events."""

from model.event import format_ms
from model.violation import Exhibit, Measure
from streams.sighting import Sighting

_SHOWS = {
    "account.logged_on": "logged on to",
    "session.unlocked": "unlocked the screen of",
    "session.reconnected": "reconnected to",
    "session.locked": "locked the screen of",
    "session.disconnected": "disconnected without logging off from",
    "screen_saver.started": "was idle until the screen saver started on",
    "account.logged_off": "logged off from",
    "device.stopped": "was signed in until the device was switched off:",
    "web.requested": "used the web on",
    "tunnel.opened": "opened a VPN connection from",
    "tunnel.closed": "closed the VPN connection from",
    "tunnel.addressed": "was given an inside address for the VPN connection from",
    "tunnel.reported": "was connected by VPN from",
}


def exhibit(sighting: Sighting) -> Exhibit:
    """What one event, or a run of like ones, shows."""
    where = sighting.device_id or sighting.device or sighting.address
    return Exhibit(
        event_id=sighting.event_id,
        occurred_at=format_ms(sighting.told_at),
        source_id=sighting.source_id,
        shows=f"{sighting.account} {_SHOWS.get(sighting.kind, f'{sighting.kind} on')} {where}",
        account=sighting.account,
        person=sighting.person,
        device_id=sighting.device_id,
        address=sighting.address,
        site=sighting.site,
        count=sighting.count if sighting.count > 1 else None,
        until=format_ms(sighting.told_until) if sighting.until > sighting.at else None,
        last_event_id=sighting.last_event_id if sighting.last_event_id != sighting.event_id else None,
    )


def measure(name: str, value: float, threshold: float, unit: str, ids: list[str]) -> Measure:
    """A number of the verdict, beside its threshold; each event once."""
    return Measure(name=name, value=value, threshold=threshold, unit=unit, event_ids=list(dict.fromkeys(ids)))
