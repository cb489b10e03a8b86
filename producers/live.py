"""A district read for as long as it lives: what has come, ticks, what changed in its reference, who is silent."""

from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag

import msgspec
import structlog

from model.batch import Batch
from model.clock import now_ms
from model.codec import join_lines
from model.event import Event, encode_event
from model.reference import Unread
from model.settings import Settings
from model.topics import LOG
from producers.batching import ends, tick
from producers.district_folder import DistrictFolder, Mistaken, open_district
from producers.entry import Entry
from producers.history import fact_batches, report
from producers.intake import Intake
from producers.positions import KeptDamaged, Positions, write_whole
from producers.publish import Publisher
from producers.reference_folder import Shelf, decode_shelf, encode_shelf, unread
from producers.silence import SILENT_AFTER_MS, Vigil
from producers.source import Source, sources_of
from producers.transports.spool import forget, heard_at, segments

POLL = 0.2  # seconds between two looks at files that had nothing new
TICK_MS = 5_000

log = structlog.get_logger()
Watch = Callable[[Source, Entry], None]


class Live:
    """The producers of one district. A context manager: as long as it is entered, nobody else reads this district.

    `strict`: a bad row of reference/ is a mistake; `delta`: a key absent from a later load has not ended. Raises
    `Busy`, `KeptDamaged`, `Mistaken`, and `NotSent` from whatever it does.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        watch: Watch,
        topic: str = LOG.name,
        *,
        strict: bool = False,
        delta: bool = False,
    ) -> None:
        self._strict, self._delta = strict, delta
        self._folder, self.home = folder, settings.hallmonitor_home
        self.district = district = open_district(folder).district
        self.id = district.id
        self.unread: list[Unread] = []  # what could not be read of the tables or is in doubt, as last loaded
        self.sources = sources_of(district, folder, self.home)
        for source in self.sources:
            if source.spooled:
                source.folder.mkdir(parents=True, exist_ok=True)
        self._positions = Positions(self.home, self.id)
        self.publisher = Publisher(settings, self.id, self._positions, topic)
        self._intake = Intake(self.sources, self.publisher.place, watch, self.publisher.known_by)
        self._vigil = Vigil(self.sources, self._positions.kept.silent)
        self._ticked_at = 0
        self.cut_short = False  # stopped while it read: what was read and not sent is read again by the next run
        self._reference: tuple[tuple[str, int, int], ...] = ()

    def __enter__(self) -> "Live":
        self.publisher.__enter__()
        self.tell_reference()
        self._tell_retired()
        return self

    def __exit__(self, *error: object) -> None:
        self.publisher.__exit__(None, None, None)
        self._positions.close()

    @property
    def partition(self) -> int:
        """Where in the log the district stands."""
        return self._positions.kept.partition

    @property
    def told(self) -> int:
        """The offset behind the last record of ours that the log has acknowledged."""
        return self._positions.kept.offset + 1

    def tell_reference(self) -> None:
        """Publish settings and reference rows: all at the first load, later only what changed since. Remembers it."""
        self._reference = _state(self._folder)
        kept = self.home / "producers" / f"{self.id}.{self._positions.kept.topic_id}.shelf"
        before = told_before(kept)
        loaded_at = now_ms() if before else None
        opened: DistrictFolder = open_district(
            self._folder, before=before, loaded_at=loaded_at, delta=self._delta, strict=self._strict
        )
        report(opened)
        self.unread = unread(opened.reference.shelf)
        for batch in fact_batches(self.id, opened.facts):
            self.publisher.send(batch)
        self.publisher.flush()
        write_whole(kept, encode_shelf(opened.reference.shelf))

    def _tell_retired(self) -> None:
        """Sources that were read once and that district.yaml no longer names have ended: else all waits for them."""
        read = {stream.partition("/")[0] for stream in self._positions.kept.streams}
        if gone := sorted(read - {source.id for source in self.sources}):
            self.publisher.send(ends(self.id, gone))

    def to_the_end(self, stop: Flag) -> None:
        """Read everything there is, say that it ended, and return when the log has all of it.

        A last line that may still be being written is left for the next time.
        """
        self._round(stop, ended=True)
        self._forget_streams(now_ms())
        for path in self._intake.unfinished():
            log.warning("last line not read: it has no line end, and its file is not an hour old", file=str(path))
        if self._intake.well and not stop.is_set():
            self.publisher.send(tick(self._intake.well, None))
        self.publisher.flush()

    def follow(self, stop: Flag) -> None:
        """Read what comes until `stop` is set; then return when the log has all that was read."""
        while not stop.is_set():
            begun = now_ms()
            sent = self._round(stop, ended=False)
            if begun - self._ticked_at >= TICK_MS and not stop.is_set():
                self._tick(begun)
            self.publisher.keep()
            if not sent:
                stop.wait(POLL)
        self.publisher.flush()

    def _round(self, stop: Flag, ended: bool) -> int:
        sent = 0
        for batch in self._intake.round(ended, growing=True):
            self.publisher.send(batch, self._intake.latest_at(batch.stream))
            sent += 1
            if stop.is_set():
                self.cut_short = True
                break
        return sent

    def _tick(self, at: int) -> None:
        """`at`: when the last round began; all that had come by then has been sent."""
        self._ticked_at = at
        well = self._well(at)
        for event in self._vigil.look(well, at):
            self.publisher.send(_said(self.id, event))
        ticking = [source for source in self.sources if at - well.get(source.id, 0) <= SILENT_AFTER_MS]
        if ticking:
            self.publisher.send(tick(ticking, at))
        for source in self.sources:
            if source.spooled:
                self._forget(source)
        self._forget_streams(at)
        self._look_at_reference()

    def _look_at_reference(self) -> None:
        """A mistake in an edited file does not end the audit: the settings before hold, and the log says why."""
        try:
            if _state(self._folder) != self._reference:
                self.tell_reference()
        except (KeptDamaged, Mistaken, OSError) as error:
            log.error("changed settings not taken", district=self.id, reason=str(error))

    def _well(self, at: int) -> dict[str, int]:
        """When each source was last known to be well: a folder that can be read now, a spool by who fills it."""
        well: dict[str, int] = {}
        for source in self._intake.well:
            heard = heard_at(source.folder) if source.spooled else at
            if heard is not None:
                well[source.id] = heard
        return well

    def _forget_streams(self, at: int) -> None:
        """Let go of the names of streams whose files have been gone for long."""
        self._intake.forget(lambda source_id, held: self.publisher.forget(source_id, held, at))

    def _forget(self, source: Source) -> None:
        """Remove what is read, acknowledged and no longer written."""
        for segment in segments(source.folder)[:-1]:
            if self.publisher.place(f"{source.id}/{segment.stem}").stop >= segment.stat().st_size:
                forget(segment)


def told_before(kept: Path) -> Shelf | None:
    """The reference rows told last; None where none were. Raises `KeptDamaged`."""
    try:
        return decode_shelf(kept.read_bytes())
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        what = f"{kept} is damaged ({error}). Bring it back from a backup, or remove it: all of reference/ is told anew"
        raise KeptDamaged(what) from error


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What district.yaml, policy and reference look like from outside: it changes when they do."""
    files = [folder / "district.yaml", *folder.glob("policy/**/*"), *folder.glob("reference/*.csv")]
    looks = ((path, path.stat()) for path in sorted(files))
    return tuple((str(path), look.st_size, look.st_mtime_ns) for path, look in looks)


def _said(district: str, event: Event) -> Batch:
    body = join_lines([encode_event(event)])
    return Batch(kind="events", district=district, source_id=event.source_id, body=body, count=1)
