"""Files under the same heading, written anew, rotated and removed: each line is read, and none of them twice."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.batch import Batch
from producers.catalog import PRODUCTS
from producers.frame import Frame
from producers.intake import Intake
from producers.positions import Positions
from producers.product import Framing
from producers.source import Source
from producers.transports.file_stream import NOWHERE, Place
from producers.transports.stream_name import frames_of
from tests.support.small_logs import events_of, squid_source

HEADINGS = {
    "windows_dhcp": "\t\tMicrosoft DHCP Service Activity Log\n\n\nEvent ID  Meaning\n00\tThe log was started.\n"
    "11\tA lease was renewed by a client.\n\nQResult: 0: NoQuarantine\n\nID,Date,Time,Description,IP Address,Host Name,"
    "MAC Address\n",
    "isc_dhcp": "# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
    "# This lease file was written by isc-dhcp-4.4.1\n\nauthoring-byte-order little-endian;\n",
    "kea": "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n",
    "proxysg": "#Software: SGOS 6.7.5.1\n#Version: 1.0\n#Fields: date time c-ip cs-username cs-host\n",
    "umbrella": '"Timestamp","Policy Identity","Identities","Internal IP","External IP","Action"\n',
    "squid": "",
}
LINES: dict[str, Callable[[int], str]] = {
    "windows_dhcp": lambda n: f"11,03/04/26,08:{n // 60 % 60:02}:{n % 60:02},Renew,10.1.2.9,pc{n},02005E100042",
    "isc_dhcp": lambda n: f'lease 10.1.2.9 {{\n  starts 3 2026/03/04 08:00:00;\n  client-hostname "pc{n}";\n}}',
    "kea": lambda n: f"10.1.2.9,02:00:5e:10:00:42,,3600,{1_772_636_400 + n},1,0,0,pc{n},0,",
    "proxysg": lambda n: f"2026-03-04 08:{n // 60 % 60:02}:{n % 60:02} 10.1.2.9 tbell site{n}.example",
    "umbrella": lambda n: (
        f'"2026-03-04 08:00:00","tbell","tbell","10.1.2.9","198.51.100.7","Allowed","site{n}.example"'
    ),
    "squid": lambda n: f"{1_772_636_400 + n}.000 45 10.1.2.9 TCP_MISS/200 1 GET http://a/{n} pat DIRECT/- text/html",
}


@dataclass
class Desk:
    """A source's folder, who writes there, and who reads: from time to time with nothing but the kept places."""

    source: Source
    places: dict[str, Place] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def lines(self, count: int) -> bytes:
        """New lines, each another."""
        new = [LINES[self.source.product.name](len(self.written) + n) for n in range(count)]
        self.written += new
        return "".join(f"{line}\n" for line in new).encode()

    def file(self, count: int) -> bytes:
        """A whole file: the heading and new lines."""
        return HEADINGS[self.source.product.name].encode() + self.lines(count)

    def write(self, name: str, content: bytes) -> None:
        """A file of that name, as if there had been none."""
        (self.source.folder / name).write_bytes(content)

    def append(self, name: str, content: bytes) -> None:
        with (self.source.folder / name).open("ab") as file:
            file.write(content)

    def move(self, name: str, to: str) -> None:
        (self.source.folder / name).rename(self.source.folder / to)

    def restart(self) -> None:
        self._intake = Intake([self.source], self._place, known_by=self.places.__setitem__)

    def _place(self, stream: str) -> Place:
        return self.places.get(stream, NOWHERE)

    def round(self, kept: int | None = None) -> None:
        """One look at the folder. Where it dies, only `kept` of its batches were acknowledged."""
        batches = list(self._intake.round(False))
        for batch in batches[:kept]:
            self._keep(batch)
        if kept is not None:
            self.restart()

    def _keep(self, batch: Batch) -> None:
        if batch.kind == "events":
            self.places[batch.stream] = Place(batch.stop, "", batch.tail)
        headings = HEADINGS[self.source.product.name].splitlines()
        self.read += [event.raw for event in events_of([batch]) if event.raw not in headings]

    @property
    def differs(self) -> tuple[Counter[str], Counter[str]]:
        """The lines lost, and those read too often."""
        written, read = Counter(self.written), Counter(self.read)
        return written - read, read - written


NOTHING: tuple[Counter[str], Counter[str]] = (Counter(), Counter())


