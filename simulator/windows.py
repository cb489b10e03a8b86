"""A Windows computer's day as its Security log tells it: sessions by their ids, and what moves nobody.

A logon id is unique on one computer until it restarts, and the same ids come again on the next day and next door.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.happenings import Desk
from simulator.local_time import HOUR
from simulator.people import SERVER_ROOM, Device, Server

_BETWEEN_RESTARTS = 28 * 24 * HOUR  # of a computer whose starting nobody tells
_SECOND = 1_000
_FIRST_ID = 0x1_2000
_HELPER_GAP = 8  # ms: two logons of one computer need as much between them to have ids of their own


def logon_id(at: int, booted: int = 0) -> int:
    """The id of a session opened at `at` on a computer that started at `booted`; 0 = some weeks ago."""
    return _FIRST_ID + (at - booted if booted else at % _BETWEEN_RESTARTS) // 2


def server_pc(server: Server) -> Device:
    """A Windows server as something one can be logged on to."""
    return Device(f"SRV-{server.host}", "server", "DO", server.mac, server.host, "", server.address, SERVER_ROOM)


@dataclass(frozen=True, slots=True)
class Seat:
    """One account's desktop session at one computer, opened at `at`; every event of it names its logon id.

    `admin`: UAC splits the logon into two linked ones, and the desktop is the one without the rights.
    `client` is the machine that a remote session (type 10) comes from. An empty `domain` is the district's.
    """

    account: str
    pc: Device
    at: int
    booted: int = 0
    admin: bool = False
    domain: str = ""
    logon_type: int = 2
    client: Device | None = None
    session: int = 1

    @property
    def logon_id(self) -> int:
        """The id of the session, which lock, unlock and logoff name."""
        return logon_id(self.at, self.booted)

    def log_on(self) -> Iterator[Desk]:
        """4648 at the console or the network's 4624 of type 3 before a remote desktop, then 4624, split or not."""
        if self.client is None:
            yield self._logon_tried(self.at - 20)
        else:
            yield from self._remote_password(self.at)
        yield from self._logon(self.at, self.logon_type)

    def log_off(self, at: int) -> Iterator[Desk]:
        """4647 by the user, and 4634 of each half a moment later."""
        yield self._event(at, "logged_off")
        yield from self._ended(at + 900, self.at, self.logon_type)

    def shut_down(self, at: int) -> Iterator[Desk]:
        """The session ends with the computer or by somebody else's hand: 4634 alone."""
        yield from self._ended(at, self.at, self.logon_type)

    def lock(self, at: int) -> Iterator[Desk]:
        """4800."""
        yield self._event(at, "locked")

    def lock_by_policy(self, at: int) -> Iterator[Desk]:
        """The screen saver comes up for lack of input, and locks."""
        yield self._event(at, "saver_on")
        yield self._event(at + 300, "locked")

    def unlock(self, at: int) -> Iterator[Desk]:
        """4801, and the logon of type 7 that proves the password: two sessions of their own, over within the second."""
        yield self._logon_tried(at - 30)
        proofs = (at, at + _HELPER_GAP)
        for proof in proofs:
            yield self._other(proof, "logged_on", proof, 7, elevated=self.admin and proof == at)
        if at % 3:
            yield self._event(at + 90, "unlocked")
        for number, proof in enumerate(reversed(proofs)):
            yield self._other(at + 120 + number, "ended", proof, 7)
        if not at % 3:
            yield self._event(at + 400, "unlocked")

    def unlock_saver(self, at: int) -> Iterator[Desk]:
        """An unlock that dismisses the screen saver first."""
        yield self._event(at - 40, "saver_off")
        yield from self.unlock(at)

    def saver(self, start: int, end: int) -> Iterator[Desk]:
        """A screen saver that asks for no password."""
        yield self._event(start, "saver_on")
        yield self._event(end, "saver_off")

    def switched_away(self, at: int) -> Iterator[Desk]:
        """Fast user switching: the session stays, without the screen."""
        yield self._event(at, "locked")
        yield self._event(at + 200, "disconnected")

    def switched_back(self, at: int) -> Iterator[Desk]:
        """The password opens a session of type 2 that only fetches the old one back, then ends."""
        yield self._logon_tried(at - 30)
        yield self._other(at, "logged_on", at, 2)
        yield self._event(at + 150, "reconnected")
        yield self._event(at + 180, "unlocked")
        yield self._other(at + 600, "ended", at, 2)

    def disconnect(self, at: int) -> Iterator[Desk]:
        """4779: the remote desktop's window was closed; the session stays."""
        yield self._event(at, "disconnected")

    def reconnect(self, at: int) -> Iterator[Desk]:
        """A remote desktop comes back: a new logon of type 10 fetches the old session, then ends."""
        yield from self._remote_password(at)
        yield self._other(at, "logged_on", at, 10)
        yield self._event(at + 150, "reconnected")
        yield self._other(at + 700, "ended", at, 10)

    def task(self, at: int, seconds: int) -> Iterator[Desk]:
        """A scheduled task in this account's name: type 4, whether or not anybody is there."""
        yield from self._errand(at, at + seconds * _SECOND, 4, "task")

    def uac(self, at: int, seconds: int, account: str = "") -> Iterator[Desk]:
        """A UAC prompt that took a password, this account's or a helper's: type 2, until the program ends."""
        other = replace(self, account=account or self.account)
        yield other._other(at - 30, "explicit", 0, 2, asked_by="uac", subject=(self.account, self.logon_id))
        yield from other._errand(at, at + seconds * _SECOND, 2, "uac")

    def runas(self, at: int, seconds: int) -> Iterator[Desk]:
        """runas with a saved password: a logon of type 2 by the secondary logon service."""
        yield self._other(at - 30, "explicit", 0, 2, asked_by="runas", subject=(self.account, self.logon_id))
        yield from self._errand(at, at + seconds * _SECOND, 2, "runas")

    def _errand(self, start: int, end: int, kind: int, asked_by: str) -> Iterator[Desk]:
        yield self._other(start, "logged_on", start, kind, asked_by=asked_by, elevated=True)
        yield self._other(end, "ended", start, kind)

    def _logon(self, at: int, kind: int) -> Iterator[Desk]:
        own = logon_id(at, self.booted)
        if not self.admin:
            yield self._other(at, "logged_on", at, kind)
            return
        full = at - _HELPER_GAP
        yield self._other(full, "logged_on", full, kind, elevated=True, linked_id=own)
        yield self._other(at, "logged_on", at, kind, linked_id=logon_id(full, self.booted))
        yield self._other(at + 1, "special", full, kind)

    def _ended(self, at: int, opened: int, kind: int) -> Iterator[Desk]:
        yield self._other(at, "ended", opened, kind)
        if self.admin:
            yield self._other(at + 15, "ended", opened - _HELPER_GAP, kind)

    def _remote_password(self, at: int) -> Iterator[Desk]:
        """Network level authentication: 4648 at the client, then at the server a session of type 3, soon over."""
        client = self.client
        assert client is not None
        yield Desk(
            at - 900,
            client.feed,
            "explicit",
            self.account,
            client.hostname,
            client=self.pc.hostname.upper(),
            subject=(self.account, logon_id(at - HOUR)),
            asked_by="remote",
        )
        yield from network_logon(self.account, self.pc, client, at - 600, at + 1_200, booted=self.booted)

    def _logon_tried(self, at: int) -> Desk:
        return self._other(at, "explicit", 0, 2)

    def _event(self, at: int, what: str) -> Desk:
        return self._other(at, what, self.at, self.logon_type)

    def _other(
        self,
        at: int,
        what: str,
        opened: int,
        kind: int,
        *,
        elevated: bool = False,
        linked_id: int = 0,
        asked_by: str = "",
        subject: tuple[str, int] = ("", 0),
    ) -> Desk:
        """An event that names the session opened at `opened`."""
        client = self.client
        stationed = client is not None and what in ("reconnected", "disconnected")
        return Desk(
            at,
            self.pc.feed,
            what,
            self.account,
            self.pc.hostname,
            kind,
            client.address if client and kind == 10 else "127.0.0.1",
            logon_id(opened, self.booted),
            linked_id,
            elevated,
            self.domain,
            asked_by,
            subject,
            client.hostname.upper() if client and stationed else "",
            self.session,
        )


