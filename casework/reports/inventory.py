"""Devices that the tables call one person's and many people use (N20): a question for the inventory, no violation."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from casework.reports.rollover import Tables
from storage.queries.sat_at import DayOfDevice

TABLES = ("devices", "assignments", "policy")
_DETECTION = "device_used_by_another"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """From how many people within how many days a device of these classes is taken for a shared one."""

    classes: tuple[str, ...] = ("assigned", "staff")
    shared_users: int = 8
    shared_days: int = 7


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One device: its class in the tables, whose it is there, and how many people used it from `first` to `last`."""

    device_id: str
    device_class: str
    assigned_to: list[str]
    people: int
    first: str
    last: str


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `not_known`: tables without which it cannot be told."""

    district: str
    shared_users: int
    shared_days: int
    devices: list[Question]
    not_known: list[str]


def rules_of(tables: Tables) -> Rules:
    """What the district's pack says for `device_used_by_another`; what the base pack says where it is not stored."""
    packs = [one.row["pack"] for one in tables.of("policy") if one.row.get("pack")]
    said = msgspec.json.decode(packs[-1]) if packs else {}
    found = said.get("detections", {}).get(_DETECTION, {}).get("parameters", {})
    return msgspec.convert({name: found[name] for name in Rules.__struct_fields__ if name in found}, Rules)


def inventory(district: str, tables: Tables, days: Sequence[DayOfDevice]) -> Inventory:
    """The devices of the classes whose busiest days in a row had too many people; pure."""
    rules = rules_of(tables)
    classes = {one.row["device_id"]: one.row.get("class", "") for one in tables.of("devices")}
    owners: dict[str, list[str]] = {}
    for one in tables.of("assignments"):
        owners.setdefault(one.row["device_id"], []).append(one.row["person"])
    by_device: dict[str, list[DayOfDevice]] = {}
    for day in days:
        if classes.get(day.device_id) in rules.classes:
            by_device.setdefault(day.device_id, []).append(day)
    busiest = {name: _busiest(own, rules.shared_days) for name, own in by_device.items()}
    found = [
        Question(
            device_id=name,
            device_class=classes[name],
            assigned_to=sorted(owners.get(name, ())),
            people=people,
            first=first,
            last=last,
        )
        for name, (people, first, last) in busiest.items()
        if people >= rules.shared_users
    ]
    return Inventory(
        district=district,
        shared_users=rules.shared_users,
        shared_days=rules.shared_days,
        devices=sorted(found, key=lambda one: (-one.people, one.device_id)),
        not_known=[name for name in ("devices", "assignments") if name not in tables.known],
    )


def _busiest(days: Sequence[DayOfDevice], length: int) -> tuple[int, str, str]:
    """The most people within so many days in a row, and the first and last of those days on which somebody came."""
    runs = []
    for first in days:
        end = (date.fromisoformat(first.day) + timedelta(days=length)).isoformat()
        run = [one for one in days if first.day <= one.day < end]
        runs.append((len({person for one in run for person in one.people}), first.day, run[-1].day))
    return max(runs, key=lambda run: (run[0], run[1]))
