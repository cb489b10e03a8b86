"""One source pulled: what came since the last look goes into its spool, and only then is noted as pulled."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from model.event import format_ms
from producers.pull.client import Client
from producers.pull.failure import PullFailed
from producers.pull.feed import Feed, Window, identity, windows
from producers.pull.kept import Feeding, Seen, load, save
from producers.pull.page import Ask, NotAPage, Page, page_of
from producers.transports.spool import Spool

FARTHEST = timedelta(days=29)  # a record received over 30 days after it happened would have a doubtful time
MOST_PAGES = 10_000  # of one window


class Puller:
    """The feeds of one source. `begin_ms`: from when on they are wanted, at the first look."""

    def __init__(self, url: str, feeds: tuple[Feed, ...], client: Client, spool: Spool, begin_ms: int) -> None:
        """Raises ValueError for a state that is not ours."""
        self._url, self._feeds, self._client, self._spool, self._begin = url, feeds, client, spool, begin_ms
        self.kept = load(spool.folder)
        self._seen = {feed.name: Seen(seen_file(spool.folder, feed.name)) for feed in feeds}

    def turn(self, now_ms: Callable[[], int]) -> bool:
        """Each feed up to now; whether all of them came to the end. What stood in the way is in `kept`."""
        return [self._tried(feed, now_ms) for feed in self._feeds].count(False) == 0

    def _tried(self, feed: Feed, now_ms: Callable[[], int]) -> bool:
        state = self.kept.feed(feed.name)
        try:
            self._look(feed, state, now_ms)
        except PullFailed as failed:
            state.failed = f"{feed.name}: {failed}"
        except OSError as error:
            state.failed = f"{feed.name}: the spool cannot be written: {error}"
        except (ValueError, LookupError) as error:  # of an answer that nobody foresaw: the other feeds go on
            state.failed = f"{feed.name}: the answer cannot be read ({type(error).__name__})"
        else:
            state.failed, state.well_at = "", now_ms()
        self._note(feed)
        return not state.failed

    def _look(self, feed: Feed, state: Feeding, now_ms: Callable[[], int]) -> None:
        at = now_ms()
        end = at - _ms(feed.settle)
        state.begin = state.begin if state.pulled_to else self._begin
        sweeps = at - state.swept_at >= _ms(feed.sweep)
        if feed.snapshot:
            found = [Window(0, end)] if sweeps else []
        else:
            # What was not there yet at the last sweep happened at most `late` before it.
            back = state.swept_at - _ms(feed.late) if sweeps else state.pulled_to - _ms(feed.overlap)
            found = windows(max(back, state.begin, at - _ms(FARTHEST)), end, feed.span)
        for window in found:
            self._window(feed, window, now_ms)
            _say_gap(state, window)
            state.pulled_to = max(state.pulled_to, window.end)
            self._note(feed)
        if sweeps:
            state.swept_at = at

    def _window(self, feed: Feed, window: Window, now_ms: Callable[[], int]) -> None:
        seen = self._seen[feed.name]
        for page in pages(feed, feed.ask(self._url, window), self._client):
            fresh = _fresh(page.records, feed, seen)
            turned_away = self._spool.append([one for one, _ in fresh], now_ms()) if fresh else 0
            taken = fresh[: len(fresh) - turned_away]
            seen.add(name for _, name in taken if name is not None)
            self.kept.feed(feed.name).records += len(taken)
            if turned_away:
                raise PullFailed("full", "the spool is full; is anybody reading it?")

    def _note(self, feed: Feed) -> None:
        """The records first, then that they are pulled."""
        self._spool.sync()
        self._seen[feed.name].save()
        save(self._spool.folder, self.kept)


def _fresh(records: list[bytes], feed: Feed, seen: Seen) -> list[tuple[bytes, str | None]]:
    """The records that have not come yet, with the vendor's id if there is one; of one id twice on a page the first."""
    fresh: list[tuple[bytes, str | None]] = []
    here: set[str] = set()
    for record in records:
        name = identity(record, feed.identity)
        if name is None or (name not in here and name not in seen):
            fresh.append((record, name))
        if name is not None:
            here.add(name)
    return fresh


def pages(feed: Feed, ask: Ask | None, client: Client) -> Iterator[Page]:
    """Every page behind a question. Raises `PullFailed`, also for a vendor who never comes to an end."""
    asked: set[Ask] = set()
    while ask is not None:
        if ask in asked:
            raise PullFailed("answer", "the vendor names the same next page again: this would never end")
        if len(asked) >= MOST_PAGES:
            raise PullFailed("answer", f"over {MOST_PAGES} pages of one span of time: this would never end")
        asked.add(ask)
        page = _page(feed, ask, client)
        yield page
        ask = feed.paging.next(page)


def _page(feed: Feed, ask: Ask, client: Client) -> Page:
    answer = client.get(ask)
    try:
        return page_of(ask, answer.content, feed.records, answer.link, answer.total)
    except NotAPage as error:
        raise PullFailed("answer", f"{urlsplit(ask.url).hostname} answers with {error}") from error


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def _say_gap(state: Feeding, window: Window) -> None:
    if 0 < state.pulled_to < window.begin:
        begin, end = format_ms(state.pulled_to), format_ms(window.begin)
        state.miss(f"nothing was pulled from {begin} to {end}, which is too old to be asked for: export it to files")


def seen_file(folder: Path, feed: str) -> Path:
    """Where the known records of a feed stand."""
    return folder / f".{feed}.seen"
