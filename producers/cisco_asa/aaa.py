"""AAA and logins to the appliance itself: 1130xx, 60500x, 6111xx, 71603x. Blanks around `=` vary by version."""

import re

from model.event import Event
from producers.cisco_asa.message import WHO, Filler, Reader, reader, set_account
from producers.forms import address, address_port, known

_IS = r" *[:=] *"


def _checked(outcome: str, word: str) -> Filler:
    """A credential check without a session: `outcome`, and the vendor's word for it."""

    def fill(event: Event, match: re.Match[str]) -> None:
        found = match.groupdict()
        event.category, event.action, event.outcome = "auth", "account.authenticated", outcome
        event.vendor_action = word
        set_account(event, found.get("user"))
        event.address = address(found.get("ip"))
        event.destination = known(found.get("server"))
        event.reason = known(found.get("reason"))
        event.app = found.get("group") or None

    return fill


def _locked(action: str, word: str) -> Filler:
    def fill(event: Event, match: re.Match[str]) -> None:
        event.category, event.action, event.outcome, event.vendor_action = "auth", action, "success", word
        set_account(event, match["user"])
        event.target_account = event.account

    return fill


def _login(outcome: str, word: str) -> Filler:
    """A login to the appliance: `from IP/port to interface:IP/service for user "U"`."""

    def fill(event: Event, match: re.Match[str]) -> None:
        event.category, event.action, event.outcome = "auth", "account.logged_on", outcome
        event.vendor_action = word
        event.logon_type = "interactive" if match["from"] in ("serial", "console") else "remote"
        set_account(event, match["user"])
        event.address = address_port(match["from"])[0]
        event.destination = address(match["to"])
        event.protocol = match["service"]
        event.reason = None if outcome == "success" else word

    return fill


def _logged_off(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    event.vendor_action = "User logged out"
    set_account(event, match["user"])


_NEXT = r" *[:=,] *"
_SERVER = rf"(?:server{_IS}(?P<server>\S+?){_NEXT})?"
_REJECTED = (
    rf"AAA (?:user authentication|credentials) [Rr]ejected{_IS}reason{_IS}(?P<reason>.{{0,512}}?)"
    rf"{_IS}(?:server{_IS}(?P<server>\S+?)|local database){_IS}user{_IS}(?P<user>.{{0,256}}?)"
    rf"(?:{_IS}user IP{_IS}(?P<ip>\S+))?$"
)
_SUCCESSFUL = (
    rf"AAA (?:user )?authentication Successful{_IS}(?:{_SERVER}|local database{_NEXT})[Uu]ser{_IS}(?P<user>.*)$"
)
_LOGIN = (
    r"(?:Login (?:denied|permitted)) from (?P<from>\S+) to (?:(?:[^:\s]+:)?(?P<to>[0-9a-fA-F.:]+)/)?(?P<service>\w+) "
    r"for user \"(?P<user>.*)\""
)
_REJECTED_GROUPLESS = r"Authentication: rejected, group *= *(?P<group>.*?) user *= *(?P<user>.*?) ?, Session Type:"
_UNAME = r"User authentication (?:succeeded|failed):(?: IP address: *(?P<ip>[^,\s]+),)? *Uname: *(?P<user>.*)$"
READERS: dict[str, tuple[Reader, ...]] = {
    "113004": (reader(_SUCCESSFUL, _checked("success", "AAA user authentication Successful")),),
    "113012": (reader(_SUCCESSFUL, _checked("success", "AAA user authentication Successful")),),
    "113005": (reader(_REJECTED, _checked("failure", "AAA user authentication Rejected")),),
    "113008": (reader(r"AAA transaction status ACCEPT *: *user *= *(?P<user>.*)$",
                      _checked("success", "AAA transaction status ACCEPT")),),
    "113014": (reader(r"AAA authentication server not accessible.*?user *= *(?P<user>\S+)",
                      _checked("unknown", "AAA authentication server not accessible")),),
    "113015": (reader(_REJECTED, _checked("failure", "AAA user authentication Rejected")),),
    "113016": (reader(_REJECTED, _checked("failure", "AAA credentials rejected")),),
    "113017": (reader(_REJECTED, _checked("failure", "AAA credentials rejected")),),
    "113006": (reader(r"User (?P<user>.+) locked out on exceeding", _locked("account.locked", "locked out")),),
    "113007": (reader(r"User (?P<user>.+) unlocked by", _locked("account.unlocked", "unlocked")),),
    "113021": (reader(r"Attempted console login failed\. +User (?P<user>.+?) did (?P<reason>NOT have .*)",
                      _checked("failure", "Attempted console login failed")),),
    "605004": (reader(_LOGIN, _login("failure", "Login denied")),),
    "605005": (reader(_LOGIN, _login("success", "Login permitted")),),
    "611101": (reader(_UNAME, _checked("success", "User authentication succeeded")),),
    "611102": (reader(_UNAME, _checked("failure", "User authentication failed")),),
    "611103": (reader(r"User logged out: Uname: *(?P<user>.*)$", _logged_off),),
    "716038": (reader(WHO + r" Authentication: successful", _checked("success", "Authentication: successful")),),
    "716039": (reader(WHO + r" Authentication: rejected", _checked("failure", "Authentication: rejected")),
               reader(_REJECTED_GROUPLESS, _checked("failure", "Authentication: rejected"))),
}  # fmt: skip
