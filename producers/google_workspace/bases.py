"""How Google came by the names in an activity: its own verdict, a managed Chromebook's session, or a browser's word."""

from model.event import Basis, Event
from producers.google_workspace.activity import Parameters
from producers.google_workspace.meanings import CHROME, Meaning

_CHROMEOS = ("CHROME_OS_", "CHROMEOS_", "DEVICE_BOOT_STATE_CHANGE")
_PERSONAL = ("UNAFFILIATED", "UNMANAGED")


def set_bases(event: Event, known: Meaning | None, parameters: Parameters, chrome: bool) -> None:
    """Fill in account_basis and device_basis; `known` is None for an event that we do not know.

    A Chromebook of the district signs its reports: its serial and who had signed in there are observed. A browser
    elsewhere reports whatever host name and profile it has, and an unaffiliated user is not the district's.
    """
    reported = chrome or (event.vendor_action or "").upper() in CHROME
    chromeos = not reported or _of_chromeos(event, parameters)
    if event.account is not None:
        event.account_basis = _account(event, known, parameters, chromeos, reported)
    if event.device is not None:
        event.device_basis = "observed" if chromeos else "claimed"


def _account(event: Event, known: Meaning | None, parameters: Parameters, chromeos: bool, reported: bool) -> Basis:
    if known is None or not chromeos:
        return "claimed"
    if reported and ((event.outcome == "failure" and event.category == "auth") or _personal(event, parameters)):
        return "claimed"
    if known.basis == "authenticated" and event.outcome != "success":
        return "claimed"
    return known.basis


def _of_chromeos(event: Event, parameters: Parameters) -> bool:
    platform = parameters.get("device_platform")
    if platform is None:  # only a Chromebook that the district enrolled has an id in its directory
        return (event.vendor_action or "").upper().startswith(_CHROMEOS) or "directory_device_id" in parameters
    return platform.lower().replace(" ", "").replace("_", "").startswith("chromeos")


def _personal(event: Event, parameters: Parameters) -> bool:
    told = f"{event.vendor_action} {parameters.get('event_reason')}".upper()
    return any(word in told for word in _PERSONAL)
