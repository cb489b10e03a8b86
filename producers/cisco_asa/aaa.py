"""AAA and logins to the appliance itself: 1130xx, 60500x, 6111xx, 71603x. Blanks around `=` vary by version."""

import re

from model.event import Event
from producers.cisco_asa.message import IP, REST, USER, WORDS, Filler, Reader, reader, set_account, who
from producers.forms import address, address_port, known

_IS = r" {0,3}[:=] {0,3}"


def _checked(outcome: str, word: str) -> Filler:
    """A credential check without a session: `outcome`, and the vendor's word for it."""

    def fill(event: Event, match: re.Match[str]) -> None:
        found = match.groupdict()
        event.category, event.action, event.outcome = "auth", "account.authenticated", outcome
        event.vendor_action = word
        set_account(event, found.get("user"), "authenticated" if outcome == "success" else "claimed")
        event.address = address(found.get("ip"))
        event.destination = known(found.get("server"))
        event.reason = known(found.get("reason"))
        event.app = found.get("group") or None

    return fill


def _locked(action: str, word: str) -> Filler:
    def fill(event: Event, match: re.Match[str]) -> None:
        event.category, event.action, event.outcome, event.vendor_action = "auth", action, "success", word
        set_account(event, match["user"], "claimed")  # of failed logins, or named by an administrator
        event.target_account, event.target_domain = event.account, event.account_domain

    return fill


def _login(outcome: str, word: str) -> Filler:
    """A login to the appliance: `from IP/port to interface:IP/service for user "U"`."""

    def fill(event: Event, match: re.Match[str]) -> None:
        event.category, event.action, event.outcome = "auth", "account.logged_on", outcome
        event.vendor_action = word
        event.logon_type = "interactive" if match["from"] in ("serial", "console") else "remote"
        set_account(event, match["user"], "authenticated" if outcome == "success" else "claimed")
        event.address = address_port(match["from"])[0]
        event.destination = address(match["to"])
        event.protocol = match["service"]
        event.reason = None if outcome == "success" else word

    return fill


def _logged_off(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    event.vendor_action = "User logged out"
    set_account(event, match["user"], "observed")


def _session_ended(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    event.vendor_action, event.protocol, event.address = "SSH session", "ssh", address(match["ip"])
    set_account(event, match["user"], "observed")


_NEXT = r" {0,3}[:=,] {0,3}"
_SERVER = rf"(?:server{_IS}(?P<server>\S{{1,256}}?){_NEXT})?"
_REJECTED = (
    rf"AAA (?:user authentication|credentials) [Rr]ejected{_IS}reason{_IS}(?P<reason>[^=]{{0,256}}?)"
    rf"{_IS}(?:server{_IS}(?P<server>\S{{1,256}}?)|local database){_IS}user{_IS}{USER}"
)
_SUCCESSFUL = rf"AAA (?:user )?authentication Successful{_IS}(?:{_SERVER}|local database{_NEXT})[Uu]ser{_IS}{USER}"
_LOGIN = (
    r"(?:Login (?:denied|permitted)) from (?P<from>\S{1,256}) to (?:(?:[^:\s]{1,64}:)?(?P<to>[0-9a-fA-F.:]{2,45})/)?"
    rf"(?P<service>\w{{1,64}}) for user \"{USER}\""
)
_VERDICT = r" Authentication: {verdict}, Session Type: [\w ./-]{{1,64}}"
_REJECTED_GROUPLESS = (
    rf"Authentication: rejected, group {{0,3}}= {{0,3}}(?P<group>[^\s=]{{0,256}}) user {{0,3}}= {{0,3}}{USER} ?, "
    r"Session Type: {0,3}[\w ./-]{1,64}"
)
_UNAME = (
    r"User authentication (?:succeeded|failed):(?: IP address: {0,3}(?P<ip>[^,\s]{2,45}),)? {0,3}Uname: {0,3}" + USER
)
_WITH_ADDRESS = rf"{_IS}user IP{_IS}(?P<ip>{IP})"


def _rejected(word: str) -> tuple[Reader, ...]:
    """With the user's address behind the user, as newer versions have it, and without."""
    fill = _checked("failure", word)
    return reader(_REJECTED + _WITH_ADDRESS, fill), reader(_REJECTED, fill)


def _other(event: Event, match: re.Match[str]) -> None:
    """Authorization and accounting: of whom; it is no check of a password."""
    event.category = "auth"
    set_account(event, match["user"], "claimed")
    event.address = address(match.groupdict().get("ip"))


_ASIDE = (
    rf"AAA user (?:authorization|accounting) \w{{1,20}}{_IS}(?:reason{_IS}[^=]{{0,256}}?{_IS})?{_SERVER}[Uu]ser{_IS}"
)
_ASIDES = (
    reader(_ASIDE + r"(?P<user>[^\s:]{1,256})" + _WITH_ADDRESS, _other),
    reader(_ASIDE + r"(?P<user>[^\s:]{1,256})", _other),
)
_ACCEPTED = (reader(_SUCCESSFUL, _checked("success", "AAA user authentication Successful")), *_ASIDES)
_SSH = (
    rf"SSH session from (?:(?P<ip>{IP}) )?on interface \S{{1,64}} for user \"?(?P<user>[^\s\"]{{1,256}})\"? "
    rf"(?:terminated|disconnected){REST}"
)
READERS: dict[str, tuple[Reader, ...]] = {
    "113004": _ACCEPTED,
    "113012": _ACCEPTED,
    "113005": (*_rejected("AAA user authentication Rejected"), *_ASIDES),
    "113008": (reader(rf"AAA transaction status ACCEPT {{0,3}}: {{0,3}}user {{0,3}}= {{0,3}}{USER}",
                      _checked("success", "AAA transaction status ACCEPT")),),
    "113014": (reader(rf"AAA authentication server not accessible{_IS}{_SERVER}user{_IS}{USER}",
                      _checked("unknown", "AAA authentication server not accessible")),),
    "113015": _rejected("AAA user authentication Rejected"),
    "113016": _rejected("AAA credentials rejected"),
    "113017": _rejected("AAA credentials rejected"),
    "113006": (reader(rf"User {USER} locked out on exceeding [\w ]{{1,100}}\.?",
                      _locked("account.locked", "locked out")),),
    "113007": (reader(rf"User {USER} unlocked by \S{{1,256}}", _locked("account.unlocked", "unlocked")),),
    "113021": (reader(rf"Attempted console login failed\. {{1,3}}User {USER} did (?P<reason>NOT have {WORDS})",
                      _checked("failure", "Attempted console login failed")),),
    "315011": (reader(_SSH, _session_ended),),
    "605004": (reader(_LOGIN, _login("failure", "Login denied")),),
    "605005": (reader(_LOGIN, _login("success", "Login permitted")),),
    "611101": (reader(_UNAME, _checked("success", "User authentication succeeded")),),
    "611102": (reader(_UNAME, _checked("failure", "User authentication failed")),),
    "611103": (reader(rf"User logged out: Uname: {{0,3}}{USER}", _logged_off),),
    "716038": who(_VERDICT.format(verdict="successful") + r"\.?", _checked("success", "Authentication: successful")),
    "716039": (*who(_VERDICT.format(verdict="rejected") + r"\.?", _checked("failure", "Authentication: rejected")),
               reader(_REJECTED_GROUPLESS, _checked("failure", "Authentication: rejected"))),
}  # fmt: skip
