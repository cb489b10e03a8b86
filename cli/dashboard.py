"""`hallmonitor dashboard`: serves the investigators' view on loopback until Ctrl-C."""

import json
import os
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from casework.register import Register
from cli.addresses import resolved
from dashboard.first_link import NAME, first_link
from dashboard.send_again import FOLDERS
from dashboard.serving import LOOPBACK, PORT
from dashboard.serving import command as streamlit
from infra.local import ports
from infra.local.child import Child
from model.clock import now
from model.settings import Settings
from producers.district_folder import Mistaken, open_district
from storage.client import connect

READY_WITHIN = 60.0  # seconds
ORDERLY_WITHIN = 10.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "districts", nargs=-1, metavar="[DISTRICT]...", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help="Port; another is used if it is taken.",
)
@click.option("--headless/--browser", default=True, show_default=True, help="Whether to open a browser, too.")
def command(districts: tuple[Path, ...], port: int, headless: bool) -> None:
    """Serve the web view of what is stored; its address is printed on stdout.

    With the folder of a DISTRICT, dead letters can be sent again from the page, too. Needs a running stack, or
    CLICKHOUSE_URL and KAFKA_BOOTSTRAP.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    served = serve(resolved(), districts, port, headless)
    try:
        click.echo(url(served))
        say_first_link(served)
        click.echo("Ctrl-C ends it", err=True)
        while not served.ended():
            time.sleep(0.2)
        raise click.ClickException(f"the dashboard ended; {served.log} ends:\n{served.last_words()}")
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        end(served)


def serve(settings: Settings, districts: tuple[Path, ...] = (), port: int = PORT, headless: bool = True) -> Child:
    """Start it on `port`, or on a free one, and return once it answers. `settings` hold both addresses.

    It dies with this process. Raises click.ClickException when it does not come up.
    """
    home = settings.hallmonitor_home.absolute()
    (home / "logs").mkdir(parents=True, exist_ok=True)
    os.environ.update(settings.environment(), HALLMONITOR_HOME=str(home))
    os.environ[FOLDERS] = json.dumps(dict(_folder(one) for one in districts))
    chosen = ports.choose([port])
    child = Child(
        "dashboard", chosen, streamlit(chosen, headless), home / "logs" / "dashboard.log", lambda: _answers(chosen)
    )
    child.start()
    _await_ready(child)
    return child


def url(served: Child) -> str:
    """Where it is."""
    return f"http://{LOOPBACK}:{served.port}/"


def say_first_link(served: Child, roles: tuple[str, ...] = ("administrator",)) -> None:
    """On a home in which nobody can log in, make an administrator and print the link that can be used once."""
    settings = Settings()
    with closing(connect(settings)) as store, Register(settings, store) as register:
        token = first_link(settings.hallmonitor_home, register, now(), roles)
    if token:
        click.echo(f"Nobody can log in yet. This link makes you the {roles[0]} {NAME}; it works once:", err=True)
        click.echo(f"{url(served)}welcome?token={token}")


def end(served: Child) -> None:
    """Ask it to end; insist after a while."""
    served.ask_to_end()
    served.wait_or_kill(ORDERLY_WITHIN)


def _await_ready(child: Child) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and not child.ended():
        if child.answers():
            return
        time.sleep(0.1)
    end(child)
    raise click.ClickException(f"the dashboard did not start; {child.log} ends:\n{child.last_words()}")


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/_stcore/health", timeout=2):
            return True
    except (URLError, OSError):
        return False


def _folder(folder: Path) -> tuple[str, str]:
    try:
        return open_district(folder).district.id, str(folder.absolute())
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
