"""`hallmonitor run`: the real thing: producers, Kafka, Faust and ClickHouse, for one district folder."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event as Flag

import click
from kafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape

from cli.brokers_memory import keep_short
from cli.driving import Drive, Stuck
from cli.judging import say_unread, strict_option
from cli.pipeline import Pipeline
from cli.processes import Processes, ProcessFailed
from cli.pulling import begin_pulls
from cli.run_tally import Tally
from infra.local.home import HomeBusy
from infra.local.plan import CLICKHOUSE_PORT, KAFKA_PORT
from infra.local.stack import Stack, StackFailed, completed, running
from model.clock import now
from model.kafka_client import PATIENCE_MS
from model.settings import Settings
from model.topics import ALL
from producers import broker
from producers.district_folder import Mistaken, open_district
from producers.live import Live
from producers.positions import Busy
from producers.publish import NotSent
from storage.client import Store, Unavailable, connect
from storage.ledger.ledger import open_ledger
from storage.ledger.marking import prepare
from storage.stored import stored

_WORDS = Console(stderr=True)
BRIEFLY_MS = 10_000  # how long one look waits for Kafka; a run that is to end sees that it is after each
WAIT = 5.0  # seconds between two looks for servers that are away
PATIENCE = 120.0  # seconds that a run waits for ClickHouse to answer its last question


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("district", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--until-idle", is_flag=True, help="Stop when everything that was read is judged and stored, and print a summary."
)
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on stdout.")
@strict_option
@click.option(
    "--delta", is_flag=True, help="The tables hold changes only. A row that is missing from them is still in force."
)
def command(district: Path, until_idle: bool, as_json: bool, strict: bool, delta: bool) -> None:
    """Read the logs of the folder DISTRICT, judge them, and store everything through Kafka, Faust and ClickHouse.

    It also listens for syslog and pulls from vendors' APIs where district.yaml says so. It uses the servers that
    KAFKA_BOOTSTRAP and CLICKHOUSE_URL name, or those that `hallmonitor up` started. If there are none it starts its own
    and stops them at the end.

    It runs until Ctrl-C. With --until-idle it pulls once and ends when everything is stored. What was read before is
    not read again. A last line without a line end waits until it has one, or its file is packed or was not written to
    for an hour. Without --until-idle it waits for servers that are away, and receives syslog meanwhile.

    Exits 0 when all that was read is stored, 1 when something is not stored yet or could not be pulled.
    """
    stop = Flag()
    stop_on_signals(stop)
    try:
        open_district(district, strict=strict)  # its mistakes are said before anything is started
        tally = run_district(district, until_idle, stop, strict=strict, delta=delta)
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken
    except (Busy, HomeBusy, NotSent, ProcessFailed, StackFailed, Stuck, Unavailable) as error:
        _WORDS.print(f"[red]{error}[/red]")
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(tally.as_json()))
    else:
        tally.show(Console())
    sys.exit(1 if tally.lost or tally.unpulled or tally.unfinished else 0)


def run_district(
    folder: Path,
    until_idle: bool,
    stop: Flag,
    words: Console = _WORDS,
    *,
    strict: bool = False,
    delta: bool = False,
) -> Tally:
    """Everything a run does; returns when it has ended, with the tally compared with what is stored."""
    tally = Tally()
    with servers(words) as settings, ExitStack() as ending:
        live = Live(folder, settings, tally.watch, strict=strict, delta=delta)
        processes = ending.enter_context(Processes(settings.hallmonitor_home / "logs"))
        if not until_idle and any(source.listen for source in live.sources):
            # First of all: a datagram that nobody receives is lost, and what is received waits for Kafka in a file.
            processes.start("listener", "producers.listen", str(folder.absolute()), str(live.home))
        store = _ready(settings, words, stop, patient=not until_idle)
        ending.callback(store.close)
        tally.before = stored(store, live.id)
        processes.start("worker", "streams.app", "worker", "-l", "warn")
        processes.start("sink", "storage.sink", environment=settings.sink_environment())
        tally.unpulled = begin_pulls(live, folder, processes, until_idle, stop)
        ending.enter_context(live)
        with Pipeline(settings, live.partition) as pipeline:
            forgets = partial(keep_short, settings, store, live.id)
            stored_all = Drive(live, pipeline, processes, tally, stop, until_idle, forgets).run(words)
            stored_all = stored_all and not live.cut_short
        patiently(lambda: tally.compare(store, live.id, stored_all))
        if stored_all and until_idle:
            with closing(open_ledger(settings)) as ledger:
                ledger.seal([live.id], now())
    tally.unread = live.unread
    say_unread(tally.unread)
    for said in tally.unpulled:
        words.print(f"[red]not pulled: {escape(said)}[/red]", highlight=False)
    tally.unfinished = not stored_all
    if not stored_all:
        words.print("Ended before all of it was judged and stored; the next run goes on from there.")
    return tally


def stop_on_signals(stop: Flag) -> None:
    """SIGTERM and the first Ctrl-C end a run in order; a second Ctrl-C ends it at once, which loses nothing either."""

    def end(*_: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def patiently(ask: Callable[[], None]) -> None:
    """Ask ClickHouse, and ask again while it starts anew; raises `Unavailable` once that has taken too long."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@contextmanager
def servers(words: Console) -> Iterator[Settings]:
    """Settings whose two addresses answer; the embedded stack is started if nobody has, and ended at the end."""
    settings = Settings()
    with ExitStack() as ending:
        home = settings.hallmonitor_home.absolute()
        state = running(home)
        if state is None and not (settings.kafka_bootstrap and settings.clickhouse_url):
            words.print(f"Starting Kafka and ClickHouse in {home} …")
            stack = Stack(home, 1, KAFKA_PORT, CLICKHOUSE_PORT, lambda said: words.print(said))
            state = ending.enter_context(stack).state
        if state is not None:
            # Every process of the run, and whatever library reads the environment, finds the same two servers.
            os.environ.update(completed(settings, state).environment(), HALLMONITOR_HOME=str(home))
        yield Settings()


def _ready(settings: Settings, words: Console, stop: Flag, *, patient: bool) -> Store:
    """The store with its tables, once the topics are there; who is `patient` waits until both servers answer."""
    while True:
        try:
            broker.create_topics(settings, ALL, BRIEFLY_MS if patient else PATIENCE_MS)
            store = connect(settings)
            prepare(settings, store)
            return store
        except (Unavailable, KafkaError) as away:
            if not patient or stop.is_set():
                raise
            words.print(f"Waiting for Kafka and ClickHouse; syslog is received meanwhile: {escape(str(away))}")
        stop.wait(WAIT)
