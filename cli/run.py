"""`hallmonitor run`: the real thing: producers, Kafka, Faust and ClickHouse, for one district folder."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.pipeline import Pipeline
from cli.processes import Processes, ProcessFailed
from cli.run_tally import Tally
from infra.local.plan import CLICKHOUSE_PORT, KAFKA_PORT
from infra.local.stack import Stack, StackFailed, running
from model.settings import Settings
from model.topics import ALL
from producers import broker
from producers.district_folder import Mistaken
from producers.live import Live
from producers.positions import Busy
from producers.publish import NotSent
from storage.client import Store, connect
from storage.migrate import migrate
from storage.stored import stored

LOOK_EVERY = 0.5  # seconds
PATIENCE = 120.0  # seconds without any advance after which a run that should end says so

_WORDS = Console(stderr=True)


class Stuck(RuntimeError):
    """Nothing advances any more; the message says what, and which logs to read."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("district", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--until-idle", is_flag=True, help="End when all that was read is judged and stored, and say what it was."
)
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on stdout.")
def command(district: Path, until_idle: bool, as_json: bool) -> None:
    """Run the folder DISTRICT through Kafka, Faust and ClickHouse: read its logs, listen where it says, judge, store.

    Starts the embedded stack unless KAFKA_BOOTSTRAP and CLICKHOUSE_URL name servers or `hallmonitor up` has started
    it, and ends what it started. Without --until-idle it goes on until Ctrl-C. What was read before is not read again.
    Exit 1 if anything that was read is not stored.
    """
    stop = Flag()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        tally = run_district(district, until_idle, stop)
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken
    except (Busy, NotSent, ProcessFailed, StackFailed, Stuck) as error:
        _WORDS.print(f"[red]{error}[/red]")
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(tally.as_json()))
    else:
        tally.show(Console())
    sys.exit(1 if tally.lost else 0)


def run_district(folder: Path, until_idle: bool, stop: Flag) -> Tally:
    """Everything a run does; returns when it has ended, with the tally compared with what is stored."""
    tally = Tally()
    with servers() as settings, ExitStack() as ending:
        broker.create_topics(settings, ALL)
        store = _store(settings)
        ending.callback(store.close)
        live = Live(folder, settings, tally.watch)
        tally.before = stored(store, live.id)
        processes = ending.enter_context(Processes(settings.hallmonitor_home / "logs"))
        processes.start("worker", "streams.app", "worker", "-l", "warning", "--without-web")
        processes.start("sink", "storage.sink")
        if not until_idle and any(source.listen for source in live.sources):
            processes.start("listener", "producers.listen", str(folder), str(live.spool))
        ending.enter_context(live)
        with Pipeline(settings, live.partition) as pipeline:
            _drive(live, pipeline, processes, tally, stop, until_idle)
        tally.compare(store, live.id)
    return tally


@contextmanager
def servers() -> Iterator[Settings]:
    """Settings whose two addresses answer; the embedded stack is started if nobody has, and ended at the end."""
    settings = Settings()
    with ExitStack() as ending:
        if not (settings.kafka_bootstrap and settings.clickhouse_url):
            home = settings.hallmonitor_home.absolute()
            state = running(home)
            if state is None:
                _WORDS.print(f"Starting Kafka and ClickHouse in {home} …")
                stack = Stack(home, 1, KAFKA_PORT, CLICKHOUSE_PORT, lambda words: _WORDS.print(words))
                state = ending.enter_context(stack).state
            os.environ["KAFKA_BOOTSTRAP"] = settings.kafka_bootstrap or state["kafka_bootstrap"]
            os.environ["CLICKHOUSE_URL"] = settings.clickhouse_url or state["clickhouse_url"]
            os.environ["HALLMONITOR_HOME"] = str(home)
        yield Settings()


def _store(settings: Settings) -> Store:
    store = connect(settings)
    migrate(store)
    return store


def _drive(live: Live, pipeline: Pipeline, processes: Processes, tally: Tally, stop: Flag, until_idle: bool) -> None:
    """Read in a thread of its own; here, look after the processes and say how far everything is."""
    failures: list[BaseException] = []

    def read() -> None:
        try:
            live.to_the_end(stop) if until_idle else live.follow(stop)
        except BaseException as error:  # told to the other thread, which raises it
            failures.append(error)
            stop.set()

    reader = Thread(target=read, name="producers")
    reader.start()
    with _progress() as progress:
        task = progress.add_task("judged", total=None, read=0, events=0, behind=0)
        last, since = -1, time.monotonic()
        while not failures:
            processes.look()
            done = pipeline.judged()
            behind = pipeline.not_stored()
            progress.update(task, completed=done, total=live.told, read=tally.read, events=tally.events, behind=behind)
            if not reader.is_alive() and (stop.is_set() or (done >= live.told and not pipeline.not_stored())):
                break
            if done + tally.read - behind != last:
                last, since = done + tally.read - behind, time.monotonic()
            if not reader.is_alive() and time.monotonic() - since > PATIENCE:
                raise Stuck(
                    f"{live.told - done} records not judged, {behind} not stored; see the logs in {processes.logs}"
                )
            time.sleep(LOOK_EVERY)
    stop.set()
    reader.join()
    if failures:
        raise failures[0]


def _progress() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[read]:,} records read · {task.fields[events]:,} events · log records judged"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("· {task.fields[behind]} to store"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=_WORDS, transient=True, disable=not sys.stderr.isatty())
