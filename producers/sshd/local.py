"""What other programs write into auth.log: sudo, su, and the tools that make and change users."""

import re
from collections.abc import Callable

from model.event import Event, Outcome
from producers.forms import account, name_target

# In sudo's own order. The folder, the environment and the command are the user's, and may hold ` ; USER=` themselves.
_SUDO = re.compile(
    r"\s*+(?P<user>\S(?:.{0,255}?\S)?) : (?:(?P<error>[^=;]{1,200}) ; )?(?:HOST=\S+ ; )?(?:TTY=\S+ ; )?"
    r"(?:CHROOT=\S+ ; )?PWD=.*? ; USER=(?P<target>\S{1,255}) ; (?:GROUP=\S+ ; )?(?:TSID=\S+ ; )?(?:ENV=.*? ; )?"
    r"COMMAND=(?P<command>\S+).*",
    re.A | re.S,
)
_SUDO_CONTINUED = re.compile(r"\s*+(?P<user>\S{1,255}) : \(command continued\) .*", re.A | re.S)
_SUDO_FORGEABLE = (" ; USER=", " ; COMMAND=")  # more than one: nobody can say which is sudo's
_SU = (
    re.compile(r"(?P<failed>FAILED SU )?\(to (?P<to>.*)\) (?P<user>[^()]+) on \S+", re.A | re.S),
    re.compile(r"(?P<failed>FAILED|Successful) su for (?P<to>.*) by (?P<user>.+)", re.A | re.S),
)
_SU_MARK = re.compile(r"(?P<mark>[+-]) (?P<tty>\S+) (?P<user>[^\s:]+):(?P<to>[^\s:]+)", re.A)  # beside `su for`
_CHANGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("account.created", re.compile(r"new user: name=(?P<user>[^,]+).*", re.S)),
    ("account.deleted", re.compile(r"delete user '(?P<user>[^']+)'.*", re.S)),
    ("group_member.added", re.compile(r"add '(?P<user>[^']+)' to group '(?P<group>[^']+)'.*", re.S)),
    ("group_member.removed", re.compile(r"delete '(?P<user>[^']+)' from group '(?P<group>[^']+)'.*", re.S)),
    ("group_member.added", re.compile(r"user (?P<user>\S+) added by (?P<by>\S+) to group (?P<group>\S+)", re.S)),
    ("group_member.removed", re.compile(r"user (?P<user>\S+) removed by (?P<by>\S+) from group (?P<group>\S+)", re.S)),
    ("account.disabled", re.compile(r"lock user '(?P<user>[^']+)'.*", re.S)),
    ("account.enabled", re.compile(r"unlock user '(?P<user>[^']+)'.*", re.S)),
    ("password.changed", re.compile(r"change user '(?P<user>[^']+)' password.*", re.S)),
    ("account.changed", re.compile(r"change user '(?P<user>[^']+)' .*", re.S)),
    ("account.changed", re.compile(r"changed user '(?P<user>[^']+)' information", re.S)),
    ("account.changed", re.compile(r"changed password expiry for (?P<user>\S+)", re.S)),
)
# What has no action of its own: groups, the shadow files beside what was said already, and what was refused.
_PLAIN: tuple[tuple[Outcome, re.Pattern[str]], ...] = (
    ("success", re.compile(r"new group: name=(?P<group>[^,]+), GID=\d+")),
    ("success", re.compile(r"removed (?:shadow )?group '(?P<group>[^']+)'(?: owned by '[^']+')?")),
    ("success", re.compile(r"group '(?P<group>[^']+)' removed(?: from \S+)?")),
    ("success", re.compile(r"group added to \S+: name=(?P<group>[^,]+)(?:, GID=\d+)?")),
    ("success", re.compile(r"add '(?P<user>[^']+)' to shadow group '(?P<group>[^']+)'")),
    ("success", re.compile(r"delete '(?P<user>[^']+)' from shadow group '(?P<group>[^']+)'")),
    ("failure", re.compile(r"failed (?:adding|deleting|changing) user '(?P<user>[^']+)'(?:, exit code: \d+)?")),
)
_CHECK_FAILED = re.compile(r"password check failed for user \((?P<user>[^()]*)\)")


def read_sudo(event: Event, message: str) -> None:
    """`tbell : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id`, an error may stand first. sudo pads the user."""
    unclear = any(message.count(mark) > 1 for mark in _SUDO_FORGEABLE)
    if more := _SUDO_CONTINUED.fullmatch(message):  # of the command that stands in the line before
        _did(event, more["user"])
        event.vendor_action = "command continued"
        return
    match = None if unclear else _SUDO.fullmatch(message)
    if not match:
        return
    event.action = "command.executed"
    _did(event, match["user"])
    event.outcome = "failure" if match["error"] else "success"
    event.reason = match["error"]
    event.vendor_action = "sudo"
    event.app = match["command"]  # no argument is kept beside raw: arguments hold names and secrets
    name_target(event, match["target"])


def _did(event: Event, user: str | None) -> None:
    """Who did it: these programs know it from the session they run in."""
    event.account, event.account_domain = account(user)
    event.account_basis = event.account and "observed"


def read_su(event: Event, message: str) -> None:
    """`(to root) tbell on pts/0` of util-linux, `Successful su for root by tbell` of shadow."""
    if mark := _SU_MARK.fullmatch(message):
        event.outcome, event.vendor_action = "success" if mark["mark"] == "+" else "failure", "su mark"
        _did(event, mark["user"])
        name_target(event, mark["to"])
        return
    match = _SU[0].fullmatch(message) or _SU[1].fullmatch(message)
    if not match:
        return
    event.action = "credential.used"
    event.outcome = "failure" if (match["failed"] or "").startswith("FAILED") else "success"
    event.reason = "refused" if event.outcome == "failure" else None
    event.vendor_action = "su"
    _did(event, match["user"])
    name_target(event, match["to"])


def read_change(event: Event, message: str) -> None:
    """useradd, usermod, userdel, gpasswd and passwd: the account acted upon, and the actor where they name one."""
    for action, pattern in _CHANGES:
        if match := pattern.fullmatch(message):
            found = match.groupdict()
            event.action = action
            event.outcome = "success"
            name_target(event, found["user"])
            _did(event, found.get("by"))
            event.app = found.get("group")
            event.reason = f"group {event.app}" if event.app else None
            event.vendor_action = message.partition(":")[0].partition("'")[0].strip()[:64]
            return
    for outcome, pattern in _PLAIN:
        if match := pattern.fullmatch(message):
            found = match.groupdict()
            event.outcome, event.app = outcome, found.get("group")
            name_target(event, found.get("user"))
            return


def read_check(event: Event, message: str) -> None:
    """PAM's helper for the password file; the failure that counts is told by PAM itself."""
    if match := _CHECK_FAILED.fullmatch(message):
        event.outcome, event.vendor_action = "failure", "password check failed"
        event.account, event.account_domain = account(match["user"])
        event.account_basis = event.account and "claimed"


_TOOLS = ("useradd", "usermod", "userdel", "gpasswd", "groupadd", "groupdel", "chage", "chfn", "passwd")
READERS: dict[str, Callable[[Event, str], None]] = {
    "sudo": read_sudo,
    "su": read_su,
    **dict.fromkeys(_TOOLS, read_change),
    "unix_chkpwd": read_check,
}
