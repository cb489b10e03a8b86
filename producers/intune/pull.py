"""Intune's audit events and devices in Microsoft Graph as a table.

https://learn.microsoft.com/graph/api/intune-auditing-auditevent-list,
https://learn.microsoft.com/graph/api/intune-devices-manageddevice-list
"""

from datetime import timedelta

from producers.pull import graph
from producers.pull.feed import Feed, Vendor

_PATH = "/v1.0/deviceManagement"
_AUDITS = "the application permission DeviceManagementApps.Read.All with admin consent"
_DEVICES = "the application permission DeviceManagementManagedDevices.Read.All with admin consent"

PULL = Vendor(
    login="client",
    keys=graph.KEYS,
    url=graph.URL,
    token_url=graph.TOKEN_URL,
    scope=graph.SCOPE,
    hub=True,
    feeds=(
        graph.timed("auditEvents", f"{_PATH}/auditEvents", "activityDateTime", _AUDITS, timedelta(hours=6)),
        Feed(
            name="managedDevices",
            path=f"{_PATH}/managedDevices",
            params=(("$top", "500"),),
            records=("value",),
            paging=graph.NEXT,
            identity=("id", "lastSyncDateTime"),
            needs=_DEVICES,
            sweep=timedelta(hours=12),
            snapshot=True,
        ),
    ),
)
