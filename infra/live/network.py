"""Hosts and cables of the school: network namespaces, veth pairs and bridges, all inside our own net namespace."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.live.children import done

CORE = "core"  # the district's router and server: every bridge is there


@dataclass
class Network:
    """What has been made so far. Addresses exist only inside these namespaces; no cable leads out."""

    _cables: int = 0
    hosts: set[str] = field(default_factory=set)

    def host(self, name: str) -> None:
        """A host of that name, with loopback up."""
        done(["ip", "netns", "add", name])
        done(inside(name, "ip", "link", "set", "lo", "up"))
        self.hosts.add(name)

    def bridge(self, host: str, name: str, *addresses: str) -> None:
        """A bridge in a host, with the host's addresses (`10.20.1.1/24`) in it."""
        _ip(host, f"link add {name} type bridge", f"link set {name} up")
        _ip(host, *(f"address add {address} dev {name}" for address in addresses))

    def plug(self, name: str, bridge: str, mac: str, address: str = "", gateway: str = "", host: str = CORE) -> None:
        """A host with one card in a bridge of another host, with a fixed address or none."""
        if name not in self.hosts:
            self.host(name)
        self._cables += 1
        port, card = f"p{self._cables}", "eth0" if host == CORE else "eth1"
        done(["ip", "link", "add", port, "netns", host, "type", "veth", "peer", "name", card, "netns", name])
        _ip(host, f"link set {port} master {bridge} up")
        _ip(name, f"link set {card} address {mac} up")
        if address:
            _ip(name, f"address add {address} dev {card}")
        if gateway:
            _ip(name, f"route add default via {gateway}")

    def masquerade(self, host: str, inside_bridge: str) -> None:
        """A host that hides all behind its bridge under its own address: NAT."""
        rules = (
            "add table ip nat\n"
            "add chain ip nat out { type nat hook postrouting priority 100 ; }\n"
            f'add rule ip nat out oifname != "{inside_bridge}" masquerade\n'
        )
        done(inside(host, "nft", "-f", "-"), rules)


def inside(host: str, *command: str) -> list[str]:
    """The command as run in a host."""
    return ["ip", "netns", "exec", host, *command]


def routes(host: str) -> None:
    """Lets a host pass on what is not for itself."""
    done(inside(host, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"))


def listens(host: str, port: int, protocol: str = "tcp") -> bool:
    """Whether something listens on a port of the host."""
    return bool(done(inside(host, "ss", "-Hln", f"--{protocol}", f"sport = :{port}")).strip())


def _ip(host: str, *lines: str) -> None:
    command: Sequence[str] = inside(host, "ip", "-batch", "-")
    done(command, "\n".join(lines) + "\n")
