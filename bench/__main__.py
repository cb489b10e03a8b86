"""`python -m bench`: every figure side by side from one run on this machine; exit 1 if what must be found was not."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import desk, idiomatic, latency, long_run, parsing, plain_loop, sealing, storing, worker
from bench.district import District
from bench.figure import Figure, NotFound
from bench.worker import Place
from infra.local.stack import Stack

_WORDS = Console(stderr=True)
TRIALS = ("loop", "worker", "idiomatic", "parse", "sink", "ledger", "latency")
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
@click.option("--people", default=1200, show_default=True, help="How large the simulated district is.")
@click.option("--long", "as_long", is_flag=True, help="Only the long trial: a worker's memory over 65 days; minutes.")
@click.option("--json", "as_json", is_flag=True, help="The figures as a JSON list on stdout.")
def main(only: tuple[str, ...], people: int, as_long: bool, as_json: bool) -> None:
    """Measure Hall Monitor on this machine, side by side with what it is compared to."""
    asked = ("long",) if as_long else only or TRIALS
    with tempfile.TemporaryDirectory(prefix="hallmonitor-bench-") as home:
        district = District(Path(home) / "district", people, days=2, requests=20)
        try:
            figures = _run(Path(home), district, asked)
        except NotFound as lost:
            _WORDS.print(f"[red]{lost}[/red]")
            sys.exit(1)
    if as_json:
        click.echo(json.dumps([figure.as_json() for figure in figures], indent=2))
    else:
        _show(figures)


def _run(home: Path, district: District, asked: tuple[str, ...]) -> list[Figure]:
    figures: list[Figure] = []
    rates: dict[str, float] = {}
    if set(asked) & {"loop", "worker", "idiomatic", "parse"}:
        _WORDS.print(f"Simulating {district.people} people …")
        district.make()
    for name in asked:
        _WORDS.print(f"{name} …")
        found = _TRIALS[name](home, district)
        if isinstance(found, tuple):
            found, rates[name] = found
        figures += found
        for figure in found:
            _WORDS.print(f"  {figure.what}: {figure.value:,.2f} {figure.unit} ({figure.note})", highlight=False)
    return [*figures, *_ratios(rates)]


@contextmanager
def _place(home: Path, name: str) -> Iterator[Place]:
    """A stack of its own for each trial: none finds what another left behind."""
    folder = home / name
    folder.mkdir()
    with Stack(folder / "stack", report=lambda said: _WORDS.print(said)) as stack:
        yield Place(stack, folder)


Found = list[Figure] | tuple[list[Figure], float]


def _on(name: str, trial: Callable[[Place, District], Found]) -> Callable[[Path, District], Found]:
    def run(home: Path, district: District) -> Found:
        with _place(home, name) as place:
            return trial(place, district)

    return run


_TRIALS: dict[str, Callable[[Path, District], Found]] = {
    "loop": lambda home, district: plain_loop.measure(district),
    "worker": _on("worker", worker.measure),
    "idiomatic": _on("idiomatic", idiomatic.measure),
    "parse": lambda home, district: parsing.measure(district, SOURCES),
    "sink": _on("sink", lambda place, district: storing.measure(place)),
    "ledger": _on("ledger", lambda place, district: sealing.measure(place)),
    "desk": _on("desk", lambda place, district: desk.measure(place)),
    "latency": _on("latency", lambda place, district: latency.measure(place)),
    "long": _on("long", lambda place, district: long_run.measure(place)),
}


def _ratios(rates: dict[str, float]) -> list[Figure]:
    found = []
    if {"worker", "loop"} <= rates.keys():
        found.append(Figure("ratio", "our worker / plain loop (CPU)", rates["worker"] / rates["loop"], "×", least=0.3))
    if {"worker", "idiomatic"} <= rates.keys():
        ratio = rates["worker"] / rates["idiomatic"]
        found.append(Figure("ratio", "our worker / idiomatic Faust (CPU)", ratio, "×", least=30))
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
