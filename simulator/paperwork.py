"""Vendors, approvals and exemptions as a district keeps them, and the sessions vendors make."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator import acts, address_plan
from simulator.happenings import Console, Happening
from simulator.local_time import HOUR
from simulator.people import Device, Person, School
from simulator.stage import Stage

ASA, OPENVPN = "edge-vpn", "remote-vpn"
_DAY = 24 * HOUR
SCHOOL = "ext:it;ext:first_hour_teacher"  # whom a student tells of a loss
WORK = "ext:it;supervisor"  # whom an employee tells
When = int | str  # UTC milliseconds, or the words written in the table


@dataclass(slots=True)
class Vendor:
    """A company with its accounts, the public address it calls from, and the address each account gets inside."""

    vendor: str
    public: str
    accounts: list[str] = field(default_factory=list)
    tunnels: list[str] = field(default_factory=list)

    @property
    def account(self) -> str:
        """Its first account."""
        return self.accounts[0]


def hire(stage: Stage, trade: str, *, accounts: int = 1, agreement_ended_at: When = "", sponsor: str = "") -> Vendor:
    """Signs a vendor with so many accounts; names are unique by scenario."""
    number = stage.company.next_vendor()
    vendor = Vendor(f"V{number:03d}", address_plan.vendor_public(number))
    stage.row(
        "vendors",
        vendor=vendor.vendor,
        name=f"{trade.title()} Works {number} LLC",
        project_manager=stage.principal.person_id,
        sponsor=sponsor or stage.principal.person_id,
        agreement_id=f"AG-{number:03d}",
        nda_id=f"NDA-{number:03d}",
        valid_from="2025-08-01",
        valid_to=_written(stage, agreement_ended_at),
    )
    for _ in range(accounts):
        _account(stage, vendor, trade)
    return vendor


def _account(stage: Stage, vendor: Vendor, trade: str) -> None:
    number = stage.company.next_vendor()
    account, person = f"v-{trade}{number}", f"pv{number:03d}"
    vendor.accounts.append(account)
    vendor.tunnels.append(address_plan.vendor_tunnel(number))
    stage.row(
        "users",
        sourcedId=person,
        status="active",
        username=account,
        givenName="Visiting",
        familyName=f"{trade.title()}-{number}",
        primaryOrgSourcedId="DO",
    )
    stage.row(
        "roles",
        sourcedId=f"r-{person}",
        status="active",
        userSourcedId=person,
        roleType="primary",
        role="ext:vendor",
        beginDate="2025-08-01",
        orgSourcedId="DO",
    )
    stage.row("accounts", account=account, person=person, kind="vendor", vendor=vendor.vendor)


def approve(
    stage: Stage,
    start: When,
    end: When,
    *,
    role: str = "principal",
    recorded: When = "",
    kind: str = "vendor_access",
    approval_id: str = "",
    after_hours: bool = False,
    state: str = "approved",
    approver: Person | None = None,
    **columns: str,
) -> str:
    """Writes a row of approvals.csv and returns its id. Recorded a day before it begins unless said otherwise."""
    approval_id = approval_id or f"AP-{stage.company.next_paper():03d}"
    if not recorded and isinstance(start, int):
        recorded = start - _DAY
    stage.row(
        "approvals",
        approval_id=approval_id,
        kind=kind,
        after_hours="true" if after_hours else "false",
        approver=(approver or stage.principal).person_id,
        approver_role=role,
        reason=stage.name.replace("_", " "),
        state=state,
        valid_from=_written(stage, start),
        valid_to=_written(stage, end),
        recorded_at=_written(stage, recorded),
        **columns,
    )
    return approval_id


def exempt(stage: Stage, detection: str, start: When, end: When, **columns: str) -> str:
    """Writes a row of exemptions.csv, by a principal, recorded a day before, and returns its id."""
    exemption_id = f"EX-{stage.company.next_paper():03d}"
    recorded = start - _DAY if isinstance(start, int) else start
    stage.row(
        "exemptions",
        exemption_id=exemption_id,
        detection=detection,
        approver=stage.principal.person_id,
        approver_role="principal",
        reason=stage.name.replace("_", " "),
        valid_from=_written(stage, start),
        valid_to=_written(stage, end),
        recorded_at=_written(stage, recorded),
        **columns,
    )
    return exemption_id


def check_out(stage: Stage, device: Device, start: int, end: int, *, person: str = "", class_: str = "") -> str:
    """Writes a row of checkouts.csv, to a person or a class, and returns its id."""
    checkout_id = f"CO-{stage.company.next_paper():03d}"
    stage.row(
        "checkouts",
        checkout_id=checkout_id,
        device_id=device.device_id,
        person=person,
        class_=class_,
        valid_from=stage.clock.iso(start),
        valid_to=stage.clock.iso(end),
    )
    return checkout_id


def stand(stage: Stage, kind: str, start: When, *, person: str, end: When = "", recorded: When = "") -> None:
    """Writes a row of standings.csv: suspended, privileges_revoked, separated, withdrawn or on_leave."""
    stage.company.ended.add(person)
    stage.row(
        "standings",
        standing_id=f"ST-{stage.company.next_paper():03d}",
        person=person,
        kind=kind,
        reason=stage.name.replace("_", " "),
        valid_from=_written(stage, start),
        valid_to=_written(stage, end),
        recorded_at=_written(stage, recorded),
    )


def give_back(stage: Stage, person: Person, due: When = "", returned: When = "") -> None:
    """Writes a row of returns.csv for the person's own device; without `returned` it is a request."""
    assert person.laptop is not None
    stage.row(
        "returns",
        return_id=f"RT-{stage.company.next_paper():03d}",
        device_id=person.laptop.device_id,
        person=person.person_id,
        due_at=_written(stage, due),
        returned_at=_written(stage, returned),
    )


