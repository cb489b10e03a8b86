"""Every table of a district's reference folder, once: columns, key, what a row must say, which words are allowed."""

from dataclasses import dataclass, field

from model.vocabulary import (
    ACCOUNT_KINDS,
    APPROVAL_KINDS,
    CALENDAR_KINDS,
    CONTRACT_KINDS,
    DETECTIONS,
    DEVICE_CLASSES,
    DOMAIN_CATEGORIES,
    ENROLLMENT_ROLES,
    LOSS_KINDS,
    NETWORK_KINDS,
    ROLES,
    SIGMA,
    STANDING_KINDS,
    TOLD_OF_LOSS,
)

VALIDITY = ("valid_from", "valid_to", "recorded_at")
TRUTHS = frozenset(("true", "false", "yes", "no", "1", "0"))  # in any case: spreadsheets write TRUE


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV of `reference/`. Of `one_of` at least one must be said; `also_identity` tells rows of one key apart."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: tuple[str, ...]
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    or_begins: dict[str, str] = field(default_factory=dict)  # how other words of such a column may begin
    one_of: tuple[str, ...] = ()
    also_identity: tuple[str, ...] = ()
    dates: tuple[str, str] | None = None  # OneRoster's first and last day, the last one inclusive
    days: frozenset[str] = frozenset()  # columns that name a local date
    instants: frozenset[str] = frozenset()  # columns that name a moment
    listed: dict[str, frozenset[str]] = field(default_factory=dict)  # the words of columns that list several with `;`
    in_order: tuple[str, str] | None = None  # a column that must be less than the other
    together: tuple[str, str] | None = None  # columns of which both are said or none
    roles: str = ""  # a column that names a person's role: OneRoster's word, or one of the district's behind `ext:`
    narrows: frozenset[str] = frozenset()  # columns without which a row that has them would say more than it does
    implied: tuple[str, str, str] | None = None  # a word that is lost, the column that stands for it, and which it is
    unkept: tuple[str, ...] = ()  # columns of the standard that nothing here needs: not kept, not sent, not stored


_ONEROSTER = ("sourcedId", "status", "dateLastModified")
_STATUS = {"status": frozenset(("active", "tobedeleted"))}