def desk_of(folder: Path, product: str) -> Desk:
    return Desk(replace(squid_source(folder), product=PRODUCTS[product]))


@pytest.fixture(params=["live", "restarted"])
def later(request: pytest.FixtureRequest) -> Callable[[Desk], None]:
    """The next look, of the same run or of one that begins then."""

    def look(desk: Desk) -> None:
        if request.param == "restarted":
            desk.restart()
        desk.round()

    return look


Later = Callable[[Desk], None]


def test_the_seven_files_of_windows_dhcp_are_read_each_week_anew(tmp_path: Path, later: Later) -> None:
    desk = desk_of(tmp_path, "windows_dhcp")
    for week in range(3):
        for day in ("Fri", "Mon", "Sat", "Sun", "Thu", "Tue", "Wed"):
            desk.write(f"DhcpSrvLog-{day}.log", desk.file(10 - 3 * week))
            later(desk)
            desk.append(f"DhcpSrvLog-{day}.log", desk.lines(9))
            later(desk)
    assert desk.differs == NOTHING


@pytest.mark.parametrize(("product", "name"), [("isc_dhcp", "dhcpd.leases"), ("kea", "kea-leases4.csv")])
def test_a_leases_file_that_its_server_writes_anew_is_read_anew(
    tmp_path: Path, later: Later, product: str, name: str
) -> None:
    desk = desk_of(tmp_path, product)
    desk.write(name, desk.file(30))
    later(desk)
    desk.write(name, desk.file(10))
    later(desk)
    desk.append(name, desk.lines(40))
    later(desk)
    assert desk.differs == NOTHING


@pytest.mark.parametrize("product", HEADINGS)
def test_a_file_renamed_by_rotation_goes_on_and_the_new_one_is_another(
    tmp_path: Path, later: Later, product: str
) -> None:
    desk = desk_of(tmp_path, product)
    desk.write("main.log", desk.file(30))
    later(desk)
    desk.append("main.log", desk.lines(2))
    desk.move("main.log", "main.log.1")
    desk.write("main.log", desk.file(15))
    later(desk)
    desk.append("main.log", desk.lines(30))
    later(desk)
    assert desk.differs == NOTHING


@pytest.mark.parametrize("product", HEADINGS)
def test_dated_files_of_which_the_oldest_goes_are_each_read_once(tmp_path: Path, later: Later, product: str) -> None:
    desk = desk_of(tmp_path, product)
    for day in range(1, 5):
        desk.write(f"2026-03-0{day}.log", desk.file(20))
        (desk.source.folder / f"2026-03-0{day - 2}.log").unlink(missing_ok=True)
        later(desk)
        desk.append(f"2026-03-0{day}.log", desk.lines(5))
        later(desk)
    assert desk.differs == NOTHING


@pytest.mark.parametrize("product", HEADINGS)
def test_an_export_written_anew_under_its_old_name_is_read(tmp_path: Path, later: Later, product: str) -> None:
    desk = desk_of(tmp_path, product)
    desk.write("export.csv", desk.file(30))
    later(desk)
    desk.write("export.csv", desk.file(19))
    later(desk)
    desk.write("export.csv", desk.file(60))
    later(desk)
    assert desk.differs == NOTHING


@pytest.mark.parametrize("product", HEADINGS)
def test_a_file_copied_and_truncated_begins_another_stream(tmp_path: Path, later: Later, product: str) -> None:
    desk = desk_of(tmp_path, product)
    desk.write("main.log", desk.file(20))
    later(desk)
    desk.append("main.log", desk.lines(3))
    desk.write("main.log.1", (desk.source.folder / "main.log").read_bytes())
    later(desk)
    desk.write("main.log", b"")
    later(desk)
    desk.append("main.log", desk.file(40))
    later(desk)
    assert desk.differs == NOTHING


def test_a_file_that_begins_with_all_that_another_holds_is_read_once_it_differs(tmp_path: Path, later: Later) -> None:
    desk = desk_of(tmp_path, "kea")
    same = desk.file(3)
    desk.write("a.csv", same)
    later(desk)
    desk.write("b.csv", same)
    later(desk)
    desk.append("a.csv", desk.lines(4))
    desk.append("b.csv", desk.lines(2))
    later(desk)
    desk.written += same.decode().splitlines()[1:]
    assert desk.differs == NOTHING


