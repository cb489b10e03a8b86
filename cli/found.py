"""The violation that somebody named, as they may read it: one they may not see is one that is not there."""

import click

from cli import answers
from cli.asked import Place
from cli.known import UsedWrongly
from storage.client import Store
from storage.queries.violations import Listed, beginning


def violation(store: Store, place: Place, begins: str) -> Listed:
    """The violation whose id begins so; raises click.ClickException where there is none, UsedWrongly for several."""
    fits = beginning(store, place.wanted, begins) if begins else []
    if not fits:
        raise click.ClickException(f"no violation {begins}; `hallmonitor violations --all` lists all")
    if len(fits) > 1:
        raise UsedWrongly(several(place, begins, fits))
    return fits[0]


def several(place: Place, begins: str, fits: list[Listed]) -> str:
    """What is said where an id is not clear."""
    lines = (f"  {one.violation_id}  {place.wall(one.district).brief(one.started_at)}  {one.headline}" for one in fits)
    said = f"{begins!r} is ambiguous: these violations begin so; write more of the one that is meant:\n"
    return answers.printable(said + "\n".join(lines))
