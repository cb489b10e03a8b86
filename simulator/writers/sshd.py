"""sshd's lines in a central syslog: RFC 3164, no year, the server's short name."""

from zoneinfo import ZoneInfo

from simulator.happenings import Shell
from simulator.local_time import syslog_stamp
from simulator.spool import Spool


class SshWriter:
    """Writes logons on servers."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._add = spool.add
        self._stamp = syslog_stamp(zone)

    def shell(self, shell: Shell) -> None:
        """sshd(8) and the PAM line that goes with it. The port and process number follow from the time."""
        at, port, pid = shell.at, 40_000 + shell.at // 1000 % 20_000, 1_000 + shell.at // 60_000 % 30_000
        name, source = shell.account, f"from {shell.address} port {port}"
        head = f"{self._stamp(at)} {shell.host} sshd[{pid}]: "
        if shell.what == "accepted":
            self._add(at, f"{head}Accepted publickey for {name} {source} ssh2: ED25519 SHA256:{port:043d}")
            self._add(at, f"{head}pam_unix(sshd:session): session opened for user {name} by (uid=0)")
        elif shell.what == "failed":
            self._add(at, f"{head}Failed password for {name} {source} ssh2")
        else:
            self._add(at, f"{head}Disconnected from user {name} {shell.address} port {port}")
            self._add(at, f"{head}pam_unix(sshd:session): session closed for user {name}")
