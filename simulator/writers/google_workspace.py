"""Google Workspace reports as the API gives them: one activity a line, some delivered late and some twice."""

import msgspec

from simulator.happenings import Chromebook, CloudLogin, Console
from simulator.local_time import utc_stamp
from simulator.spool import Spool

_TWICE_EVERY = 97  # polls overlap, so an activity may be fetched twice
_TYPES = {
    "DEVICE_BOOT_STATE_CHANGE": "DEVICE_BOOT_STATE_CHANGE_TYPE",
    "BROWSER_EXTENSION_INSTALL": "BROWSER_EXTENSION_INSTALL_TYPE",
    "BROWSER_EXTENSION_UNINSTALL": "BROWSER_EXTENSION_UNINSTALL_TYPE",
}
_REASONS = {
    "CHROME_OS_LOGIN_EVENT": "CHROMEOS_AFFILIATED_LOGIN",
    "CHROME_OS_LOGOUT_EVENT": "CHROMEOS_AFFILIATED_LOGOUT",
    "CHROME_OS_LOGIN_FAILURE_EVENT": "CHROMEOS_AFFILIATED_LOGIN",
    "DEVICE_BOOT_STATE_CHANGE": "CHROME_OS_DEV_MODE",
}
Value = str | int | bool | list[str]


class WorkspaceWriter:
    """Writes login, chrome, admin and drive activities. `customer` and profile ids are invented."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add, self._domain = spool.add, domain
        self._written = 0

    def login(self, login: CloudLogin) -> None:
        """applicationName login: an address, no device."""
        parameters: list[dict[str, Value]] = [
            {"name": "login_type", "value": "google_password"},
            {"name": "login_timestamp", "intValue": str(login.at * 1000)},
            {"name": "is_suspicious", "boolValue": False},
        ]
        if login.event == "login_failure":
            parameters.append({"name": "login_failure_type", "value": "login_failure_invalid_password"})
        event = {"type": "login", "name": login.event, "parameters": parameters}
        self._write(login.at, login.at, "login", self._actor(login.account), event, login.address)

    def chrome(self, report: Chromebook) -> None:
        """applicationName chrome: the device by its serial, the person in DEVICE_USER, no address."""
        values = {
            "DEVICE_NAME": report.serial,
            "DIRECTORY_DEVICE_ID": f"dir-{report.device_id.lower()}",
            "DEVICE_PLATFORM": "Chrome OS 131.0",
            "ORG_UNIT_NAME": "Students",
            "EVENT_REASON": report.reason or _REASONS.get(report.event, ""),
            "EVENT_RESULT": "REPORTED",
        }
        if report.account:
            values["DEVICE_USER"] = self._address(report.account)
        parameters: list[dict[str, Value]] = [{"name": "TIMESTAMP", "intValue": str(report.at)}]
        parameters += [{"name": name, "value": value} for name, value in (*values.items(), *report.detail) if value]
        event = {
            "type": _TYPES.get(report.event, "CHROME_OS_LOGIN_LOGOUT_TYPE"),
            "name": report.event,
            "parameters": parameters,
        }
        self._write(report.arrived_at or report.at, report.at, "chrome", {"callerType": "KEY", "key": "SYSTEM"}, event)

    def console(self, act: Console) -> None:
        """applicationName admin or drive: who did it, from where, and the parameters in the vendor's words."""
        parameters: list[dict[str, Value]] = [
            {"name": name, "boolValue": True} if value == "true" else {"name": name, "value": value}
            for name, value in act.detail
        ]
        event = {"type": act.kind, "name": act.event, "parameters": parameters}
        self._write(act.at, act.at, act.application, self._actor(act.account), event, act.address)

    def _address(self, account: str) -> str:
        """An account's mail address; one of another domain is written with it."""
        return account if "@" in account else f"{account}@{self._domain}"

    def _actor(self, account: str) -> dict[str, str]:
        return {
            "callerType": "USER",
            "email": self._address(account),
            "profileId": f"1{sum(account.encode()) * 99_991:020d}",
        }

    def _write(
        self, arrived: int, at: int, application: str, actor: dict[str, str], event: object, address: str = ""
    ) -> None:
        self._written += 1
        number = self._written * 7_368_787 - 2**55  # 64 bits, and may be negative
        activity = {
            "kind": "admin#reports#activity",
            "etag": f'"{self._written:x}"',
            "id": {
                "time": utc_stamp(at),
                "uniqueQualifier": str(number),
                "applicationName": application,
                "customerId": "C0examp1e",
            },
            "actor": actor,
            **({"ipAddress": address} if address else {}),
            "events": [event],
        }
        line = msgspec.json.encode(activity).decode()
        self._add(arrived, line)
        if self._written % _TWICE_EVERY == 0:
            self._add(arrived + 30_000, line)
