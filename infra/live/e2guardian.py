"""A small school's web filter: E2guardian with a list of refused hosts, and its log as Debian sets it (format 6)."""

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.live.children import Children
from infra.live.network import inside, listens

PORT = 8080
_DEBIAN = Path("/etc/e2guardian")
_SETTINGS = {"nodaemon": "on", "httpworkers": "20", "loguseragent": "on", "filterports": str(PORT)}
# Nobody checks the password: without a proxy behind it that does, E2guardian takes the name that it is told.
_MORE = """
authplugin = '{folder}/authplugins/proxy-basic.conf'
loglocation = '{log}'
pidfilename = '{folder}/pid'
daemonuser = 'root'
daemongroup = 'root'
"""


def start(
    children: Children, folder: Path, log: Path, host: str, refused: Iterable[str], hosts: Mapping[str, str]
) -> None:
    """Starts E2guardian in a host, with Debian's own configuration. `hosts`: address by name."""
    shutil.copytree(_DEBIAN, folder)
    for file in folder.rglob("*"):
        if file.is_file() and str(_DEBIAN) in (text := file.read_text(errors="surrogateescape")):
            file.write_text(text.replace(str(_DEBIAN), str(folder)), errors="surrogateescape")
    config = folder / "e2guardian.conf"
    text = config.read_text()
    for name, value in _SETTINGS.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    config.write_text(text + _MORE.format(folder=folder, log=log))
    with (folder / "lists" / "bannedsitelist").open("a") as banned:
        banned.writelines(f"{name}\n" for name in refused)
    (folder / "hosts").write_text("".join(f"{address} {name}\n" for name, address in hosts.items()))
    serve = f"mount --bind {folder}/hosts /etc/hosts && exec e2guardian -N -c {config}"
    children.serve("e2guardian", inside(host, "sh", "-c", serve), lambda: listens(host, PORT))
