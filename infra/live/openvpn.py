"""The district's VPN: OpenVPN with a certificate and a password for everybody, its own log and its status file."""

from collections.abc import Mapping
from pathlib import Path

from infra.live.children import Children, Errand
from infra.live.network import CORE, inside, listens
from infra.live.pki import Authority

PORT = 1194
KILLED_AFTER_S = 360  # a client that says nothing for so long is given up: twice the pushed ping-restart

_SERVER = """
local {address}
port {port}
proto udp
dev tun0
topology subnet
server {network} 255.255.255.0
ca {ca}
cert {certificate}
key {key}
dh none
keepalive 30 180
hand-window 600
persist-key
persist-tun
script-security 2
auth-user-pass-verify {folder}/verify via-file
username-as-common-name
verb 3
log-append {log}
status {status} 60
status-version 2
push "route 10.20.0.0 255.255.255.0"
"""
_CLIENT = """
client
dev tun0
proto udp
remote {server} {port}
nobind
ca {ca}
cert {certificate}
key {key}
remote-cert-tls server
auth-user-pass {secret}
hand-window 600
explicit-exit-notify 2
push-peer-info
verb 3
"""
_VERIFY = """#!/bin/sh
# OpenVPN gives a file of two lines: name and password.
{{ read -r name; read -r word; }} <"$1"
exec grep -qxF "$name:$word" {folder}/passwords
"""


def start(
    children: Children,
    authority: Authority,
    folder: Path,
    logs: Path,
    address: str,
    network: str,
    passwords: Mapping[str, str],
) -> None:
    """Starts the server in the core, at its public `address`; `network` is the pool's first one."""
    folder.mkdir()
    certificate, key = authority.issue("vpn.maple.example", "serverAuth")
    (folder / "passwords").write_text("".join(f"{name}:{secret}\n" for name, secret in passwords.items()))
    verify = folder / "verify"
    verify.write_text(_VERIFY.format(folder=folder))
    verify.chmod(0o755)
    config = folder / "server.conf"
    config.write_text(
        _SERVER.format(address=address, port=PORT, network=network, ca=authority.certificate, certificate=certificate,
                       key=key, folder=folder, log=logs / "openvpn.log", status=logs / "status.log")
    )  # fmt: skip
    command = inside(CORE, "openvpn", "--config", str(config))
    children.serve("openvpn", command, lambda: listens(CORE, PORT, "udp"))


def connect(
    children: Children, authority: Authority, folder: Path, host: str, server: str, account: str, secret: str,
    expected: str = "Initialization Sequence Completed",
) -> Errand:  # fmt: skip
    """A client in `host`; its certificate bears the account's name."""
    certificate = authority.folder / f"{account}.crt"
    if not certificate.exists():
        authority.issue(account, "clientAuth")
    words = folder / f"{host}-{account}.pass"
    words.write_text(f"{account}\n{secret}\n")
    words.chmod(0o600)
    config = folder / f"{host}-{account}.conf"
    config.write_text(
        _CLIENT.format(server=server, port=PORT, ca=authority.certificate, certificate=certificate,
                       key=certificate.with_suffix(".key"), secret=words)
    )  # fmt: skip
    return children.send(f"vpn-{account}", inside(host, "openvpn", "--config", str(config)), expected)