def test_a_file_with_nothing_but_its_heading_waits_for_its_first_line(tmp_path: Path, later: Later) -> None:
    desk = desk_of(tmp_path, "proxysg")
    desk.write("a.log", desk.file(9))
    later(desk)
    desk.write("b.log", desk.file(0))
    desk.write("c.log", b"")
    later(desk)
    desk.append("b.log", desk.lines(12))
    later(desk)
    assert desk.differs == NOTHING


def test_a_heading_that_does_not_stand_there_is_sought_only_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path, "proxysg")
    desk.write("main.log", desk.lines(9))
    desk.round()
    sought = 0

    def frames(path: Path, framing: Framing, ended: bool) -> Iterator[Frame]:
        nonlocal sought
        sought += 1
        yield from frames_of(path, framing, ended)

    monkeypatch.setattr("producers.transports.file_stream.frames_of", frames)
    for _ in range(3):
        desk.append("main.log", desk.lines(1))
        desk.round()
    live = sought
    desk.restart()
    for _ in range(3):
        desk.append("main.log", desk.lines(1))
        desk.round()
    once = 2  # by the stream, and by the one that looks ahead
    assert (live, sought) == (0, once)


def test_a_packed_copy_of_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "proxysg")
    desk.write("a.log", desk.file(9))
    desk.round()
    desk.write("a.log.gz", gzip.compress((desk.source.folder / "a.log").read_bytes()))
    (desk.source.folder / "a.log").unlink()
    desk.restart()
    assert list(desk._intake.round(True)) == []


@pytest.mark.parametrize("product", HEADINGS)
def test_a_home_of_an_earlier_release_reads_on_and_nothing_again(tmp_path: Path, product: str) -> None:
    desk = desk_of(tmp_path, product)
    desk.write("a.log", desk.file(9))
    desk.round()
    [place] = desk.places.values()
    first = next(frames_of(desk.source.folder / "a.log", desk.source.product.framing, True))
    older = f"proxy/{blake2b(first.data[:1024], digest_size=8).hexdigest()}"
    desk.places = {older: place._replace(tail="")}
    desk.append("a.log", desk.lines(5))
    desk.restart()
    desk.round()
    assert (list(desk.places), desk.differs) == ([older], NOTHING)


def test_a_place_of_an_earlier_release_is_kept_with_the_tail_of_its_file(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "squid")
    desk.write("a.log", desk.file(9))
    desk.round()
    [(stream, place)] = desk.places.items()
    desk.places = {stream: place._replace(tail="")}
    desk.restart()
    desk.round()
    assert desk.places == {stream: place}


def test_the_positions_of_an_earlier_release_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "producers").mkdir()
    (tmp_path / "producers" / "alder.json").write_text('{"offset":3,"streams":{"proxy/ab":[17,"2026-03-04"]}}')
    assert Positions(tmp_path, "alder").place("proxy/ab") == Place(17, "2026-03-04", "")


STEPS = ("append", "round", "restart", "rename", "copytruncate", "rewrite", "pack", "forget", "die")


@settings(max_examples=25, deadline=None)
@given(product=st.sampled_from(sorted(HEADINGS)), steps=st.lists(st.sampled_from(STEPS), max_size=14))
def test_whatever_becomes_of_a_file_each_line_is_read_once(
    tmp_path_factory: pytest.TempPathFactory, product: str, steps: list[str]
) -> None:
    desk = desk_of(tmp_path_factory.mktemp("files"), product)
    folder, rotated = desk.source.folder, 0
    desk.write("main.log", desk.file(3))
    for step in steps:
        if step in ("rewrite", "copytruncate", "pack", "forget", "restart"):
            desk.round()
        if step == "append":
            desk.append("main.log", desk.lines(2))
        elif step == "restart":
            desk.restart()
        elif step == "die":
            desk.round(kept=len(desk.written) % 2)
        elif step == "rename":
            rotated += 1
            desk.move("main.log", f"main.log.{rotated}")
        elif step == "copytruncate":
            rotated += 1
            desk.write(f"main.log.{rotated}", (folder / "main.log").read_bytes())
        elif step == "pack" and (plain := folder / f"main.log.{rotated}").exists():
            desk.write(f"{plain.name}.gz", gzip.compress(plain.read_bytes()))
            plain.unlink()
        elif step == "forget":
            for old in folder.glob("main.log.*"):
                old.unlink()
        if step in ("rewrite", "rename", "copytruncate"):
            desk.write("main.log", desk.file(len(desk.written) % 5))
    desk.round()
    assert desk.differs == NOTHING
