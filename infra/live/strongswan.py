"""The district's second VPN: strongSwan with EAP-MSCHAPv2 behind its certificate, which phones have built in."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile

from infra.live.children import Children, Errand
from infra.live.network import CORE, inside, listens
from infra.live.pki import Authority

PORT = 500
NAME = "ike.maple.example"

_DAEMON = """
charon-systemd {{
  load_modular = no
  load = {plugins}
  retransmit_timeout = 40
  filelog {{
    log {{
      path = {log}
      time_format = %Y-%m-%dT%H:%M:%S%z
      default = 1
      ike_name = yes
      flush_line = yes
    }}
  }}
  plugins {{ vici {{ socket = unix://{socket}
    }}
  }}
}}
"""
# No more than this needs: what one machine has and another lacks is not missed.
_PLUGINS = (
    "random nonce openssl pem pkcs1 pkcs8 x509 pubkey revocation constraints aes sha1 sha2 hmac kdf gmp "
    "eap-identity eap-mschapv2 kernel-libipsec kernel-netlink socket-default vici"
)
_GATEWAY = """
connections {{
  staff {{
    version = 2
    local_addrs = {address}
    pools = inside
    unique = never
    local {{ auth = pubkey
      certs = {certificate}
      id = {name}
    }}
    remote {{ auth = eap-mschapv2
      eap_id = %any
    }}
    children {{ net {{ local_ts = 10.20.0.0/16
      esp_proposals = aes128-sha256
    }} }}
  }}
}}
pools {{ inside {{ addrs = {pool}/24
}} }}
secrets {{
{people}}}
authorities {{ maple {{ cacert = {ca}
}} }}
"""
_CLIENT = """
connections {{
  home {{
    version = 2
    remote_addrs = {server}
    vips = 0.0.0.0
    local {{ auth = eap-mschapv2
      id = {claimed}
      eap_id = {account}
    }}
    remote {{ auth = pubkey
      id = {name}
    }}
    children {{ net {{ remote_ts = 10.20.0.0/16
      esp_proposals = aes128-sha256
    }} }}
  }}
}}
secrets {{ eap-me {{ id = {account}
  secret = "{secret}"
}} }}
authorities {{ maple {{ cacert = {ca}
}} }}
"""
# The daemon, then what it is told; it says goodbye to its peers when it is asked to end.
_RUN = """
export STRONGSWAN_CONF={folder}/strongswan.conf SWANCTL_DIR={folder}
charon-systemd & daemon=$!
trap 'kill $daemon; wait $daemon; exit' TERM
until swanctl --stats --uri unix://{socket} >/dev/null 2>&1; do sleep 1; done
swanctl --load-all --noprompt --uri unix://{socket}
{then}
wait $daemon
"""


def start(
    children: Children, authority: Authority, folder: Path, log: Path, address: str, pool: str,
    passwords: Mapping[str, str],
) -> None:  # fmt: skip
    """Starts the gateway in the core, at its public `address`; `pool` is the first of 256 addresses that it lends."""
    folder.mkdir()
    certificate, key = authority.issue(NAME, "serverAuth", names=(NAME,))
    people = "".join(f'  eap-{n} {{ id = {n}\n    secret = "{s}"\n  }}\n' for n, s in passwords.items())
    said = _GATEWAY.format(address=address, certificate=certificate, name=NAME, pool=pool, people=people,
                           ca=authority.certificate)  # fmt: skip
    script = _written(folder / "gate", log, said, "echo loaded >{folder}/loaded")
    (folder / "gate" / "private").mkdir()
    copyfile(key, folder / "gate" / "private" / key.name)  # where swanctl looks for it
    loaded = folder / "gate" / "loaded"
    children.serve(
        "strongswan", inside(CORE, "sh", str(script)), lambda: loaded.exists() and listens(CORE, PORT, "udp")
    )


def connect(
    children: Children, authority: Authority, folder: Path, host: str, server: str, account: str, secret: str,
    claimed: str, expected: str = "initiate completed successfully",
) -> Errand:  # fmt: skip
    """A client in `host`; `claimed` is its IKE identity, which nobody checks."""
    said = _CLIENT.format(server=server, claimed=claimed, account=account, secret=secret, name=NAME,
                          ca=authority.certificate)  # fmt: skip
    place = folder / f"{host}-{len(list(folder.iterdir()))}"
    script = _written(place, place / "log", said, "swanctl --initiate --child net --timeout 600 --uri unix://{socket}")
    return children.send(f"ike-{account}", inside(host, "sh", str(script)), expected)


def _written(place: Path, log: Path, said: str, then: str) -> Path:
    """A daemon's folder with what it reads; returns the script that runs it."""
    place.mkdir()
    words = {"folder": place, "socket": place / "vici", "log": log, "plugins": _PLUGINS}
    (place / "strongswan.conf").write_text(_DAEMON.format(**words))
    (place / "swanctl.conf").write_text(said)
    script = place / "run"
    script.write_text(_RUN.format(then=then.format(**words), **words))
    return script
