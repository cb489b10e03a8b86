"""`hallmonitor replay`: judge what ClickHouse holds once more; the same ids as the stream gave."""

import sys
from datetime import datetime
from pathlib import Path

import click

from cli import answers
from cli.adopting import adopt_differences, check_adopting, print_changes
from cli.answers import Instant
from cli.asked import Place
from cli.judging import console
from cli.judging_as import seen, whole_store
from cli.known import near
from cli.stored_log import Asked, stored_log
from dashboard.words import counted
from model.compared import compared
from model.policy import Mistake, load_pack, pack_files, shipped_pack, shipped_packs
from model.violation import encode_violation
from storage.client import Store
from storage.queries.districts import districts
from storage.queries.violations import Filter, every
from streams.engine.whole import judge_whole


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--district", help="Its id; needed where more than one is stored.")
@click.option("--from", "since", type=Instant(), help="Only violations that began at or after this time (local).")
@click.option("--to", "until", type=Instant(), help="Only violations that began before this time.")
@click.option("--policy", help="A pack by id or folder instead of the one in force: what would it have found?")
@click.option(
    "--compare", is_flag=True, help="Print what differs from the stored findings instead: appears, vanishes, changes."
)
@click.option("--as-known-at", "known_at", type=Instant(), help="Leave out reference rows recorded later.")
@click.option("--adopt", "adopting", is_flag=True, help="Let what differs stand. Needs --user and --why.")
@click.option("--why", default="", help="Why it is adopted: a snow day entered late, a new pack.")
@answers.asks_store
def command(
    read: Store,
    district: str | None,
    since: datetime | None,
    until: datetime | None,
    policy: str | None,
    known_at: datetime | None,
    compare: bool,
    adopting: bool,
    why: str,
) -> None:
    """Judge history from ClickHouse again: violations as NDJSON on stdout, in order of their start.

    Nothing that is stored changes, unless you say --adopt. It also reads the events of the 31 days before --from and
    the day after --to, because habits and sessions reach across these limits. It prints only violations between --from
    and --to. With --user it takes somebody who may read the findings of the whole district, and leaves out findings
    about themselves.

    With --policy and the id of a pack that ships, the district's own Sigma rules judge beside it. A folder says all by
    itself: what it has in sigma/ counts, and no other rule.

    With --adopt it reads all that is stored, prints what differs, and tells the judge to revise these findings: also
    those of days that the judge has forgotten, for which a late snow day or a new pack comes too late. Each revision
    says who adopted it and why. What rests on records that were destroyed stays as it is. A stored row of the tables
    that cannot be read is named, and counts as absent; then nothing is adopted.

    \b
    hallmonitor replay --from 2026-03-01 --to 2026-04-01 --as-known-at 2026-03-05 | jq -r .headline
    hallmonitor replay --policy quincy-ma --compare | jq -r '[.change, .headline] | @tsv'
    hallmonitor replay --adopt --why "snow day of March 5" --user ana
    """
    if adopting:
        check_adopting(policy or known_at, why)
    place = Place(read, _only(read, district))
    store = whole_store("read violations", place.wanted)
    first, last = place.between(since, until)
    pack = _pack(policy) if policy else None
    ships = policy is not None and not Path(policy).is_dir()
    asked = Asked(place.wanted or "", first, last, place.instant(known_at), pack, own_rules=ships, whole=adopting)
    stored = list(every(store, asked.district, Filter(since=first, until=last))) if compare or adopting else []
    unread: dict[str, None] = {}
    judgment = judge_whole(lambda: stored_log(store, asked, lambda said: unread.update({said: None})))
    for said in unread:
        console.print(said, markup=False)
    found = [one for one in judgment.violations if asked.holds(one.started_at)]
    console.print(f"{sum(source.events for source in judgment.sources.values()):,} events judged again")
    if adopting and unread:
        raise click.ClickException(
            f"{counted(len(unread), 'stored row')} of the district's tables cannot be read, and findings may differ for"
            " that alone: nothing is adopted. Run the district's folder again, then adopt"
        )
    if adopting:
        adopt_differences(store, asked, stored, found, why)
    elif compare:
        print_changes(compared(seen(stored), seen(found)))
    else:
        sys.stdout.buffer.writelines(encode_violation(violation) + b"\n" for violation in seen(found))


def _only(store: Store, district: str | None) -> str:
    known = [one.id for one in districts(store)]
    if district is None and len(known) == 1:
        return known[0]
    if district is None:
        raise click.UsageError(f"--district must be one of: {', '.join(known) or 'none is stored yet'}")
    return district


def _pack(name: str) -> str:
    """The pack's JSON, as its fact carries it; every mistake of it is a usage error."""
    files = pack_files(Path(name)) if Path(name).is_dir() else shipped_pack(name)
    if files is None:
        raise click.UsageError(f"no pack {name!r}: neither a folder nor one that ships{near(name, shipped_packs())}")
    found = load_pack(files)
    if isinstance(found, list):
        raise click.UsageError("\n".join(str(mistake) for mistake in found if isinstance(mistake, Mistake)))
    return found.model_dump_json()