def network_logon(
    account: str, pc: Device, client: Device, start: int, end: int, *, booted: int = 0, package: str = ""
) -> Iterator[Desk]:
    """Somebody's machine reads a share or a printer of `pc`: type 3, with an id of its own to its end."""
    opened = logon_id(start, booted)
    named = client.hostname.upper() if package == "ntlm" else ""
    yield Desk(
        start,
        pc.feed,
        "logged_on",
        account,
        pc.hostname,
        3,
        client.address,
        opened,
        elevated=account.endswith("$"),
        asked_by=package,
        client=named,
    )
    yield Desk(end, pc.feed, "ended", account, pc.hostname, 3, client.address, opened)


def start_up(pc: Device, at: int) -> Iterator[Desk]:
    """Windows starts: the system's own sessions, and the window manager's for the first screen."""

    def own(after: int, account: str, domain: str, kind: int, number: int, linked: int = 0) -> Desk:
        return Desk(
            at + after,
            pc.feed,
            "logged_on",
            account,
            pc.hostname,
            kind,
            "-",
            number,
            linked,
            elevated=linked < number,
            domain=domain,
            asked_by="window" if kind == 2 else "",
        )

    yield Desk(at, pc.feed, "started", "", pc.hostname)
    yield own(10, "SYSTEM", "NT AUTHORITY", 0, 0x3E7)
    yield own(2_400, "UMFD-1", "Font Driver Host", 2, 0x9A1B)
    yield own(2_900, "DWM-1", "Window Manager", 2, 0x103C2, 0x103E0)
    yield own(2_901, "DWM-1", "Window Manager", 2, 0x103E0, 0x103C2)
    yield own(3_300, "LOCAL SERVICE", "NT AUTHORITY", 5, 0x3E5)


def service(pc: Device, at: int, account: str = "SYSTEM", *, booted: int = 0) -> Iterator[Desk]:
    """A service starts: type 5, and the rights that come with it. The system's own sessions have fixed ids."""
    system = account == "SYSTEM"
    number = 0x3E7 if system else logon_id(at, booted)
    domain = "NT AUTHORITY" if system else ""
    for after, what in ((0, "logged_on"), (2, "special")):
        yield Desk(at + after, pc.feed, what, account, pc.hostname, 5, "-", number, elevated=True, domain=domain)


def second_screen(pc: Device, at: int, session: int) -> Iterator[Desk]:
    """The window manager's session for a remote desktop or a second user."""
    number = logon_id(at)
    yield Desk(
        at,
        pc.feed,
        "logged_on",
        f"DWM-{session}",
        pc.hostname,
        2,
        "-",
        number,
        elevated=True,
        domain="Window Manager",
        asked_by="window",
    )


def second_screen_ended(pc: Device, opened: int, at: int, session: int) -> Iterator[Desk]:
    """Its end, which no person notices."""
    yield Desk(at, pc.feed, "ended", f"DWM-{session}", pc.hostname, 2, "-", logon_id(opened), domain="Window Manager")
