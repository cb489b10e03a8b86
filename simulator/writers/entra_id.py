"""Microsoft Entra ID's sign-in and audit logs in Azure Monitor's envelope, seven digits of a second, UTC."""

from uuid import NAMESPACE_DNS, uuid5

import msgspec

from simulator.happenings import RoleChange, SignIn
from simulator.local_time import utc_stamp
from simulator.spool import Spool

_TENANT = "00000000-0000-4000-8000-000000000001"
_NO_DEVICE = {
    "deviceId": "",
    "displayName": "",
    "operatingSystem": "Windows",
    "browser": "Edge 131.0.0",
    "trustType": "",
}
_KINDS = {True: "SignInLogs", False: "NonInteractiveUserSignInLogs"}
_OPERATIONS = {
    "Add member to role": ("RoleManagement", "Assign"),
    "Remove member from role": ("RoleManagement", "Unassign"),
}
_OTHER = ("UserManagement", "Update")


class EntraWriter:
    """Writes sign-ins and what administrators do to users. All ids are invented."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add, self._domain = spool.add, domain

    def sign_in(self, sign_in: SignIn) -> None:
        """A sign-in that succeeded; a machine that is named is joined to the directory."""
        upn, at = f"{sign_in.account}@{self._domain}", utc_stamp(sign_in.at, 7)
        key = f"{upn}-{sign_in.at}-{sign_in.app}"
        properties = {
            "id": str(uuid5(NAMESPACE_DNS, key)),
            "createdDateTime": at,
            "userDisplayName": sign_in.account,
            "userPrincipalName": upn,
            "userId": str(uuid5(NAMESPACE_DNS, upn)),
            "appId": str(uuid5(NAMESPACE_DNS, sign_in.app)),
            "appDisplayName": sign_in.app,
            "ipAddress": sign_in.address,
            "status": {"errorCode": 0},
            "clientAppUsed": "Browser" if sign_in.interactive else "Mobile Apps and Desktop clients",
            "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/131.0.0.0",
            "deviceDetail": self._device(sign_in.computer),
            "location": {"city": "", "state": "", "countryOrRegion": "US"},
            "conditionalAccessStatus": "success",
            "isInteractive": sign_in.interactive,
            "riskLevelAggregated": "none",
            "correlationId": str(uuid5(NAMESPACE_DNS, f"c-{key}")),
        }
        envelope = {
            "resultType": "0",
            "resultSignature": "SUCCESS",
            "callerIpAddress": sign_in.address,
            "identity": upn,
        }
        self._write(sign_in.at, "Sign-in activity", _KINDS[sign_in.interactive], envelope, properties)

    def role(self, change: RoleChange) -> None:
        """An audit record on one user; a role stands in modifiedProperties, as JSON within a text."""
        category, kind = _OPERATIONS.get(change.activity, _OTHER)
        who, whom = (f"{name}@{self._domain}" for name in (change.by, change.account))
        key = f"{change.activity}-{whom}-{change.at}"
        changed = [{"displayName": "Role.DisplayName", "oldValue": None, "newValue": f'"{change.role}"'}]
        if kind == "Unassign":
            changed = [{"displayName": "Role.DisplayName", "oldValue": f'"{change.role}"', "newValue": None}]
        target = {
            "id": str(uuid5(NAMESPACE_DNS, whom)),
            "displayName": None,
            "type": "User",
            "userPrincipalName": whom,
            "modifiedProperties": changed if change.role else [],
        }
        by = {
            "id": str(uuid5(NAMESPACE_DNS, who)),
            "displayName": None,
            "userPrincipalName": who,
            "ipAddress": "192.0.2.10",
        }
        properties = {
            "id": f"Directory_{uuid5(NAMESPACE_DNS, key)}",
            "category": category,
            "correlationId": str(uuid5(NAMESPACE_DNS, f"c-{key}")),
            "result": "success",
            "resultReason": "",
            "activityDisplayName": change.activity,
            "activityDateTime": utc_stamp(change.at, 7),
            "loggedByService": "Core Directory",
            "operationType": kind,
            "initiatedBy": {"user": by},
            "targetResources": [target],
            "additionalDetails": [],
        }
        self._write(change.at, change.activity, "AuditLogs", {"resultSignature": "None", "identity": who}, properties)

    def _device(self, computer: str) -> dict[str, object]:
        if not computer:
            return dict(_NO_DEVICE)
        joined = {"isCompliant": True, "isManaged": True, "trustType": "Hybrid Azure AD joined"}
        return {**_NO_DEVICE, "deviceId": str(uuid5(NAMESPACE_DNS, computer)), "displayName": computer, **joined}

    def _write(self, at: int, operation: str, category: str, envelope: dict[str, str], properties: object) -> None:
        record = {
            "time": utc_stamp(at, 7),
            "resourceId": f"/tenants/{_TENANT}/providers/Microsoft.aadiam",
            "operationName": operation,
            "operationVersion": "1.0",
            "category": category,
            "tenantId": _TENANT,
            "durationMs": 0,
            "Level": 4,
            **envelope,
            "properties": properties,
        }
        self._add(at, msgspec.json.encode(record).decode())
