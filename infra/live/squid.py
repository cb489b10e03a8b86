"""The district's web proxy: squid with proxy sign-in, a list of refused hosts, and its log in its native format."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.live.children import Children, done
from infra.live.network import CORE, inside, listens

PORT = 3128

_CONFIG = """
visible_hostname proxy.maple.example
http_port {port}
cache deny all
pid_filename none
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
coredump_dir {folder}
cache_log {folder}/cache.log
netdb_filename none
pinger_enable off
shutdown_lifetime 1 second
strip_query_terms off
access_log daemon:{log} squid
auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/passwords
auth_param basic realm Maple Falls
auth_param basic children 2 startup=1
acl users proxy_auth REQUIRED
acl guests src {guests}
acl tunnels src {tunnels}
acl inside dstdomain .maple.example
acl refused dstdomain "{folder}/refused"
http_access deny guests refused
http_access allow guests
http_access allow tunnels inside
http_access deny !users
http_access deny refused
http_access allow users
http_access deny all
"""


def start(
    children: Children, folder: Path, log: Path, passwords: Mapping[str, str], refused: Iterable[str],
    hosts: Mapping[str, str], guests: str, tunnels: str,
) -> None:  # fmt: skip
    """Starts squid in the core. `hosts`: address by name; `guests` and `tunnels` are networks that need no sign-in."""
    folder.mkdir()
    secrets = [f"{name}:{done(['openssl', 'passwd', '-apr1', secret]).strip()}" for name, secret in passwords.items()]
    (folder / "passwords").write_text("\n".join(secrets) + "\n")
    (folder / "refused").write_text("\n".join(f".{name}" for name in refused) + "\n")
    (folder / "hosts").write_text("".join(f"{address} {name}\n" for name, address in hosts.items()))
    config = folder / "squid.conf"
    config.write_text(_CONFIG.format(port=PORT, folder=folder, log=log, guests=guests, tunnels=tunnels))
    for place in (folder, log.parent):
        shutil.chown(place, "proxy", "proxy")
    children.serve("squid", inside(CORE, "squid", "-N", "-f", str(config)), lambda: listens(CORE, PORT))
