"""Who sat at a device from when to when: the sessions of each account there, as far as records show them.

A sitting goes from its first input to its last, or on to the logoff or lock that is recorded. What is cut by a lock
and goes on within the idle timeout is one sitting. A session over the network is one, too; to switch or disconnect from
one ends it. An end that nobody recorded is never made up: it ends with its last
input.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from streams.attribution.timeline import SITTING_CAP
from streams.detection import Case
from streams.patterns.intervals import Interval
from streams.patterns.usage import Use, device_key, is_input, uses
from streams.sighting import Sighting


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of one account at one device; `uses` are its parts, in order."""

    account: str
    person: str | None
    device: str
    uses: tuple[Use, ...]

    @property
    def interval(self) -> Interval:
        """From its first input to where its last part ended."""
        return Interval(self.uses[0].at, self.uses[-1].until)

    @property
    def inputs(self) -> list[Sighting]:
        """What the person did there, in order."""
        return [sighting for use in self.uses for sighting in use.inputs]

    @property
    def shown_by(self) -> list[Sighting]:
        """All that shows it."""
        return [sighting for use in self.uses for sighting in use.shown_by]

    @property
    def close(self) -> str:
        """`recorded` where a logoff, a lock or a switch to another ended it, else `last input`."""
        return "recorded" if self.uses[-1].closed_by else "last input"

    @property
    def signed_in(self) -> bool:
        """Whether a sign-in at the device itself shows it, and not web traffic alone."""
        return any(sighting.kind != "web.requested" for sighting in self.inputs)

    @property
    def site(self) -> str | None:
        """Where it was, if any part tells."""
        return next((use.site for use in self.uses if use.site), None)


def sittings(case: Case, sightings: Iterable[Sighting]) -> list[Sitting]:
    """Every sitting at every device, in order of time. `sightings` are of any accounts, in any order.

    Whoever comes to a device ends the sittings of the others there.
    """
    told = {sighting.event_id: sighting for sighting in sightings}
    by_account: dict[str, list[Sighting]] = {}
    for sighting in map(_as_session, told.values()):
        by_account.setdefault(sighting.account or "", []).append(sighting)
    came = [s for seen in by_account.values() for s in seen if is_input(s) and s.kind != "web.requested"]
    found: list[Sitting] = []
    for account, seen in by_account.items():
        of_device: dict[str, list[Use]] = {}
        for use in uses(seen, lambda device: _class_of(case, device), case.policy.idle_ms, SITTING_CAP):
            of_device.setdefault(use.device, []).append(_as_told(_until_another(use, account, came), told))
        for device, parts in of_device.items():
            found += _joined(account, device, parts, case.policy.idle_ms(parts[0].device_class))
    return sorted(found, key=lambda one: (one.interval, one.device, one.account))


def _as_session(sighting: Sighting) -> Sighting:
    """As a session goes: one over the network is a session too, and whoever goes from it leaves it.

    That somebody else came is looked up here (`came`), for a sitting goes on until then.
    """
    sighting = replace(sighting, taken_at=None)
    if sighting.kind == "session.disconnected":
        return replace(sighting, kind="account.logged_off", logon_type=None)
    return replace(sighting, logon_type="interactive") if sighting.logon_type == "remote" else sighting


def _as_told(use: Use, told: dict[str, Sighting]) -> Use:
    """The use with the events as they were."""
    use.inputs = [told[one.event_id] for one in use.inputs]
    use.closed_by = told[use.closed_by.event_id] if use.closed_by else None
    return use


def _class_of(case: Case, device: str) -> str | None:
    known = case.reference.device(device, case.started_at) or case.reference.device(device, case.ended_at)
    return known.device_class if known else None


def _until_another(use: Use, account: str, came: list[Sighting]) -> Use:
    """The use as it ended when somebody else came to the device; only its end after the last input can be cut."""
    last = max(run.until for run in use.inputs)
    others = [s.at for s in came if s.account != account and device_key(s) == use.device and last < s.at < use.until]
    if others:
        use.until, use.closed_by = min(others), None
    return use


def _joined(account: str, device: str, parts: list[Use], idle: int) -> list[Sitting]:
    """Parts no further apart than the idle timeout are one session, unless the person had logged off."""
    groups: list[list[Use]] = []
    for use in parts:
        last = groups[-1][-1] if groups else None
        over = last is None or (last.closed_by is not None and last.closed_by.kind == "account.logged_off")
        if last is None or over or use.at > last.until + idle:
            groups.append([])
        groups[-1].append(use)
    return [Sitting(account, _person(group), device, tuple(group)) for group in groups]


def _person(group: list[Use]) -> str | None:
    return next((run.person for use in group for run in use.inputs if run.person), None)
