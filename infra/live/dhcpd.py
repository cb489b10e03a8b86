"""The district's DHCP: ISC dhcpd, logging through rsyslog, its leases file beside; and dhclient, its client."""

from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path

from infra.live.children import Children, Errand
from infra.live.network import CORE, inside, listens

LEASE_S = 3600

_CONFIG = """
authoritative;
log-facility local7;
default-lease-time {lease};
max-lease-time {lease};
"""
_SUBNET = "subnet {net} netmask {mask} {{ range {first} {last}; option routers {router}; }}\n"
_SCRIPT_NAME = "dhclient-script"
# Debian's own script would write the machine's /etc/resolv.conf.
_SCRIPT = """#!/bin/sh
case "$reason" in
  BOUND|RENEW|REBIND|REBOOT)
    ip address replace "$new_ip_address/24" dev "$interface"
    ip route replace default via "${new_routers%% *}" ;;
esac
"""
_SYSLOG = """
module(load="imuxsock" SysSock.Name="/dev/log" SysSock.UseSysTimeStamp="off")
global(workDirectory="{folder}")
local7.* action(type="omfile" file="{log}")
"""


def start_syslog(children: Children, folder: Path, log: Path) -> None:
    """Starts rsyslog on the school's own /dev/log. The format is Debian 12's default: ISO 8601 with an offset."""
    folder.mkdir()
    config = folder / "rsyslog.conf"
    config.write_text(_SYSLOG.format(folder=folder, log=log))
    command = ["rsyslogd", "-n", "-f", str(config), "-i", str(folder / "pid")]
    children.serve("rsyslog", inside(CORE, *command), Path("/dev/log").exists)


def start(children: Children, folder: Path, leases: Path, bridges: Iterable[str], subnets: Iterable[str]) -> None:
    """Starts dhcpd in the core on these bridges: of each /24, .100 to .199; and lays out what its clients need."""
    folder.mkdir()
    text = _CONFIG.format(lease=LEASE_S)
    for subnet in map(ip_network, subnets):
        text += _SUBNET.format(
            net=subnet[0], mask=subnet.netmask, first=subnet[100], last=subnet[199], router=subnet[1]
        )
    config = folder / "dhcpd.conf"
    config.write_text(text)
    leases.touch()
    script = folder / _SCRIPT_NAME  # written before any client runs it: a program that runs cannot be written
    script.write_text(_SCRIPT)
    script.chmod(0o755)
    flags = ["-4", "-f", "-user", "root", "-group", "root", "-cf", str(config), "-lf", str(leases)]
    command = inside(CORE, "dhcpd", *flags, "-pf", str(folder / "pid"), *bridges)
    children.serve("dhcpd", command, lambda: listens(CORE, 67, "udp"))


def lease(children: Children, folder: Path, host: str, hostname: str) -> Errand:
    """dhclient in a host: it takes a lease, renews it, and tells its name."""
    config = folder / f"{host}.conf"
    config.write_text(f'send host-name "{hostname}";\nrequest subnet-mask, routers;\ntimeout 60;\nretry 10;\n')
    flags = ["-4", "-d", "-cf", str(config), "-lf", str(folder / f"{host}.leases"), "-pf", str(folder / f"{host}.pid")]
    command = inside(host, "dhclient", *flags, "-sf", str(folder / _SCRIPT_NAME), "eth0")
    return children.send(f"lease-{host}", command, "bound to")
