"""What OpenVPN says of a client, by message. openvpn(8); multi.c, ssl.c, push.c of OpenVPN 2.4 to 2.6."""

import re
from collections.abc import Callable

from model.event import Event
from producers.forms import address, mac, name_account
from producers.openvpn.client import NAME, REAL, TAGGED, Said, said_of, seen_from

Reader = Callable[[Event, re.Match[str]], None]


def read_message(event: Event, message: str) -> None:
    """Fills `event` in; most lines are noise and stay `record.unrecognised`, with their client."""
    said = said_of(message)
    if said is None:
        return
    if said.real is not None:
        seen_from(event, said.real)
    for pattern, reader in _MESSAGES:
        match = pattern.fullmatch(said.text)
        if match and _agrees(said, match):
            # The daemon puts a name before a message once it has let that client in.
            name_account(event, said.name, "observed")
            reader(event, match)
            return
    name_account(event, said.name, "claimed")


def _agrees(said: Said, match: re.Match[str]) -> bool:
    """Whether a name within a message is the one before it, where both are there."""
    return said.name is None or match.groupdict().get("cn") in (None, said.name)


def _opened(event: Event, match: re.Match[str]) -> None:
    """Written before the verdict on the password, for one who is refused too: the name is what the client said."""
    event.action, event.outcome = "tunnel.opened", "success"
    event.vendor_action = "Peer Connection Initiated"
    name_account(event, match["cn"], "claimed")
    seen_from(event, match["real"])


def _addressed(event: Event, match: re.Match[str]) -> None:
    """`MULTI: Learn` also tells the networks behind a client: only a single address is the client's own."""
    ip = address(match["ip"])
    if ip is None or "/" in match["ip"]:
        return
    event.action, event.outcome = "tunnel.addressed", "success"
    event.vendor_action = match["word"]
    event.assigned_address = ip
    name_account(event, match["cn"], "observed")
    seen_from(event, match["real"])


def _kept(event: Event, match: re.Match[str]) -> None:
    """Of the file that keeps addresses over a restart: who is to have it again, not who has it."""
    event.vendor_action, event.assigned_address = match["word"], address(match["ip"])
    name_account(event, match["cn"], "claimed")


def _closed(event: Event, match: re.Match[str]) -> None:
    """The end of a client's instance; one that never signed in had no tunnel to close."""
    event.vendor_action = match["signal"]
    event.reason = match["reason"]
    if event.account:
        event.action, event.outcome = "tunnel.closed", "success"


def _reported(event: Event, match: re.Match[str]) -> None:
    event.action, event.outcome = "tunnel.reported", "unknown"
    event.vendor_action = match["word"]
    event.reason = match["reason"].strip() or None
    if event.account is None and (cn := match.groupdict().get("cn")):
        name_account(event, cn, "claimed")


def _peer_info(event: Event, match: re.Match[str]) -> None:
    event.action, event.outcome = "tunnel.reported", "unknown"
    event.vendor_action = f"peer info {match['key']}"
    event.mac = mac(match["value"]) if match["key"] == "IV_HWADDR" else None
    event.user_agent = match["value"].strip('" ') if match["key"] in ("IV_GUI_VER", "IV_PLAT") else None
    event.device = match["value"].strip('" ') if match["key"] == "UV_HOSTNAME" else None
    event.device_basis = "claimed" if event.device or event.mac else None  # all of peer info is the client's word


def _authenticated(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.authenticated", "success"
    event.vendor_action = "Username/Password authentication succeeded"
    name_account(event, match["user"], "authenticated")


def _deferred(event: Event, match: re.Match[str]) -> None:
    """A plug-in is still asking; its answer is the next line."""
    event.category, event.action, event.outcome = "auth", "account.authenticated", "unknown"
    event.vendor_action = "Username/Password authentication deferred"
    name_account(event, match["user"], "claimed")


def _refused(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.authenticated", "failure"
    found = match.groupdict()
    event.vendor_action = found["word"]
    event.reason = (found.get("reason") or found["word"]).strip(" :'()") or None
    if (user := found.get("user")) and user != "UNDEF":
        name_account(event, user.replace("\\,", ","), "claimed")


def _bind_failed(event: Event, match: re.Match[str]) -> None:
    """What the LDAP plugin says of itself; whom it was about stands in the next line."""
    event.vendor_action, event.outcome, event.reason = match["word"], "failure", match["reason"]


_PASSWORD = "TLS: Username/Password authentication"
_QUOTED_USER = r"'(?P<user>.*)'(?: \[CN SET\])? ?"
_FAILED = (
    r"(?:PUSH: )?SENT CONTROL \[(?P<user>.*)\]: '(?P<word>AUTH_FAILED)(?:,(?P<reason>[^']*))?'(?: \(status=-?\d+\))?"
)
_LDAP = r"(?P<word>[Ii]ncorrect password) supplied for LDAP DN \"(?:uid|cn|CN)=(?P<user>(?:[^,\"\\]|\\.)+).*"
_MESSAGES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.A | re.S), reader)
    for pattern, reader in (
        (rf"\[{NAME}\] Peer Connection Initiated with {TAGGED}(?: \(via [^()]*\))?", _opened),
        (rf"(?P<word>MULTI: Learn): (?P<ip>\S{{1,64}}) -> {NAME}/{REAL}", _addressed),
        (rf"(?P<word>MULTI: primary virtual IP(?:v6)?) for {NAME}/{REAL}: (?P<ip>\S{{1,64}})", _addressed),
        (r"(?P<signal>SIG\w+)\[(?P<reason>[^\]]*)\] received, client-instance (?:exiting|restarting)", _closed),
        (rf"(?:\[{NAME}\] )?(?P<word>Inactivity timeout) \((?P<reason>[^)]*)\)(?:, [a-z]+)?", _reported),
        (rf"(?P<word>MULTI: new connection) by client '{NAME}' (?P<reason>will cause previous[^']*)", _reported),
        (r"peer info: (?P<key>[A-Z]+_[A-Z0-9_]+(?:v2)?)=(?P<value>.*)", _peer_info),
        (rf"{_PASSWORD} succeeded for username {_QUOTED_USER}", _authenticated),
        (rf"{_PASSWORD} deferred for username {_QUOTED_USER}", _deferred),
        (r"(?P<word>TLS Auth Error): (?P<reason>.*)", _refused),
        (_FAILED, _refused),
        (r"AUTH-PAM: BACKGROUND: user '(?P<user>.*)' (?P<word>failed to authenticate)(?P<reason>[^']*)", _refused),
        (r"(?P<word>VERIFY ERROR): depth=0, (?P<reason>error=[^:]*): .*?\bCN=(?P<user>[^,/]+).*", _refused),
        (_LDAP, _refused),
        (r"(?P<word>Unable to bind) as (?:(?:uid|cn|CN)=)?(?P<user>(?:[^,=\"\\\s]|\\.){1,256})(?:,[^\n]*)?", _refused),
        (r"(?P<word>LDAP bind failed): (?P<reason>[^()]{1,200}?)(?: \(.*\))?", _bind_failed),
        (r"LDAP user \"(?P<user>[^\"]{1,256})\" (?P<word>was not found)\.", _refused),
        (r"(?P<word>ifconfig_pool_read)\(\), in='(?P<cn>[^',]{1,256}),(?P<ip>[0-9a-fA-F:.]{2,45}),?[^']*'", _kept),
    )
)  # fmt: skip
