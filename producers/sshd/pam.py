"""What PAM modules write, in whatever program's name: failures, sessions opened and closed, passwords changed."""

import re
from collections.abc import Callable

from model.event import Event
from producers.forms import account, address, known, name_target
from producers.sshd.remote import session_of
from producers.syslog import Head

# The services whose session is a person in front of the machine.
AT_THE_MACHINE = frozenset({"login", "gdm-password", "gdm-autologin", "lightdm", "sddm", "xdm", "kde"})
# The services in which somebody who is signed in acts as another; who that is they know from the kernel.
_ACTING = frozenset({"sudo", "sudo-i", "su", "su-l"})

_MODULE = re.compile(r"(pam_\w+)\(([\w@.-]{1,64}):(\w{1,32})\): (.*)", re.A | re.S)
# In PAM's own order. ruser, rhost and user are the client's: a line in which a field stands twice is not read.
_FIELDS = (
    r"; logname=\S* uid=-?\d* euid=-?\d* tty=\S* ruser=(?P<ruser>[^=]*) rhost=(?P<rhost>[^\s=]*)"
    r"(?:\s+user=(?P<user>.*))?"
)
_THE_CLIENTS = ("ruser=", "rhost=")
_FAILURE = re.compile(rf"(?:authentication failure|\d{{1,9}} more authentication failures?){_FIELDS}", re.A | re.S)
_UNKNOWN_USER = re.compile(r"check pass; user (?P<user>unknown)", re.A)
_PASSED = re.compile(rf"authentication success{_FIELDS}", re.A | re.S)
_OPENED = re.compile(
    r"session (?P<word>opened) for user (?P<user>.*?)(?:\(uid=\d+\))? by (?P<by>[^()]*)\(uid=\d+\)", re.A | re.S
)
_CLOSED = re.compile(r"session (?P<word>closed) for user (?P<user>.*)", re.A | re.S)
_LOCKED = re.compile(r"Consecutive login failures for user (?P<user>\S+) account temporarily locked", re.A)
_NOT_MET = re.compile(r'requirement "[^"]{1,200}" not met by user "(?P<user>[^"]*)"', re.A)
# Of pam_google_authenticator, which writes under the name of its own: sshd(pam_google_authenticator).
CODE = re.compile(r"(?P<word>Accepted google_authenticator|Invalid verification code) for (?P<user>\S{1,256})", re.A)
_GRANTED = re.compile(r"user '(?P<user>[^']{1,256})' granted access", re.A)
_NOT_TAKEN = re.compile(r"new password not acceptable", re.A)
_PASSWORD = re.compile(r"password changed for (?P<user>.+)", re.A | re.S)


def read_pam(event: Event, head: Head, message: str) -> None:
    """Fills `event` in from a `pam_unix(service:type): ...` line, or sshd's own `PAM n more ...`."""
    module = _MODULE.fullmatch(message)
    if not module:
        match = _FAILURE.fullmatch(message.removeprefix("PAM "))
        if match and not any(message.count(field) > 1 for field in _THE_CLIENTS):
            _failed(event, head, match)
        return
    _, service, kind, text = module.groups()
    event.app = service
    event.vendor_code = f"{module[1]}:{kind}"
    if any(text.count(field) > 1 for field in _THE_CLIENTS):
        return
    for pattern, reader in _READERS:
        if match := pattern.fullmatch(text):
            reader(event, head, match)
            return


def read_code(event: Event, match: re.Match[str]) -> None:
    """The second factor: a code of the account's own, for the name that sshd was given."""
    accepted = match["word"].startswith("Accepted")
    event.action, event.outcome = "challenge.presented", "success" if accepted else "failure"
    event.vendor_action, event.app = match["word"], "sshd"
    event.account, event.account_domain = account(match["user"])
    event.account_basis = event.account and ("authenticated" if accepted else "claimed")


def _failed(event: Event, head: Head, match: re.Match[str]) -> None:
    event.action = "account.authenticated"
    event.outcome = "failure"
    event.reason = "authentication failure"
    event.vendor_action = "authentication failure"
    _client(event, head, match)


def _passed(event: Event, head: Head, match: re.Match[str]) -> None:
    event.action = "account.authenticated"
    event.outcome = "success"
    event.vendor_action = "authentication success"
    _client(event, head, match)
    event.account_basis = event.account and "authenticated"


def _unknown_user(event: Event, head: Head, match: re.Match[str]) -> None:
    """Beside the `authentication failure` that follows and counts."""
    event.outcome, event.reason, event.vendor_action = "failure", "no such user", "check pass"
    event.session_id = session_of(head)


def _client(event: Event, head: Head, match: re.Match[str]) -> None:
    event.account, event.account_domain = account(match["user"])
    event.account_basis = event.account and "claimed"
    if event.app in _ACTING and account(match["ruser"])[0]:
        _acted(event, match["ruser"], match["user"])
    rhost = known(match["rhost"])
    event.address = address(rhost)
    if rhost and event.address is None:
        event.device, event.device_basis = rhost, "claimed"
    event.session_id = session_of(head)


def _acted(event: Event, by: str, taken: str) -> None:
    """Who acts, and as whom; both may be one: sudo asks for one's own password."""
    event.account, event.account_domain = account(by)
    event.account_basis = event.account and "observed"
    if taken != by:
        name_target(event, taken)


def _session(event: Event, head: Head, match: re.Match[str]) -> None:
    """A session of sshd is told by sshd itself (`Accepted`), of sudo and su by those: only the rest opens here."""
    event.account, event.account_domain = account(match["user"])
    event.account_basis = event.account and "observed"
    by = match.groupdict().get("by")
    if event.app in _ACTING and by:
        _acted(event, by, match["user"])
    event.vendor_action = f"session {match['word']}"
    event.session_id = session_of(head)
    event.outcome = "success"
    local = event.app in AT_THE_MACHINE
    if match["word"] == "opened" and local:
        event.action, event.logon_type = "account.logged_on", "interactive"
    elif match["word"] == "closed" and (local or event.app == "sshd"):
        event.action = "account.logged_off"
    if local and head.host:
        event.device, event.device_basis = head.host, "observed"


def _locked(event: Event, head: Head, match: re.Match[str]) -> None:
    event.action, event.outcome, event.vendor_action = "account.locked", "success", "account temporarily locked"
    name_target(event, match["user"])


def _granted(event: Event, head: Head, match: re.Match[str]) -> None:
    """Of pam_winbind's account step: the account may be used; the password was somebody else's to check."""
    event.vendor_action = "granted access"
    event.account, event.account_domain = account(match["user"])
    event.account_basis = event.account and "observed"


def _refused(event: Event, head: Head, match: re.Match[str]) -> None:
    """Beside the failure that counts."""
    event.outcome, event.reason, event.vendor_action = "failure", match[0][:200], match[0].partition('"')[0].strip()
    event.account, event.account_domain = account(match.groupdict().get("user"))
    event.account_basis = event.account and "claimed"


def _password(event: Event, head: Head, match: re.Match[str]) -> None:
    event.action = "password.changed"
    event.outcome = "success"
    event.vendor_action = "password changed"
    name_target(event, match["user"])


Reader = Callable[[Event, Head, re.Match[str]], None]
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_FAILURE, _failed),
    (_PASSED, _passed),
    (_UNKNOWN_USER, _unknown_user),
    (_OPENED, _session),
    (_CLOSED, _session),
    (_PASSWORD, _password),
    (_LOCKED, _locked),
    (_GRANTED, _granted),
    (_NOT_MET, _refused),
    (_NOT_TAKEN, _refused),
)
