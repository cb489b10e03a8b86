"""A server that staff sign in to: OpenSSH and sudo with accounts of its own; rsyslog sends its log through a relay."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from shlex import quote

from infra.live.children import Children, Errand, done
from infra.live.network import CORE, inside, listens

RELAY_PORT = 5514
_GRACE_S = 900  # of the school's seconds
_PAM = "auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_unix.so\n"
_SSHD = """
Port 22
HostKey {folder}/hostkey
PidFile none
UsePAM yes
UseDNS no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin no
StrictModes no
PrintMotd no
PrintLastLog no
LoginGraceTime {grace}
"""
# sudo is setuid, so the school's clock does not reach it: rsyslog says when a line came.
_SENDER = """
global(workDirectory="{folder}" localHostname="{host}")
module(load="imuxsock" SysSock.Name="{folder}/log" SysSock.UseSysTimeStamp="off" SysSock.IgnoreTimestamp="on")
auth,authpriv.* action(type="omfwd" target="{relay}" port="{port}" protocol="tcp" template="RSYSLOG_ForwardFormat")
"""
_RELAY = """
global(workDirectory="{folder}")
module(load="imtcp")
input(type="imtcp" port="{port}")
*.* action(type="omfile" file="{log}" template="RSYSLOG_SyslogProtocol23Format")
"""
_ASKPASS = "#!/bin/sh\necho {secret}\n"
_MOUNTS = ("passwd", "shadow", "group", "sudoers", "pam.d")


def start(
    children: Children, folder: Path, log: Path, host: str, relay: str, passwords: Mapping[str, str],
    operators: Iterable[str],
) -> None:  # fmt: skip
    """Starts a relay in the core, and in `host` rsyslog and sshd for these accounts; `operators` may use sudo."""
    folder.mkdir()
    _accounts(folder, passwords, operators)
    done(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "hostkey")])
    (folder / "sshd_config").write_text(_SSHD.format(folder=folder, grace=_GRACE_S))
    relaying, sending = folder / "relay", folder / "sender"
    for place, text in ((relaying, _RELAY), (sending, _SENDER)):
        place.mkdir()
        words = text.format(folder=place, host=host, relay=relay, port=RELAY_PORT, log=log)
        (place / "rsyslog.conf").write_text(words)
    children.serve("relay", inside(CORE, *_rsyslog(relaying)), lambda: listens(CORE, RELAY_PORT))
    children.serve("sender", inside(host, *_rsyslog(sending)), (sending / "log").exists)
    own = [f"mount --bind {folder}/etc/{name} /etc/{name}" for name in _MOUNTS]
    own += [f"mount --bind {sending}/log /dev/log", "mkdir -p /run/sshd"]
    serve = f"{' && '.join(own)} && exec /usr/sbin/sshd -D -f {folder}/sshd_config"
    children.serve("sshd", inside(host, "sh", "-c", serve), lambda: listens(host, 22))


def sign_in(
    children: Children, folder: Path, host: str, server: str, account: str, secret: str, command: str, expected: str
) -> Errand:
    """ssh in `host`, with a password, for one command."""
    askpass = folder / f"askpass-{host}-{account}"
    askpass.write_text(_ASKPASS.format(secret=quote(secret)))
    askpass.chmod(0o700)
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "PreferredAuthentications=password",
               "NumberOfPasswordPrompts=1", "LogLevel=ERROR")  # fmt: skip
    told = [word for option in options for word in ("-o", option)]
    asking = ["env", f"SSH_ASKPASS={askpass}", "SSH_ASKPASS_REQUIRE=force", "DISPLAY=none"]
    return children.send(
        f"ssh-{account}", inside(host, *asking, "ssh", "-n", "-T", *told, f"{account}@{server}", command), expected
    )


def _accounts(folder: Path, passwords: Mapping[str, str], operators: Iterable[str]) -> None:
    """An /etc of the server's own: the machine's accounts, and the school's."""
    etc = folder / "etc"
    (etc / "pam.d").mkdir(parents=True)
    for service in ("sshd", "sudo", "other"):
        (etc / "pam.d" / service).write_text(_PAM)
    lines: dict[str, list[str]] = {"passwd": [], "shadow": [], "group": []}
    for number, (name, secret) in enumerate(passwords.items(), 6000):
        hashed = done(["openssl", "passwd", "-6", "-salt", "documented", secret]).strip()
        lines["passwd"].append(f"{name}:x:{number}:{number}::/tmp:/bin/sh")
        lines["shadow"].append(f"{name}:{hashed}:20000:0:99999:7:::")
        lines["group"].append(f"{name}:x:{number}:")
    for name, more in lines.items():
        (etc / name).write_text(Path("/etc", name).read_text() + "\n".join(more) + "\n")
    (etc / "shadow").chmod(0o600)
    allowed = "".join(f"{name} ALL=(ALL) ALL\n" for name in operators)
    (etc / "sudoers").write_text(f"Defaults !fqdn\nroot ALL=(ALL) ALL\n{allowed}")
    (etc / "sudoers").chmod(0o440)


def _rsyslog(place: Path) -> list[str]:
    return ["rsyslogd", "-n", "-f", str(place / "rsyslog.conf"), "-i", str(place / "pid")]