def ask_unblocking(stage: Stage, person: Person, domain: str, asked: int, denied: When = "") -> None:
    """Writes a row of unblocks.csv: a request, open or denied."""
    stage.row(
        "unblocks",
        request_id=f"UB-{stage.company.next_paper():03d}",
        domain=domain,
        requester=person.person_id,
        requested_at=stage.clock.iso(asked),
        decided_at=_written(stage, denied),
        decision="denied" if denied else "",
        approver=stage.principal.person_id if denied else "",
        approver_role="districtAdministrator" if denied else "",
    )


def listed(stage: Stage, account: str, state: str, at: When) -> None:
    """Writes a row of directory.csv: the account is enabled or disabled from then on."""
    stage.row("directory", account=account, state=state, valid_from=_written(stage, at))


def visit(stage: Stage, vendor: Vendor, start: int, end: int, site: School) -> None:
    """Writes a row of visits.csv: the vendor's first account's person is on site."""
    stage.row(
        "visits",
        visit_id=f"VI-{stage.company.next_paper():03d}",
        vendor=vendor.vendor,
        account=vendor.account,
        org=site.org,
        valid_from=stage.clock.iso(start),
        valid_to=stage.clock.iso(end),
    )


def lose(
    stage: Stage,
    device: Device,
    kind: str,
    discovered: int,
    reported: int,
    *,
    told: str = SCHOOL,
    by: Person | None = None,
    police: When = "",
    recovered: When = "",
    corrected: When = "",
) -> None:
    """Writes a row of losses.csv: last seen two hours before it was missed, known as soon as it was reported.

    `by` is who reported it, a student of the school if nobody is named; `corrected` is when the report was withdrawn.
    """
    reporter = by or stage.high.students[0]
    stage.row(
        "losses",
        loss_id=f"LOSS-{stage.company.next_paper():03d}",
        device_id=device.device_id,
        kind=kind,
        last_seen_at=stage.clock.iso(discovered - 2 * HOUR),
        discovered_at=stage.clock.iso(discovered),
        reported_at=stage.clock.iso(reported),
        reported_to=told,
        police_report_at=_written(stage, police),
        recovered_at=_written(stage, recovered),
        reported_by=reporter.person_id,
        valid_to=_written(stage, corrected),
    )


def screenshot(stage: Stage, at: int, device: Device) -> Console:
    """Somebody in IT has a Chromebook take a picture of its screen."""
    return _ordered(stage, at, "ISSUE_DEVICE_COMMAND", device, ("COMMAND_TYPE", "TAKE_A_SCREENSHOT"))


def disable(stage: Stage, at: int, device: Device) -> Console:
    """Somebody in IT disables a Chromebook: it then shows nothing but whose it is."""
    return _ordered(stage, at, "CHANGE_DEVICE_STATE", device, ("DEVICE_NEW_STATE", "DISABLED"))


def _ordered(stage: Stage, at: int, event: str, device: Device, what: tuple[str, str]) -> Console:
    detail = (what, ("DEVICE_SERIAL_NUMBER", device.serial), ("DEVICE_TYPE", "CHROME_OS"))
    desk = stage.office_worker("ext:it")
    return Console(at, "admin", "CHROME_OS_SETTINGS", event, desk.account, address_plan.EGRESS, detail)


def grant(stage: Stage, start: int, end: int, account: str, entitlement: str, *, recorded: When = "") -> str:
    """Writes the director of technology's approval of one right for one account, and returns its id."""
    role = "ext:director_of_technology"
    return approve(
        stage, start, end, role=role, recorded=recorded, kind="privilege", account=account, entitlement=entitlement
    )


def made_administrator(stage: Stage, at: int, by: str, account: str) -> Console:
    """Somebody gets all rights of the cloud office."""
    detail = (("USER_EMAIL", f"{account}@{stage.district.options.domain}"), ("ROLE_NAME", "_SEED_ADMIN_ROLE"))
    return Console(at, "admin", "DELEGATED_ADMIN_SETTINGS", "ASSIGN_ROLE", by, address_plan.EGRESS, detail)


def session(
    vendor: Vendor,
    start: int,
    end: int,
    *,
    gateway: str = ASA,
    host: str = "hvac1",
    close: bool = True,
    number: int = 0,
) -> Iterator[Happening]:
    """A vendor's session with logons on `host` from its beginning to its end ('' = no system is seen reached)."""
    account, assigned = vendor.accounts[number], vendor.tunnels[number]
    yield from acts.over_vpn(gateway, account, vendor.public, assigned, start, end, group="Vendors", close=close)
    if host:
        yield from acts.shells(host, account, assigned, start + 60_000, end - 30_000)


def _written(stage: Stage, when: When) -> str:
    return when if isinstance(when, str) else stage.clock.iso(when)
