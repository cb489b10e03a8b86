"""Entra ID's sign-ins and audits in Microsoft Graph as a table.

https://learn.microsoft.com/graph/api/signin-list, https://learn.microsoft.com/graph/api/directoryaudit-list
"""

from datetime import timedelta

from producers.pull import graph
from producers.pull.feed import Feed, Vendor

_NEEDS = "the application permission AuditLog.Read.All with admin consent (and Entra ID P1 or P2 for sign-ins)"
_LATE = timedelta(hours=6)
_BETA = " and signInEventTypes/any(t: t eq '{}')"


def _others(name: str, kind: str) -> Feed:
    path, condition = "/beta/auditLogs/signIns", _BETA.format(kind)
    return graph.timed(name, path, "createdDateTime", _NEEDS, _LATE, condition)


_OTHERS = (_others("nonInteractive", "nonInteractiveUser"), _others("servicePrincipals", "servicePrincipal"))

PULL = Vendor(
    login="client",
    keys=graph.KEYS,
    url=graph.URL,
    token_url=graph.TOKEN_URL,
    scope=graph.SCOPE,
    hub=True,
    feeds=(
        graph.timed("signIns", "/v1.0/auditLogs/signIns", "createdDateTime", _NEEDS, _LATE),
        graph.timed("directoryAudits", "/v1.0/auditLogs/directoryAudits", "activityDateTime", _NEEDS, _LATE),
        *_OTHERS,
    ),
    optional=tuple(feed.name for feed in _OTHERS),
)
