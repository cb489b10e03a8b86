"""Microsoft Intune's audit log in Azure Monitor's envelope: who commanded what of which computer."""

from uuid import NAMESPACE_DNS, uuid5

import msgspec

from simulator.happenings import Command
from simulator.local_time import utc_stamp
from simulator.spool import Spool

_TENANT = "00000000-0000-4000-8000-000000000001"


class IntuneWriter:
    """Writes commands to managed computers."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add, self._domain = spool.add, domain

    def command(self, command: Command) -> None:
        """Category AuditLogs; an action on a device is ActivityType 3, its Category 3."""
        upn = f"{command.by}@{self._domain}"
        event_id = str(uuid5(NAMESPACE_DNS, f"{command.serial}-{command.at}"))
        properties = {
            "ActivityDate": utc_stamp(command.at, 7).removesuffix("Z"),
            "ActivityResultStatus": 1,
            "ActivityType": 3,
            "Actor": {
                "ActorType": 1,
                "Application": "5926fc8e-304e-4f59-8bed-58ca97cc39a4",
                "ApplicationName": "Microsoft Intune portal extension",
                "IsDelegatedAdmin": False,
                "Name": None,
                "ObjectId": str(uuid5(NAMESPACE_DNS, upn)),
                "PartnerTenantId": "00000000-0000-0000-0000-000000000000",
                "UserPermissions": ["*"],
                "UPN": upn,
            },
            "AdditionalDetails": "",
            "AuditEventId": event_id,
            "Category": 3,
            "RelationId": None,
            "TargetDisplayNames": [command.computer],
            "TargetObjectIds": [str(uuid5(NAMESPACE_DNS, command.serial))],
            "Targets": [{"ModifiedProperties": [], "Name": command.computer}],
        }
        record = {
            "time": utc_stamp(command.at, 7),
            "tenantId": _TENANT,
            "category": "AuditLogs",
            "operationName": f"{command.operation} ManagedDevice",
            "properties": properties,
            "resultType": "Success",
            "resultDescription": "None",
            "correlationId": event_id,
            "identity": upn,
        }
        self._add(command.at, msgspec.json.encode(record).decode())
