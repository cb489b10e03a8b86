"""Plain English for the ids that programs use: explanations, tables, kinds of records, numbers of a finding."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from dashboard.local_time import calendar_day
from producers.catalog import PRODUCTS

Names = Mapping[tuple[str, str], str]

EXPLANATIONS: Final = {
    "agent_missing": "The filter's program was missing from the device",
    "asleep": "The device was asleep",
    "day_off": "It was a day off",
    "end_of_file": "The log file had simply ended",
    "late_records": "The records came late",
    "quiet_school": "The whole school was quiet",
    "captive_portal": "The device only saw a sign-in page",
    "filter_outage": "The filter itself did not work",
    "late_upload": "The filter's records came late",
    "vpn_tunnel": "A VPN carried the device's traffic",
    "a_device_by_itself": "A device signed in by itself",
    "asset_tag_typo": "The asset tag was mistyped",
    "break_glass_or_exemption": "It was an emergency, or an exemption allowed it",
    "change_ticket_or_manifest": "A change request or a list of planned changes covers it",
    "closed_days": "There were days on which the office was closed",
    "computer_of_the_classroom": "It is the classroom's own computer",
    "delegate_or_legal_hold": "Somebody took the account over, or a legal hold kept it",
    "device_changed_hands": "The device had just changed hands",
    "device_is_really_shared": "The device is really shared, whatever the tables say",
    "disabled_screen": "Only the locked screen of the disabled device sent records",
    "disabled_unheard": "The account was disabled, but no record of it reached us",
    "end_written_down_later": "The end was written down only later",
    "enrolled_by_another": "Somebody else set the device up",
    "first_enabled": "The account was switched on for the first time",
    "found_again": "The device had been found again",
    "group_sync_by_a_service": "A service brought the groups into line",
    "hired_or_enrolled_again": "The person had been hired or enrolled again",
    "lent_serviced_or_searched": "The device was on loan, in repair or being searched",
    "lost_later": "The device was lost only later",
    "meant_another": "Another device was meant",
    "new_phone": "The person had a new phone",
    "back_with_it": "IT had the device back",
    "owner_found_it": "The owner had found it",
    "queued_command": "The command had waited in a queue",
    "second_account_of_the_assignee": "It is a second account of the person the device belongs to",
    "ad_or_cdn_rated_proxy": "The web filter rated a harmless site as a proxy",
    "always_on_tunnel": "A connection that is always open",
    "approval_written_afterwards": "The approval was written down afterwards",
    "class_or_service_account": "An account that a class or a program shares",
    "client_chose_this_name_or_address": "The device used a name or address that is not its own",
    "clocks_changed": "The clocks were changed that night",
    "consent_or_security_class": "Somebody allowed it, or it was part of a security class",
    "device_handed_on": "The device was handed on",
    "district_or_vendor_vpn": "The district's own VPN, or a vendor's",
    "exempt_from_this_rule": "Somebody was exempted from this rule",
    "agent_put_back": "The filter's agent was put back",
    "app_is_for_students_too": "The app is for students, too",
    "feed_change": "The web filter's ratings changed for everybody at once",
    "hardly_any_traffic": "The connection was open but hardly used",
    "holiday_but_office_open": "It was a holiday, but the office was open",
    "one_page_load": "One web page asked for everything at once",
    "one_person_between_devices": "One person walked between the devices",
    "own_pair_of_devices": "One person has both devices",
    "page_left_open": "A web page was left open, and nobody was there",
    "private_relay": "A privacy service of the device's maker",
    "reconnect_storm": "One connection that broke and came back many times",
    "session_inside_a_session": "One device was used from the other, by remote control",
    "several_technicians": "Several technicians of one company",
    "shared_address": "Many people share the address",
    "shared_address_or_split_tunnel": "Many people share the address, or a VPN made it look elsewhere",
    "shared_device": "Several people share the device",
    "skewed_clock": "A device's clock was wrong",
    "system_traffic": "The device did it by itself",
    "namesake": "Two people have the same name",
    "ordered_by_a_case": "A case made it somebody's task",
    "put_right": "It was put right since",
    "ticket_in_another_zone": "The approval's times were written in another time zone",
}
_THINGS: Final = {  # what one row of a table is, and which kind of name its key is
    "accounts": ("Account", ""),
    "approvals": ("Approval", ""),
    "assignments": ("Device assignment", ""),
    "classes": ("Class", ""),
    "devices": ("Device", ""),
    "domains": ("Rating of", ""),
    "enrollments": ("Enrollment", ""),
    "exemptions": ("Exemption", ""),
    "networks": ("Network", ""),
    "orgs": ("School", "site"),
    "searches": ("Search", ""),
    "checks": ("Check", ""),
    "users": ("Person", "person"),
    "vendors": ("Company", "vendor"),
}
_MEASURES: Final = {
    "bytes from the vendor": "Data received from the vendor",
    "bytes to the vendor": "Data sent to the vendor",
    "connections": "Connections that make up the session",
    "devices in the school day": "Devices used that school day",
    "inputs at two sites too close in time": "Times it was used at two schools sooner than anybody can travel",
    "kinds": "Different kinds of signs",
    "people looked for": "Different people looked for",
    "minutes at once": "Time in use in two places at once",
    "refused": "Requests that the filter refused",
    "score": "Points for all signs together",
    "session": "Length of the session",
    "tunnel in": "Data received through the tunnel",
    "tunnel out": "Data sent through the tunnel",
    "none": "Time without any approval",
    "early": "Time before the approval began",
    "overrun": "Time after the approval ended",
    "wrong_approver": "Time without an entitled approver on record",
    "no_it_approval": "Time that needed IT's approval and had none",
    "after_hours": "Time after hours without permission",
}
_BURST = re.compile(r"(.+) of burst (\d+)")
_LAST_DAY = re.compile(r"\b\d{4}-\d\d-\d\d$", re.A)
TIMES: Final = {
    "exact": "with the exact time",
    "zone_assumed": "without a time zone: the source's own was used",
    "year_assumed": "without a year: the year in which it was read was used",
    "received": "without a time: the time of arrival was used",
    "bad": "with a time that cannot be right",
}
_UNSURE: Final = {  # the same in a narrow column
    "zone_assumed": "the record has no time zone",
    "year_assumed": "the record has no year",
    "received": "the record has no time",
    "bad": "the time cannot be right",
}
ACTIONS: Final = {
    "account.authenticated": "Password or certificate checked",
    "account.logged_off": "Signed out",
    "account.logged_on": "Signed in",
    "challenge.presented": "Second sign-in step asked",
    "command.executed": "Ran a command",
    "connection.recorded": "Network connection",
    "credential.used": "Signed in with another password",
    "device.reported": "Device reported in",
    "lease.declined": "Network address declined",
    "lease.denied": "Network address refused",
    "lease.expired": "Network address ran out",
    "lease.granted": "Network address given",
    "lease.informed": "Network settings asked",
    "lease.offered": "Network address offered",
    "lease.released": "Network address given back",
    "lease.requested": "Network address asked for",
    "lease.sought": "Network address looked for",
    "record.unrecognised": "Record not understood",
    "screen_saver.dismissed": "Screen saver ended",
    "screen_saver.started": "Screen saver started",
    "session.disconnected": "Disconnected without signing out",
    "session.locked": "Screen locked",
    "session.reconnected": "Connected again",
    "session.unlocked": "Screen unlocked",
    "ticket.requested": "Network sign-in passed on (Kerberos ticket)",
    "tunnel.addressed": "VPN connection got an inside address",
    "tunnel.closed": "VPN connection closed",
    "tunnel.opened": "VPN connection opened",
    "tunnel.reported": "VPN connection in use",
    "web.requested": "Web request",
}
KINDS: Final = {"auth": "sign-ins", "vpn": "VPN", "proxy": "web", "device": "devices and network"}
_LOGONS: Final = {
    "interactive": "at the device",
    "unlock": "to unlock the screen",
    "network": "over the network",
    "remote": "by remote desktop",
    "cached": "at the device, without the network",
    "secondary": "inside a session that was open",
    "batch": "by a scheduled task",
    "service": "by a program in the background",
}
_STEPS: Final = {
    "person": "Person",
    "device_id": "Device",
    "device": "Device",
    "mac": "Network card",
    "site": "School",
    "tunnel": "VPN session of",
}


def plain(name: str) -> str:
    """An id in words: `account.enabled` → `account enabled`."""
    return name.replace(".", " ").replace("_", " ")


def sentence(name: str) -> str:
    """The same with a capital."""
    said = plain(name)
    return said[:1].upper() + said[1:]


def explanation(name: str) -> str:
    """What else could have caused a finding: `clocks_changed` → `The clocks were changed that night`."""
    return EXPLANATIONS.get(name, sentence(name))


def action(name: str) -> str:
    """What happened: `web.requested` → `Web request`."""
    return ACTIONS.get(name, sentence(name))


def logon(name: str | None) -> str | None:
    """How somebody signed in: `unlock` → `to unlock the screen`."""
    return name and _LOGONS.get(name, plain(name))


def source_kind(category: str) -> str:
    """`auth` → `sign-ins`."""
    return KINDS.get(category, plain(category))


def product(name: str) -> str:
    """The product that wrote a record, without what we read of it: `cisco_asa` → `Cisco ASA and FTD`."""
    known = PRODUCTS.get(name)
    return known.title.split(" (")[0].split(", also")[0] if known else plain(name)


def measure(name: str) -> str:
    """What was measured: `session` → `Length of the session`; of several bursts, which."""
    burst = _BURST.fullmatch(name)
    if burst:
        return f"{measure(burst[1])}, burst {burst[2]}"
    if name.startswith("reached "):
        return f"Times it reached {name.removeprefix('reached ')}"
    return _MEASURES.get(name, _LAST_DAY.sub(_us_date, sentence(name)))


def _us_date(found: re.Match[str]) -> str:
    """A date of the calendar as a US reader writes it; what only looks like one stays as it is."""
    try:
        return calendar_day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def table_row(reference: str, names: Names) -> str:
    """A row of a reference table: `users:p17@2025-08-01` → `Person Tessa Bell`."""
    table, _, key = reference.partition("@")[0].partition(":")
    thing, kind = _THINGS.get(table, (sentence(table), ""))
    if table == "assignments":
        device, _, person = key.partition("/")
        return f"{thing} of {device} to {names.get(('person', person), person)}"
    return f"{thing} {names.get((kind, key), key)}"


def step(field: str, value: str, names: Names) -> str:
    """A step of an attribution: `Person Tessa Bell (p17)`, `Network card a4:…`."""
    called = names.get((field.removesuffix("_id"), value)) if field in ("person", "site") else None
    return f"{_STEPS.get(field, sentence(field))} {f'{called} ({value})' if called else value}"


def unsure(quality: str) -> str:
    """Why the time of a record is not certain; nothing where it is."""
    return "" if quality == "exact" else _UNSURE.get(quality, plain(quality))


def times(quality: Mapping[str, int]) -> str:
    """How sure the times of the records are: `5 records with the exact time`."""
    said = (f"{n} {'record' if n == 1 else 'records'} {TIMES.get(name, plain(name))}" for name, n in quality.items())
    return "; ".join(said)
