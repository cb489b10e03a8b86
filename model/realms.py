"""Whose a name with a realm is: the realms of a district, as district.yaml says them or as its tables suggest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.batch import Fact
from model.reference.names import account_parts, host_name, qualified, realm_name, short_name

# Anybody has an account there, so such a realm is taken for a district's only where district.yaml says so.
PUBLIC_MAIL = frozenset({
    "aol.com", "att.net", "comcast.net", "fastmail.com", "gmail.com", "gmx.com",
    "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mac.com",
    "mail.com", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com",
    "sbcglobal.net", "verizon.net", "yahoo.com", "yandex.com", "zoho.com",
})  # fmt: skip
MACHINES_OWN = frozenset({".", "localhost", "workgroup", "builtin"})  # accounts of the machine, as Windows writes them
LOCAL_SPEAK = frozenset({"auth", "device"})  # categories in which a computer tells of its own accounts
OUTSIDERS = frozenset({"ext:vendor", "guardian", "parent", "relative"})  # roles whose mail is elsewhere
FEWEST = 0.01  # the share of users.csv that a mail domain must have: one slip of the pen makes no realm


@dataclass(frozen=True, slots=True)
class Realms:
    """The realms of one district. `declared`: district.yaml says them, so there are no others. `names` None: nobody
    knows, for the log was written before realms were."""

    names: frozenset[str] | None = None
    declared: bool = False

    def hold(self, realm: str, suffix: str) -> bool:
        """Whether a name with this realm is the district's; `suffix`: the DNS domain of the machine that tells it.

        Where they are not declared, a Windows domain's short name cannot be told from the tables and counts as the
        district's, and so does the domain that the telling machine stands in.
        """
        if self.names is None:
            return realm not in PUBLIC_MAIL
        if realm in self.names:
            return True
        return not self.declared and ("." not in realm or realm == suffix)

    def name_of(self, account: str, domain: str | None, category: str, reporter: str | None, device: str | None) -> str:
        """The name under which the account of a record is known: the district's by its plain name, any other with its
        realm; `reporter` and `device` are the machines that tell it and that it is at."""
        realm = realm_name(domain)
        if realm is None:
            return account
        teller = host_name(reporter or "")
        hosts = {teller, host_name(device or "")} if category in LOCAL_SPEAK else set()
        machines = realm in MACHINES_OWN or realm in hosts or realm in map(short_name, hosts)
        ours = not machines and self.hold(realm, teller.partition(".")[2])
        return account if ours else qualified(account, realm)


def realms_of(row: Mapping[str, str]) -> Realms:
    """What the fact of table `district` says; the inverse of `realms_row`."""
    for column in ("realms", "realms_taken"):
        if column in row:
            return Realms(frozenset(row[column].split(";")) - {""}, declared=column == "realms")
    return Realms()


def realms_row(declared: Iterable[str] | None, facts: Iterable[Fact]) -> dict[str, str]:
    """The column that the fact of table `district` carries: `realms`, or `realms_taken` from the reference facts."""
    if declared is None:
        return {"realms_taken": ";".join(sorted(taken_from(facts)))}
    return {"realms": ";".join(sorted({name for one in declared if (name := realm_name(one.lstrip("@")))}))}


def warning(declared: Iterable[str] | None, facts: Iterable[Fact]) -> str | None:
    """What a reader must know of realms that district.yaml does not say; None where it says them."""
    if declared is not None:
        return None
    taken = ", ".join(sorted(taken_from(facts)))
    begins = f"taken from users.csv and accounts.csv: {taken}" if taken else "users.csv and accounts.csv show none"
    return (
        f"says no realms; {begins}. A name with another mail domain or realm is nobody's, and the short name of any"
        " Windows domain counts as the district's; write realms: to say them all"
    )


def taken_from(facts: Iterable[Fact]) -> frozenset[str]:
    """The mail domains of users.csv, but not of vendors and parents, and the realms that accounts.csv writes.

    Left out: what anybody can have an account at, and a machine's own name.
    """
    rows: dict[str, list[dict[str, str]]] = {"users": [], "roles": [], "accounts": [], "devices": []}
    for fact in facts:
        if fact.row and fact.table in rows:
            rows[fact.table].append(fact.row)
    machines = {short_name(host_name(row.get("hostname", ""))) for row in rows["devices"]}
    listed = {row.get("realm") for row in rows["accounts"] if row["kind"] != "vendor"}
    found = _mail_domains(rows["users"], rows["roles"]) | listed
    return frozenset(name for name in found if name) - PUBLIC_MAIL - MACHINES_OWN - machines


def _mail_domains(users: list[dict[str, str]], roles: list[dict[str, str]]) -> set[str | None]:
    inside = {row["userSourcedId"] for row in roles if row["role"] not in OUTSIDERS}
    outside = {row["userSourcedId"] for row in roles} - inside
    counted = Counter(
        _realm(row["email"]) for row in users if row["sourcedId"] not in outside and "@" in row.get("email", "")
    )
    least = counted.total() * FEWEST
    return {name for name, number in counted.items() if number >= least}


def _realm(name: str) -> str | None:
    return account_parts(name)[1]