_ALL = (
    Table(
        "orgs",
        (*_ONEROSTER, "name", "type", "parentSourcedId"),
        key=("sourcedId",),
        required=("sourcedId",),
        words=_STATUS,
        unkept=("identifier",),
    ),
    Table(
        "users",
        (
            *_ONEROSTER,
            *("username", "givenName", "familyName", "email", "grades"),
            *("preferredGivenName", "preferredFamilyName", "primaryOrgSourcedId", "state"),
        ),
        key=("sourcedId",),
        required=("sourcedId",),
        words=_STATUS,
        unkept=(
            *("enabledUser", "userIds", "middleName", "identifier", "sms", "phone", "agentSourcedIds", "password"),
            *("userMasterIdentifier", "resourceSourcedIds", "preferredMiddleName", "pronouns"),
        ),
    ),
    Table(
        "roles",
        (
            *_ONEROSTER,
            *("userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"),
        ),
        key=("sourcedId",),
        required=("sourcedId", "userSourcedId", "role"),
        words=_STATUS,
        unkept=("userProfileSourcedId",),
        dates=("beginDate", "endDate"),
        roles="role",
        narrows=frozenset(("beginDate", "endDate", "orgSourcedId", "status", "dateLastModified")),
    ),
    Table(
        "academicSessions",
        (*_ONEROSTER, "title", "type", "startDate", "endDate", "schoolYear", "org"),
        key=("sourcedId",),
        required=("sourcedId", "startDate", "endDate"),
        words={**_STATUS, "type": frozenset(("gradingPeriod", "semester", "schoolYear", "term"))},
        dates=("startDate", "endDate"),
        unkept=("parentSourcedId",),
        narrows=frozenset(("org", "status", "dateLastModified")),
    ),
    Table(
        "accounts",
        ("account", "person", "kind", "vendor"),
        key=("account",),
        required=("account", "kind"),
        words={"kind": frozenset(ACCOUNT_KINDS)},
        also_identity=("realm",),  # written with the account's name
        implied=("kind", "vendor", "vendor"),
    ),
    Table(
        "devices",
        (
            *("device_id", "serial", "hostname", "mac", "class", "org"),
            *("room", "purchase_id", "encryption_required", "managed_by"),
        ),
        key=("device_id",),
        required=("device_id", "class"),
        words={"class": frozenset(DEVICE_CLASSES), "encryption_required": TRUTHS},
    ),
    Table("assignments", ("device_id", "person"), key=("device_id", "person"), required=("device_id", "person")),
    Table(
        "pairings",
        ("person", "device_id", "device_id_2", "declared_by"),
        key=("person", "device_id"),
        required=("person", "device_id", "device_id_2"),
        also_identity=("device_id_2",),
    ),
    Table(
        "networks",
        ("cidr", "kind", "org"),
        key=("cidr",),
        required=("cidr", "kind"),
        words={"kind": frozenset(NETWORK_KINDS)},
        narrows=frozenset(("org",)),
    ),
    Table(
        "domains",
        ("domain", "category"),
        key=("domain",),
        required=("domain", "category"),
        words={"category": frozenset((*DOMAIN_CATEGORIES, "student_information"))},
    ),
    Table("travel", ("org", "org_2", "minutes"), key=("org", "org_2"), required=("org", "org_2", "minutes")),
    Table(
        "calendar",
        ("date", "kind", "org"),
        key=("date", "org"),
        required=("date", "kind"),
        days=frozenset(("date",)),
        words={"kind": frozenset(CALENDAR_KINDS)},
        narrows=frozenset(("org",)),
    ),
    Table(
        "vendors",
        ("vendor", "name", "project_manager", "sponsor", "agreement_id", "nda_id", "remote_tools"),
        key=("vendor",),
        required=("vendor",),
    ),
    Table(
        "approvals",
        (
            *("approval_id", "kind", "vendor", "account", "system", "device_id", "entitlement", "after_hours"),
            *("approver", "approver_role", "reason", "state"),
        ),
        key=("approval_id",),
        required=("approval_id", "kind", "state"),
        words={
            "kind": frozenset(APPROVAL_KINDS),
            "state": frozenset(("approved", "denied", "revoked")),
            "after_hours": TRUTHS,
        },
        one_of=("vendor", "account", "device_id", "system", "entitlement"),
        # Two people may sign one request, and a revocation stands beside what it revokes.
        also_identity=("approver", "approver_role"),
        roles="approver_role",
        narrows=frozenset(("vendor", "account", "system", "device_id", "entitlement")),
    ),
    Table(
        "exemptions",
        (
            *("exemption_id", "detection", "account", "person", "device_id", "approver", "approver_role", "reason"),
            "state",
        ),
        key=("exemption_id",),
        required=("exemption_id", "detection"),
        words={"detection": frozenset(DETECTIONS), "state": frozenset(("active", "paused"))},
        or_begins={"detection": SIGMA},
        one_of=("account", "person", "device_id"),
        roles="approver_role",
        narrows=frozenset(("account", "person", "device_id")),
    ),
    Table(
        "classes",
        (*_ONEROSTER, "title", "schoolSourcedId", "termSourcedIds", "location", "periods"),
        key=("sourcedId",),
        required=("sourcedId",),
        words=_STATUS,
        unkept=("grades", "courseSourcedId", "classCode", "classType", "subjects", "subjectCodes"),
    ),
    Table(
        "enrollments",
        (*_ONEROSTER, "classSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
        key=("sourcedId",),
        required=("sourcedId", "classSourcedId", "userSourcedId", "role"),
        words={**_STATUS, "role": frozenset(ENROLLMENT_ROLES)},
        dates=("beginDate", "endDate"),
        unkept=("schoolSourcedId", "primary"),
        narrows=frozenset(("beginDate", "endDate", "status", "dateLastModified")),
    ),
    Table(
        "bells",
        ("org", "period", "days", "starts", "ends"),
        key=("org", "period", "days"),
        required=("org", "period", "days", "starts", "ends"),
        in_order=("starts", "ends"),
    ),
    Table(
        "checkouts",
        ("checkout_id", "device_id", "class", "person"),
        key=("checkout_id",),
        required=("checkout_id", "device_id"),
        one_of=("class", "person"),
    ),
    Table(
        "visits",
        ("visit_id", "person", "vendor", "account", "org"),
        key=("visit_id",),
        required=("visit_id", "org"),
        one_of=("person", "vendor", "account"),
        narrows=frozenset(("person", "vendor", "account")),
    ),
    Table(
        "standings",
        ("standing_id", "person", "account", "kind", "reason"),
        key=("standing_id",),
        required=("standing_id", "kind"),
        words={"kind": frozenset(STANDING_KINDS)},
        one_of=("person", "account"),
        narrows=frozenset(("account",)),
    ),
    Table(
        "directory",
        ("account", "state"),
        key=("account",),
        required=("account", "state"),
        words={"state": frozenset(("enabled", "disabled"))},
    ),
    Table(
        "contracts",
        ("contract_id", "person", "kind", "version", "school_year"),
        key=("contract_id",),
        required=("contract_id", "person", "kind"),
        words={"kind": frozenset(CONTRACT_KINDS)},
    ),
    Table(
        "losses",
        (
            *("loss_id", "device_id", "kind", "last_seen_at", "discovered_at", "reported_at", "reported_to"),
            *("police_report_at", "recovered_at", "reported_by"),
        ),
        key=("loss_id",),
        required=("loss_id", "device_id", "kind"),
        words={"kind": frozenset(LOSS_KINDS)},
        instants=frozenset(("last_seen_at", "discovered_at", "reported_at", "police_report_at", "recovered_at")),
        listed={"reported_to": frozenset(TOLD_OF_LOSS)},
    ),
    Table(
        "returns",
        ("return_id", "device_id", "person", "requested_at", "due_at", "returned_at", "wiped_at"),
        key=("return_id",),
        required=("return_id", "device_id"),
        instants=frozenset(("requested_at", "due_at", "returned_at", "wiped_at")),
    ),
    Table(
        "unblocks",
        (
            *("request_id", "domain", "requester", "requested_at", "decided_at", "decision"),
            *("approver", "approver_role", "expires_at", "appeal_of"),
        ),
        key=("request_id",),
        required=("request_id", "domain", "requested_at"),
        words={"decision": frozenset(("granted", "denied"))},
        instants=frozenset(("requested_at", "decided_at", "expires_at")),
        together=("decided_at", "decision"),
        roles="approver_role",
        narrows=frozenset(("expires_at",)),
    ),
    Table(
        "software",
        ("app", "version", "decision", "approver"),
        key=("app", "version"),
        required=("app", "decision"),
        words={"decision": frozenset(("approved", "denied", "remove"))},
    ),
    Table("apps", ("app", "roles"), key=("app",), required=("app", "roles")),
    Table("systems", ("system", "holds"), key=("system",), required=("system", "holds")),
)
WORDS_OF_ROLES = {word.casefold(): word for word in ROLES}
TABLES: dict[str, Table] = {table.name: table for table in _ALL}
# What a load could not read of the others, and what it read but doubts: no file of the folder, stated by the load.
UNREAD = Table(
    "unread",
    ("table", "rows", "shown", "head", "doubted", "doubts", "touched"),
    key=("table",),
    required=("table", "rows"),
)
# What the records desk tells the judge: each search that somebody made (`about`, `supervisors`: one id a line), and
# what each check of the stored records found (`rows` 0: nothing; `days`: how long the oldest is past its schedule;
# `shows`: one id a line).
SEARCHES = Table(
    "searches",
    (
        *("search_id", "at", "actor", "role", "person", "supervisors", "how", "purpose", "case", "case_open"),
        *("about", "asked", "rows"),
    ),
    key=("search_id",),
    required=("search_id", "at", "actor", "how"),
    words={"case_open": frozenset(("open", "closed", "unknown"))},
    instants=frozenset(("at",)),
)
CHECKS = Table(
    "checks",
    ("check_id", "at", "actor", "kind", "record_class", "rows", "days", "schedule", "shows"),
    key=("check_id",),
    required=("check_id", "at", "kind", "rows"),
    words={"kind": frozenset(("chain_broken", "purge_met_hold", "overdue", "without_class"))},
    instants=frozenset(("at",)),
)
TOLD: dict[str, Table] = {table.name: table for table in (UNREAD, SEARCHES, CHECKS)}  # no file of the folder
FACTS: dict[str, Table] = {**TABLES, **TOLD}  # all that a fact may be of, beside the settings


def key_of(table: Table, row: dict[str, str]) -> str:
    """The key of a row as facts and evidence write it: its key columns, joined by a slash where there are two."""
    return "/".join(row[column] for column in table.key if row.get(column))


def discriminator(table: Table, row: dict[str, str]) -> tuple[str, ...]:
    """What tells apart the rows that share one key and one `valid_from`."""
    extra = tuple(row.get(column, "") for column in table.also_identity)
    return (*extra, row["state"]) if row.get("state") in ("revoked", "paused") else extra
