"""What a real school needs of the machine, what of it is missing, and how Debian brings it."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.live.private import UNSHARE

# Debian's package by the command that it brings.
PACKAGES = {
    "squid": "squid", "openvpn": "openvpn", "dhcpd": "isc-dhcp-server", "dhclient": "isc-dhcp-client",
    "dnsmasq": "dnsmasq-base", "e2guardian": "e2guardian", "sshd": "openssh-server", "ssh": "openssh-client",
    "sudo": "sudo", "charon-systemd": "charon-systemd", "swanctl": "strongswan-swanctl",
    "freeradius": "freeradius", "radclient": "freeradius-utils", "eapol_test": "eapoltest", "rsyslogd": "rsyslog",
    "faketime": "faketime", "ip": "iproute2", "ss": "iproute2", "nft": "nftables", "curl": "curl",
    "openssl": "openssl", "unshare": "util-linux", "setpriv": "util-linux", "mount": "mount",
}  # fmt: skip
# And by the file, of what brings no command.
_FILES = {
    Path("/usr/lib/ipsec/plugins/libstrongswan-eap-mschapv2.so"): "libcharon-extauth-plugins",
    Path("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"): "libcharon-extra-plugins",
    Path("/usr/lib/ipsec/plugins/libstrongswan-openssl.so"): "libstrongswan-standard-plugins",
}
_SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))
_ATTEMPTS = {
    "cables between namespaces (veth)": "ip link add try0 type veth peer name try1",
    "bridges": "ip link add try0 type bridge",
    "tunnels (tun)": "ip tuntap add dev try0 mode tun",
    "address translation (nftables)": "nft add table ip n && nft 'add chain ip n o { type nat hook postrouting "
    "priority 100 ; }' && nft add rule ip n o masquerade",
}
_POLICY = Path("/usr/sbin/policy-rc.d")  # what Debian's packages ask before they start a service
_FORBID = "#!/bin/sh\n# By `make live`, while it installs: no service of the machine is started.\nexit 101\n"


class CannotInstall(RuntimeError):
    """apt-get did not bring what was asked; its last words are in the message."""


def lacking() -> list[str]:
    """What of the machine keeps a real school from being built, each as one sentence; empty if nothing does."""
    if platform.system() != "Linux":
        return [f"This needs Linux's network namespaces; here runs {platform.system()}."]
    if os.geteuid() != 0:
        return ["This needs root, to make network namespaces and to start servers on their own ports."]
    found = []
    if missing_packages() and not shutil.which("apt-get"):
        found.append(f"These are not installed, and there is no apt-get: {', '.join(missing_packages())}.")
    if not Path("/dev/net/tun").exists():
        found.append("There is no /dev/net/tun, which OpenVPN and strongSwan need.")
    if refusal := _refusal([*UNSHARE, "true"]):
        found.append(f"The kernel does not let us make namespaces: {refusal}.")
    return found


def kernel_lacks() -> list[str]:
    """What the kernel does not let us make, tried for real in namespaces that vanish; asked when all is installed."""
    found = []
    for what, attempt in _ATTEMPTS.items():
        if refusal := _refusal([*UNSHARE, "sh", "-c", attempt]):
            found.append(f"The kernel does not let us make {what}: {refusal.splitlines()[0]}.")
    return found


def missing_packages() -> list[str]:
    """Debian packages whose commands or files are not here."""
    commands = {package for command, package in PACKAGES.items() if not shutil.which(command, path=_SBIN)}
    return sorted(commands | {package for file, package in _FILES.items() if not file.exists()})


def install(packages: list[str]) -> None:
    """Installs Debian packages; no service that they bring is started."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with _services_stay_off():
        for command in (["update"], ["install", "--no-install-recommends", "-y", *packages]):
            ran = subprocess.run(
                ["apt-get", "-q", *command], env=environment, capture_output=True, text=True, check=False
            )
            if ran.returncode:
                last = "\n".join((ran.stdout + ran.stderr).splitlines()[-8:])
                raise CannotInstall(f"apt-get {' '.join(command)} failed:\n{last}")
    if missing := missing_packages():
        raise CannotInstall(f"apt-get installed everything, yet the commands of {', '.join(missing)} are not there")


def environment() -> dict[str, str]:
    """For the school's processes: servers stand in sbin, and our own modules are found."""
    return os.environ | {"PATH": _SBIN, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}


def refused(why: list[str]) -> None:
    """Says on stderr what is lacking."""
    print("make live cannot run here.", *why, sep="\n  ", file=sys.stderr)


def _refusal(command: list[str]) -> str:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PATH": _SBIN})
    except FileNotFoundError:
        return ""  # it is among the packages to install
    return "" if ran.returncode == 0 else ran.stderr.strip() or f"{command[0]} exits {ran.returncode}"


@contextmanager
def _services_stay_off() -> Iterator[None]:
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text(_FORBID)
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
