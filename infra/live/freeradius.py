"""The district's RADIUS: FreeRADIUS for access points and switches, with PAP, PEAP and TTLS, and its radius.log."""

from collections.abc import Mapping
from pathlib import Path

from infra.live.children import Children, Errand
from infra.live.network import CORE, inside, listens
from infra.live.pki import Authority

SECRET = "between-nas-and-server"
PORT = 1812
DOMAIN = "MAPLE"  # as some supplicants write it before the user

_CONFIG = """
prefix = /usr
libdir = /usr/lib/freeradius
logdir = {folder}
run_dir = {folder}
raddbdir = {folder}
certdir = {folder}
name = freeradius
log {{ destination = files
  file = {log}
  auth = yes
  auth_badpass = yes
  auth_goodpass = no
}}
security {{ reject_delay = 0
  status_server = no
  allow_vulnerable_openssl = yes
}}
max_request_time = 600
proxy_requests = no
realm {domain} {{
}}
cleanup_delay = 5
thread pool {{ start_servers = 2
  max_servers = 4
  min_spare_servers = 1
  max_spare_servers = 3
}}
{clients}
modules {{
  pap {{ }}
  realm ntdomain {{ format = prefix
    delimiter = "\\\\"
  }}
  mschap {{ with_ntdomain_hack = yes
  }}
  files {{ usersfile = {folder}/users
  }}
  eap {{ default_eap_type = peap
    timer_expire = 600
    tls-config tls-common {{
      private_key_file = {key}
      certificate_file = {certificate}
      ca_file = {ca}
      tls_min_version = "1.2"
      tls_max_version = "1.2"
    }}
    mschapv2 {{ }}
    peap {{ tls = tls-common
      default_eap_type = mschapv2
      virtual_server = inner-tunnel
    }}
    ttls {{ tls = tls-common
      default_eap_type = mschapv2
      virtual_server = inner-tunnel
    }}
  }}
}}
server default {{
  listen {{ type = auth
    ipaddr = {address}
    port = {port}
  }}
  authorize {{ {authorize} }}
  authenticate {{ {authenticate} }}
}}
server inner-tunnel {{
  authorize {{ {authorize} }}
  authenticate {{ {authenticate} }}
}}
"""
_AUTHORIZE = """
    ntdomain
    mschap
    eap { ok = return
    }
    files
    pap
"""
_AUTHENTICATE = """
    Auth-Type PAP { pap
    }
    Auth-Type MS-CHAP { mschap
    }
    eap
"""
_PEER = """network={{
 ssid="maple"
 key_mgmt=WPA-EAP
 eap={method}
 identity="{user}"
 anonymous_identity="{outer}"
 password="{secret}"
 phase2="auth={inner}"
}}
"""


def start(
    children: Children, authority: Authority, folder: Path, log: Path, address: str, nas: Mapping[str, str],
    passwords: Mapping[str, str],
) -> None:  # fmt: skip
    """Starts the server in the core; `nas`: address by name of each access point or switch."""
    folder.mkdir()
    certificate, key = authority.issue("radius.maple.example", "serverAuth")
    (folder / "users").write_text("".join(f'"{n}" Cleartext-Password := "{s}"\n' for n, s in passwords.items()))
    clients = "".join(f"client {name} {{\n ipaddr = {ip}\n secret = {SECRET}\n}}\n" for name, ip in nas.items())
    config = folder / "radiusd.conf"
    config.write_text(
        _CONFIG.format(folder=folder, log=log, clients=clients, key=key, certificate=certificate, port=PORT,
                       ca=authority.certificate, address=address, domain=DOMAIN, authorize=_AUTHORIZE,
                       authenticate=_AUTHENTICATE)
    )  # fmt: skip
    (folder / "dictionary").write_text("$INCLUDE /usr/share/freeradius/dictionary\n")
    command = inside(CORE, "freeradius", "-f", "-d", str(folder), "-n", "radiusd")
    children.serve("freeradius", command, lambda: listens(CORE, PORT, "udp"))


def pap(
    children: Children, folder: Path, nas: str, server: str, user: str, secret: str, station: str, expected: str
) -> Errand:
    """A plain login that a switch or access point passes on; `station` is the client's MAC as that NAS writes it."""
    asked = folder / f"{nas}-{len(list(folder.iterdir()))}.pap"
    asked.write_text(
        f'User-Name = "{_quoted(user)}"\nUser-Password = "{secret}"\nCalling-Station-Id = "{station}"\nNAS-Port = 3\n'
    )
    flags = ["-x", "-t", "60", "-r", "2", "-f", str(asked), f"{server}:{PORT}", "auth", SECRET]
    return children.send("pap", inside(nas, "radclient", *flags), expected)


def eap(
    children: Children, folder: Path, nas: str, server: str, user: str, secret: str, mac: str, method: str = "PEAP",
    outer: str = "", expected: str = "SUCCESS",
) -> Errand:  # fmt: skip
    """An 802.1X login with PEAP-MSCHAPv2 or TTLS-PAP, as a supplicant and its access point do it together."""
    inner = "MSCHAPV2" if method == "PEAP" else "PAP"
    config = folder / f"{nas}-{mac.replace(':', '')}.conf"
    config.write_text(_PEER.format(method=method, user=user, outer=outer or user, secret=secret, inner=inner))
    flags = ["-c", str(config), "-a", server, "-p", str(PORT), "-s", SECRET, "-M", mac, "-t", "600"]
    return children.send("eap", inside(nas, "eapol_test", *flags), expected)


def _quoted(name: str) -> str:
    """A name as it stands in quotes, in files of users and of requests."""
    return name.replace("\\", "\\\\")
