"""`python -m bench`: every figure side by side from one run on this machine; exit 1 if what must be found was not."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import desk, engine, idiomatic, latency, long_run, parsing, plain_loop, sealing, size, storing, worker
from bench.district import District
from bench.figure import Figure, NotFound
from bench.worker import Place
from infra.local.stack import Stack

_WORDS = Console(stderr=True)
TRIALS = ("loop", "engine", "worker", "idiomatic", "parse", "sink", "ledger", "latency", "size")
# A person makes some 400 web requests a day in the dense district, as in a real one, and some 80 in the thin one: there
# more of the events are sign-ins, leases and the like. Targets: worker / plain loop, worker / idiomatic Faust.
DENSE, THIN = ("dense", 250, 100, 0.35, 40), ("thin", 1200, 20, 0.2, 25)
Found = list[Figure] | tuple[list[Figure], float]
SOURCES = {
    "proxy": "squid",
    "edge-vpn": "cisco_asa",
    "staff-pcs": "windows_security",
    "dc": "windows_security",
    "filter": "fortigate",
    "workspace": "google_workspace",
    "wireless": "freeradius",
    "servers": "sshd",
    "remote-vpn": "openvpn",
    "dhcp": "isc_dhcp",
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, type=click.Choice((*TRIALS, "desk")), help="Only these trials.")
@click.option(
    "--scale", default=1.0, show_default=True, help="How large the simulated districts are, to 250 and 1,200."
)
@click.option("--long", "as_long", is_flag=True, help="Only the long trial: a worker's memory over 65 days; minutes.")
@click.option("--json", "as_json", is_flag=True, help="The figures as a JSON list on stdout.")
def main(only: tuple[str, ...], scale: float, as_long: bool, as_json: bool) -> None:
    """Measure Hall Monitor on this machine, side by side with what it is compared to."""
    asked = ("long",) if as_long else only or TRIALS
    with tempfile.TemporaryDirectory(prefix="hallmonitor-bench-") as home:
        try:
            figures = _run(Path(home), asked, scale)
        except NotFound as lost:
            _WORDS.print(f"[red]{lost}[/red]")
            sys.exit(1)
    if as_json:
        click.echo(json.dumps([figure.as_json() for figure in figures], indent=2))
    else:
        _show(figures)


def _run(home: Path, asked: tuple[str, ...], scale: float) -> list[Figure]:
    figures: list[Figure] = []
    for name, people, requests, of_loop, of_idiomatic in (DENSE, THIN):
        place = home / name
        place.mkdir()
        district = District(place / "district", max(100, round(people * scale)), days=2, requests=requests)
        trials = {one: partial(run, place, district) for one, run in _OF_A_DISTRICT.items() if one in asked}
        if name == "dense":
            trials.pop("parse", None)
        if trials:
            _WORDS.print(f"Simulating the {name} district of {district.people} people …")
            district.make()
        found, rates = _try(trials)
        found += _ratios(rates, of_loop, of_idiomatic)
        figures += [replace(figure, trial=f"{name} {figure.trial}") for figure in found]
    return figures + _try({one: partial(run, home) for one, run in _APART.items() if one in asked})[0]


def _try(trials: Mapping[str, Callable[[], Found]]) -> tuple[list[Figure], dict[str, float]]:
    """The figures of some trials, and the rates of those that have one."""
    figures: list[Figure] = []
    rates: dict[str, float] = {}
    for name, run in trials.items():
        _WORDS.print(f"{name} …")
        found = run()
        if isinstance(found, tuple):
            found, rates[name] = found
        figures += found
        for figure in found:
            _WORDS.print(f"  {figure.what}: {figure.value:,.2f} {figure.unit} ({figure.note})", highlight=False)
    return figures, rates


@contextmanager
def _place(home: Path, name: str) -> Iterator[Place]:
    """A stack of its own for each trial: none finds what another left behind."""
    folder = home / name
    folder.mkdir()
    with Stack(folder / "stack", report=lambda said: _WORDS.print(said)) as stack:
        yield Place(stack, folder)


def _of(name: str, trial: Callable[[Place, District], Found]) -> Callable[[Path, District], Found]:
    def run(home: Path, district: District) -> Found:
        with _place(home, name) as place:
            return trial(place, district)

    return run


def _apart(name: str, trial: Callable[[Place], Found]) -> Callable[[Path], Found]:
    def run(home: Path) -> Found:
        with _place(home, name) as place:
            return trial(place)

    return run


_OF_A_DISTRICT: dict[str, Callable[[Path, District], Found]] = {
    "loop": lambda home, district: plain_loop.measure(district),
    "engine": lambda home, district: engine.measure(district),
    "worker": _of("worker", worker.measure),
    "idiomatic": _of("idiomatic", idiomatic.measure),
    "parse": lambda home, district: parsing.measure(district, SOURCES),
}
_APART: dict[str, Callable[[Path], Found]] = {
    "sink": _apart("sink", storing.measure),
    "ledger": _apart("ledger", sealing.measure),
    "desk": _apart("desk", desk.measure),
    "latency": _apart("latency", latency.measure),
    "long": _apart("long", long_run.measure),
    "size": lambda home: size.measure(),
}


def _ratios(rates: dict[str, float], of_loop: float, of_idiomatic: float) -> list[Figure]:
    found = []
    if {"worker", "loop"} <= rates.keys():
        ratio = rates["worker"] / rates["loop"]
        found.append(Figure("ratio", "our worker / plain loop (CPU)", ratio, "×", least=of_loop))
    if {"worker", "idiomatic"} <= rates.keys():
        ratio = rates["worker"] / rates["idiomatic"]
        found.append(Figure("ratio", "our worker / idiomatic Faust (CPU)", ratio, "×", least=of_idiomatic))
    return found


def _show(figures: list[Figure]) -> None:
    table = Table("trial", "what", "figure", "unit", "target", "", "note")
    for figure in figures:
        value = f"{figure.value:,.0f}" if figure.value >= 100 else f"{figure.value:.2f}"
        met = {True: "[green]met[/green]", False: "[red]not met[/red]", None: ""}[figure.met]
        table.add_row(figure.trial, figure.what, value, figure.unit, figure.target, met, figure.note)
    Console(width=None if sys.stdout.isatty() else 190).print(table)


if __name__ == "__main__":
    main()
