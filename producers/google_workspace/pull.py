"""Google's Reports API as a table: one feed for each application, whose next page `nextPageToken` leads to.

https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list
"""

from datetime import timedelta

from producers.pull.feed import Feed, Token, Vendor

USUAL = ("login", "admin", "token", "drive", "saml", "chrome")
# The other values of applicationName; what they say is kept as record.unrecognised, unless an event's name is known.
OTHERS = (
    *("access_transparency", "access_evaluation", "calendar", "chat", "classroom", "context_aware_access"),
    *("data_studio", "gcp", "gemini_in_workspace_apps", "gplus", "groups", "groups_enterprise", "jamboard", "keep"),
    *("meet", "mobile", "rules", "user_accounts", "vault", "assignments", "cloud_search", "contacts", "tasks"),
    *("directory_sync", "profile", "takeout", "graduation", "admin_data_action"),
)


def _feed(application: str) -> Feed:
    return Feed(
        name=application,
        path=f"/admin/reports/v1/activity/users/all/applications/{application}",
        params=(
            *(("startTime", "{begin}"), ("endTime", "{end}"), ("maxResults", "1000")),
            ("prettyPrint", "false"),
        ),
        records=("items",),
        paging=Token(("nextPageToken",), "pageToken"),
        identity=("id.time", "id.uniqueQualifier", "id.applicationName"),
        needs="domain-wide delegation of the scope https://www.googleapis.com/auth/admin.reports.audit.readonly "
        "to the service account, and a `subject` who may read reports",
        overlap=timedelta(hours=1),
        late=timedelta(hours=36) if application == "chrome" else timedelta(hours=12),
    )


PULL = Vendor(
    login="service_account",
    keys=("subject",),
    url="https://admin.googleapis.com",
    scope="https://www.googleapis.com/auth/admin.reports.audit.readonly",
    feeds=tuple(_feed(application) for application in (*USUAL, *OTHERS)),
    optional=OTHERS,
)
