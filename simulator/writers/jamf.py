"""Jamf Pro webhooks: one delivery a line, the time in milliseconds, the Mac under event.computer."""

from uuid import NAMESPACE_DNS, uuid5

import msgspec

from simulator.happenings import CheckIn
from simulator.spool import Spool


class JamfWriter:
    """Writes ComputerCheckIn; Jamf's user fields are left empty, as many districts leave them."""

    def __init__(self, spool: Spool) -> None:
        self._add = spool.add

    def check_in(self, check_in: CheckIn) -> None:
        """https://developer.jamf.com/jamf-pro/docs/webhooks-1"""
        computer = {
            "alternateMacAddress": "",
            "building": "",
            "department": "",
            "deviceName": check_in.computer,
            "emailAddress": "",
            "ipAddress": check_in.address,
            "jssID": sum(check_in.serial.encode()),
            "macAddress": check_in.mac.upper(),
            "managementId": str(uuid5(NAMESPACE_DNS, check_in.mac)),
            "model": "MacBook Air (13-inch, M2, 2022)",
            "osBuild": "24D60",
            "osVersion": "15.3",
            "phone": "",
            "position": "",
            "realName": "",
            "reportedIpAddress": "192.168.1.31",
            "room": "",
            "serialNumber": check_in.serial,
            "udid": str(uuid5(NAMESPACE_DNS, check_in.serial)).upper(),
            "userDirectoryID": "-1",
            "username": "",
        }
        delivery = {
            "webhook": {
                "eventTimestamp": check_in.at,
                "id": 7,
                "name": "Check-ins to the audit trail",
                "webhookEvent": "ComputerCheckIn",
            },
            "event": {"computer": computer, "trigger": "CLIENT_CHECKIN", "username": ""},
        }
        self._add(check_in.at, msgspec.json.encode(delivery).decode())
