"""The innocent explanations of a device without the filter that can be tested, each with its answer."""

from model.violation import Innocent
from streams.detection import Case
from streams.detections.unfiltered_device.days import SilentDay, rules_of
from streams.detections.unfiltered_device.sight import AGENT_ON, TUNNEL
from streams.evidence.plain_words import counted, length, listed


def innocents(case: Case, days: list[SilentDay]) -> list[Innocent]:
    """Late uploads, an outage, a tunnel, sleep, a captive portal, an agent never installed or put back."""
    return [
        _late_upload(case),
        _outage(case, days),
        _tunnel(case, days),
        _asleep(),
        _portal(days),
        _never_named(case),
        _put_back(case, days),
    ]


def _told(explanation: str, answer: str, holds: bool = False) -> Innocent:
    return Innocent(explanation=explanation, answer=answer, holds=holds)


def _late_upload(case: Case) -> Innocent:
    hours = rules_of(case.policy).verdict_hours
    return _told("late_upload", f"{hours} hours after the last proof the filter's log still had nothing of the device.")


def _outage(case: Case, days: list[SilentDay]) -> Innocent:
    told = listed([f"{f.silent} of {f.online} on {day.day.isoformat()}" for day in days if (f := day.fleet)])
    if not told:
        return _told("filter_outage", "Not asked: without its agent the device is not filtered, outage or not.")
    return _told(
        "filter_outage",
        f"Devices online elsewhere in the same hours of which the filter had nothing: {told}. So it worked.",
    )


def _tunnel(case: Case, days: list[SilentDay]) -> Innocent:
    if not any(proof.kind == TUNNEL for day in days for proof in day.proofs):
        return _told("vpn_tunnel", "No VPN tunnel of the device was open.")
    if rules_of(case.policy).full_tunnel:
        return _told("vpn_tunnel", "The time in its VPN tunnels was not counted.")
    return _told("vpn_tunnel", "It opened a VPN tunnel, and by the policy pack tunnels do not carry all its traffic.")


def _asleep() -> Innocent:
    return _told("asleep", "Not counted: renewed sign-ins, rows of device lists, leases. A sleeping device has those.")


def _portal(days: list[SilentDay]) -> Innocent:
    longest = max(stretch.interval.length for day in days for stretch in day.stretches)
    return _told("captive_portal", f"It was online for {length(longest)} in one stretch; a sign-in page takes less.")


def _never_named(case: Case) -> Innocent:
    """Whether the filter knows the device at all: else its agent may never have been installed, or has another name."""
    seen = sum(s.count for s in case.sightings if s.kind == "filtered")
    if seen:
        return _told("agent_missing", f"The filter has {counted(seen, 'record')} of the device in the days around.")
    return _told(
        "agent_missing", "The filter has no record of the device in the days around: its agent may be missing."
    )


def _put_back(case: Case, days: list[SilentDay]) -> Innocent:
    gone = next((day.agent for day in days if day.agent), None)
    if gone is None:
        return _told("agent_put_back", "No record tells that the filter's agent went from the device before.")
    others = sorted({s.app for s in case.sightings if s.kind == AGENT_ON and s.at >= gone.at and s.app})
    answer = (
        f"After {gone.app} went from the device, no record tells that it came back or that the filter saw the device."
    )
    if others:
        answer += f" Another agent was installed or started after it: {listed(others)}."
    return _told("agent_put_back", answer)
