"""`hallmonitor demo`: a district made up, run through the real stack, compared with what was planted, and shown."""

import json
import os
import shutil
import signal
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Event as Flag

import click
from rich.console import Console
from rich.table import Table

from casework.register import Register
from cli.dashboard import end, say_first_link, serve, url
from cli.demo_desk import Piece, Work, work_the_desk
from cli.expectation import Comparison, compare, read_expected
from cli.run import run_district, servers, stop_on_signals
from cli.run_tally import Tally
from cli.simulate import command as simulate
from infra.local.home import HomeBusy
from infra.local.stack import running
from model.clock import now
from model.settings import SERVERS, Settings
from storage.client import connect
from storage.queries.districts import districts
from storage.queries.sources import sources
from storage.queries.violations import Filter, newest

MOST_VIOLATIONS = 10_000
_words = Console(stderr=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--people", type=click.IntRange(100, 100_000), default=150, show_default=True, help="Size of the district."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another district.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on stdout.")
@click.option("--serve/--no-serve", "serving", default=None, help="Serve the dashboard. Default: only in a terminal.")
@click.option("--desk", "desk", is_flag=True, help="Also the records desk: a request, a purge, an incident.")
def command(people: int, seed: int, as_json: bool, serving: bool | None, desk: bool) -> None:
    """Simulate a school district with planted violations and look-alikes, run it, and show what was found.

    Everything is in HALLMONITOR_HOME/demo and is made again each time. In a terminal it then serves the dashboard until
    Ctrl-C; elsewhere it stops after the summary. Exits 0 when nothing was lost, missed or invented, 1 otherwise.
    """
    home = _fresh_home()
    folder = home / "maple-falls"
    simulate.main([str(folder), "--seed", str(seed), "--people", str(people)], standalone_mode=False)
    stop = Flag()
    stop_on_signals(stop)
    with servers(_words) as settings:
        began = time.monotonic()
        tally = run_district(folder, True, stop, _words)
        seconds = time.monotonic() - began
        comparison = _compare(settings, folder)
        clean = comparison.clean and not tally.lost
        made = _desk(settings, home / "desk") if desk else []
        _summary(tally, comparison, seconds, folder, made, as_json)
        if clean and (sys.stdin.isatty() if serving is None else serving):
            stop_on_signals(stop := Flag())  # the run has used up the first
            _serve(settings, folder, stop)
    sys.exit(0 if clean else 1)


def _fresh_home() -> Path:
    """The demo's own home, emptied; a user's own data is never near it."""
    home = (Settings().hallmonitor_home / "demo").absolute()
    if running(home):
        raise click.ClickException(f"a demo is running already in {home}; end it with Ctrl-C there")
    try:
        shutil.rmtree(home, ignore_errors=False)
    except FileNotFoundError:
        pass
    except (OSError, HomeBusy) as error:
        raise click.ClickException(f"{home} cannot be emptied: {error}") from error
    home.mkdir(parents=True)
    os.environ["HALLMONITOR_HOME"] = str(home)
    for name in SERVERS:  # the demo never touches a real server, and .env may name one
        os.environ[name.upper()] = str(Settings.model_fields[name].default)
    return home


def _compare(settings: Settings, folder: Path) -> Comparison:
    store = connect(settings)
    try:
        return compare(read_expected(folder / "expected.yaml"), newest(store, None, Filter(), limit=MOST_VIOLATIONS))
    finally:
        store.close()


def _desk(settings: Settings, folder: Path) -> list[Piece]:
    """The work of the three officers on the district, about the account of the newest violation that has one."""
    with closing(connect(settings)) as store, Register(settings, store) as register:
        found = newest(store, None, Filter(), limit=MOST_VIOLATIONS)
        account = next(one.account for one in found if one.account)
        (district,) = districts(store)
        first = min(one.first_at for one in sources(store, district.id, now()) if one.first_at)
        work = Work(register, settings, district, account, date.fromisoformat(first[:10]), folder)
        return work_the_desk(work, lambda step: _words.print(f"{step} …"))


def _summary(
    tally: Tally, comparison: Comparison, seconds: float, folder: Path, made: list[Piece], as_json: bool
) -> None:
    rate = tally.events / seconds if seconds else 0
    if as_json:
        told = {**tally.as_json(), "detections": comparison.as_dict(), "seconds": seconds, "events_per_second": rate}
        told["desk"] = [{"what": one.what, "path": str(one.path), "checked": one.checked} for one in made]
        click.echo(json.dumps(told))
        return
    out = Console()
    tally.show(out)
    table = Table("detection", "found", "missed", "invented", title="Compared with what was planted")
    for name, one in sorted(comparison.tallies.items()):
        table.add_row(name, str(len(one.found)), str(len(one.missed)), str(len(one.invented)))
    out.print(table)
    out.print(
        f"{tally.events:,} events in {seconds:.0f} s ({rate:,.0f} a second, the start of Kafka's readers included)"
    )
    out.print(f"The district lies in {folder}; its own answer is in expected.yaml")
    for piece in made:
        out.print(f"{piece.what}: [link={piece.path.as_uri()}]{piece.path}[/link] ({piece.checked})", soft_wrap=True)


def _serve(settings: Settings, folder: Path, stop: Flag) -> None:
    served = serve(settings, (folder,))
    try:
        click.echo(f"The dashboard: {url(served)}   Ctrl-C ends it")
        say_first_link(served, ("administrator", "analyst"))
        while not served.ended() and not stop.wait(0.2):
            pass
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    finally:
        end(served)
