"""The DHCP and DNS of a small school: dnsmasq on a box of its own, with its log in its own file."""

from ipaddress import IPv4Network
from pathlib import Path

from infra.live.children import Children
from infra.live.network import inside, listens

_CONFIG = """
keep-in-foreground
user=root
interface=eth0
bind-interfaces
except-interface=lo
no-resolv
no-hosts
no-ping
pid-file=
dhcp-authoritative
dhcp-range={first},{last},{mask},1h
dhcp-option=option:router,{router}
dhcp-leasefile={folder}/leases
log-dhcp
log-queries=extra
log-facility={log}
"""


def start(children: Children, folder: Path, log: Path, host: str, subnet: IPv4Network) -> None:
    """Starts dnsmasq in a host of the subnet, a /24: it lends .100 to .199."""
    folder.mkdir()
    config = folder / "dnsmasq.conf"
    config.write_text(
        _CONFIG.format(first=subnet[100], last=subnet[199], mask=subnet.netmask, router=subnet[1], folder=folder,
                       log=log)
    )  # fmt: skip
    children.serve("dnsmasq", inside(host, "dnsmasq", "-C", str(config)), lambda: listens(host, 67, "udp"))
