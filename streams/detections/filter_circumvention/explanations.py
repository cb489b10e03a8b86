"""The innocent explanations of a way around the filter that can be tested, each with its answer."""

from collections.abc import Iterator, Sequence

from model.violation import Innocent
from streams.detection import Case
from streams.detections.filter_circumvention.excuses import FilterExcuses
from streams.detections.filter_circumvention.host_category import is_relay, said_category
from streams.detections.filter_circumvention.signals import Signal, rules_of
from streams.evidence.plain_words import counted, listed
from streams.sighting import Sighting

SHARED_CLASSES = frozenset({"cart", "lab", "kiosk", "library", "testing", "shared_tablet"})


def innocents(
    case: Case, today: Sequence[Sighting], signals: Sequence[Signal], void: Sequence[Signal], excuses: FilterExcuses
) -> list[Innocent]:
    """`today`: all that was remembered; `signals`: what counted; `void`: what a change in ratings explains."""
    return list(_all(case, today, signals, void, excuses))


def _all(
    case: Case, today: Sequence[Sighting], signals: Sequence[Signal], void: Sequence[Signal], excuses: FilterExcuses
) -> Iterator[Innocent]:
    yield _advertising(case, today)
    yield _page_load(signals)
    yield _relay(today)
    yield _own_gateway(case, today)
    yield _system_traffic()
    yield _feed(case, void)
    yield _shared_device(case, signals)
    yield _shared_address(case, signals)
    yield _security_class(excuses)


def _told(explanation: str, answer: str, holds: bool = False) -> Innocent:
    return Innocent(explanation=explanation, answer=answer, holds=holds)


def _advertising(case: Case, today: Sequence[Sighting]) -> Innocent:
    """What the filter calls a proxy and the district calls something else."""
    counting = rules_of(case.policy).categories
    cleared = set()
    for sighting in today:
        row = case.reference.domain_category(sighting.domain, sighting.at) if sighting.domain else None
        if row and row.category not in counting and said_category(sighting.url_category, case.policy) in counting:
            cleared.add(f"{sighting.domain} ({row.category})")
    if cleared:
        return _told(
            "ad_or_cdn_rated_proxy",
            f"Not counted, because the district rates it differently: {listed(sorted(cleared))}.",
        )
    return _told("ad_or_cdn_rated_proxy", "The district's domains.csv lists none of these hosts as harmless.")


def _page_load(signals: Sequence[Signal]) -> Innocent:
    requests = [signal.sighting.count for signal in signals if signal.kind in ("blocked", "allowed")]
    hosts = {(signal.kind, signal.host) for signal in signals if signal.kind in ("blocked", "allowed")}
    if not requests:
        return _told("one_page_load", "No web request counts in this finding.")
    answer = (
        f"{counted(sum(requests), 'request')} to {counted(len(hosts), 'host')}. A host counts once in the time window"
    )
    return _told("one_page_load", f"{answer}, and each minute counts at most two refused hosts.")


def _relay(today: Sequence[Sighting]) -> Innocent:
    asked = sum(sighting.count for sighting in today if is_relay(sighting.domain))
    answer = (
        f"{counted(asked, 'request')} to Apple's private relay were not counted." if asked else "No request went to it."
    )
    return _told("private_relay", answer)


def _own_gateway(case: Case, today: Sequence[Sighting]) -> Innocent:
    tunnels = [s for s in today if s.kind == "tunnel" and s.destination]
    ours = sorted({s.destination for s in tunnels if s.destination and case.reference.network(s.destination, s.at)})
    answer = (
        f"Tunnels to {listed(ours)} were not counted: networks.csv lists these addresses."
        if ours
        else "No tunnel went to an address in networks.csv."
    )
    return _told("district_or_vendor_vpn", answer)


def _system_traffic() -> Innocent:
    return _told(
        "system_traffic", "Teredo and other tunnels that the operating system opens by itself are never counted."
    )


def _feed(case: Case, void: Sequence[Signal]) -> Innocent:
    if not void:
        return _told(
            "feed_change",
            "Too few people at the school did the same at the same time for a change in the filter's ratings to be the"
            " reason.",
        )
    marks = sorted({signal.host for signal in void})
    within = f"within {rules_of(case.policy).fleet_minutes} min"
    spikes = "; ".join(f"{s.people} of {s.active} people first showed {s.mark} {within}" for s in case.spikes)
    return _told("feed_change", f"Not counted: {listed(marks)}. {spikes}: the filter's ratings seem to have changed.")


def _shared_device(case: Case, signals: Sequence[Signal]) -> Innocent:
    found = signals[0].sighting
    device = case.reference.device(found.device_id, found.at) if found.device_id else None
    if device is None or device.device_class not in SHARED_CLASSES:
        return _told("shared_device", "The device is not listed as a shared one.")
    who = "whoever was signed in at that minute" if found.person else "the device only, because nobody was signed in"
    shared = f"{device.device_id} is a shared device ({device.device_class})"
    return _told("shared_device", f"{shared}. Each sign is counted for {who}.")


def _shared_address(case: Case, signals: Sequence[Signal]) -> Innocent:
    networks = {case.reference.network(s.sighting.address, s.at) for s in signals if s.sighting.address}
    shared = sorted({network.kind for network in networks if network and network.shared})
    if not shared:
        return _told("shared_address", "No address that many people share was used to identify anybody.")
    return _told(
        "shared_address",
        f"The address is in a network that many people share ({listed(shared)}), so it identifies nobody by itself.",
    )


def _security_class(excuses: FilterExcuses) -> Innocent:
    held = [row.reference.split("@")[0] for row in excuses.weighed.values() if row.failed is None]
    if held:
        return _told("consent_or_security_class", f"Some or all of it is allowed by {listed(held)}.", holds=True)
    if not excuses.weighed:
        return _told("consent_or_security_class", "No consent or exemption was found.")
    looked = counted(len(excuses.weighed), "consent or exemption", "consents and exemptions")
    return _told("consent_or_security_class", f"Checked: {looked}. None covers this.")
