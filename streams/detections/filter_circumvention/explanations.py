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
    """`today`: all that was remembered; `signals`: what counted; `void`: what a change of the feed explains."""
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
            "ad_or_cdn_rated_proxy", f"Not counted, for the district says otherwise: {listed(sorted(cleared))}."
        )
    return _told("ad_or_cdn_rated_proxy", "The district's domains.csv calls none of the hosts anything harmless.")


def _page_load(signals: Sequence[Signal]) -> Innocent:
    requests = [signal.sighting.count for signal in signals if signal.kind in ("blocked", "allowed")]
    hosts = {(signal.kind, signal.host) for signal in signals if signal.kind in ("blocked", "allowed")}
    answer = f"{counted(sum(requests), 'request')} to {counted(len(hosts), 'host')}: a host counts once in the window,"
    return _told("one_page_load", f"{answer} and a minute counts at most two refused hosts.")


def _relay(today: Sequence[Sighting]) -> Innocent:
    asked = sum(sighting.count for sighting in today if is_relay(sighting.domain))
    answer = (
        f"{counted(asked, 'request')} to Apple's private relay were not counted." if asked else "None was asked for."
    )
    return _told("private_relay", answer)


def _own_gateway(case: Case, today: Sequence[Sighting]) -> Innocent:
    tunnels = [s for s in today if s.kind == "tunnel" and s.destination]
    ours = sorted({s.destination for s in tunnels if s.destination and case.reference.network(s.destination, s.at)})
    answer = (
        f"Tunnels to {listed(ours)} were not counted: networks.csv knows them." if ours else "No tunnel went to one."
    )
    return _told("district_or_vendor_vpn", answer)


def _system_traffic() -> Innocent:
    return _told("system_traffic", "Teredo and other tunnels of the operating system are never counted.")


def _feed(case: Case, void: Sequence[Signal]) -> Innocent:
    if not void:
        return _told(
            "feed_change", "Fewer people of the site than a change of the feed would show did the same at once."
        )
    marks = sorted({signal.host for signal in void})
    spikes = "; ".join(f"{s.people} of {s.active} people first showed {s.mark} within 30 min" for s in case.spikes)
    return _told("feed_change", f"Not counted: {listed(marks)}, since {spikes}.")


def _shared_device(case: Case, signals: Sequence[Signal]) -> Innocent:
    found = signals[0].sighting
    device = case.reference.device(found.device_id, found.at) if found.device_id else None
    if device is None or device.device_class not in SHARED_CLASSES:
        return _told("shared_device", "The device is not one that classes share.")
    who = "whoever was signed in at the minute" if found.person else "the device, for nobody was signed in"
    return _told("shared_device", f"{device.device_id} is shared ({device.device_class}); each sign is laid to {who}.")


def _shared_address(case: Case, signals: Sequence[Signal]) -> Innocent:
    networks = {case.reference.network(s.sighting.address, s.at) for s in signals if s.sighting.address}
    shared = sorted({network.kind for network in networks if network and network.shared})
    if not shared:
        return _told("shared_address", "No address behind which many people stand was used to say who it was.")
    return _told(
        "shared_address", f"The address is one of many people's ({listed(shared)}): it names nobody by itself."
    )


def _security_class(excuses: FilterExcuses) -> Innocent:
    held = [row.reference for row in excuses.weighed.values() if row.failed is None]
    if held:
        return _told("consent_or_security_class", f"{listed(held)} covers some or all of it.", holds=True)
    looked = counted(len(excuses.weighed), "consent or exemption", "consents and exemptions")
    return _told("consent_or_security_class", f"{looked} were found, and none covers it.")
