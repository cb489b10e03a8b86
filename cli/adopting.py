"""`replay --adopt`: who may, what is printed of it, and what is said of what stays as it is."""

import sys
from collections import Counter
from typing import Any

import click
import msgspec
from kafka.errors import KafkaError

from casework.adoptions import RIGHT, NoJudge, Replayed, adopt, sorted_out
from casework.register import NotRecorded, Register
from casework.users import User
from cli.addresses import resolved
from cli.answers import USER
from cli.judging import console
from cli.judging_as import seen, whole_store
from cli.stored_log import Asked
from dashboard.words import counted
from model.clock import now
from model.compared import Change, compared
from model.event import format_at
from model.violation import Violation
from storage.client import Store


def check_adopting(another: object, why: str) -> None:
    """Raises a usage error where nobody says who or why, or where `another` pack or state of knowledge is asked for."""
    if not click.get_current_context().meta.get(USER) or not why.strip():
        raise click.UsageError("--adopt needs --user NAME, and --why: each revision says who adopted it, and why")
    if another:
        raise click.UsageError(
            "--adopt goes by the pack in force and all that is known: publish the pack or the table first, with"
            " `hallmonitor run`. To look without adopting, use --compare"
        )


def print_changes(changes: list[Change]) -> None:
    """What differs, one line of JSON each; on stderr how much."""
    sys.stdout.buffer.writelines(msgspec.json.encode(one) + b"\n" for one in changes)
    counts = Counter(one.change for one in changes)
    console.print(f"{counts['appears']} would appear, {counts['vanishes']} vanish, {counts['changes']} change")


def adopt_differences(store: Store, asked: Asked, stored: list[Violation], found: list[Violation], why: str) -> None:
    """Tell the judge what differs and may be adopted; print it, as far as the user may see it."""
    user: User = click.get_current_context().meta[USER]
    whole_store(RIGHT, asked.district)
    before, after = ({one.violation_id: one for one in some} for some in (stored, found))
    replayed = Replayed(asked.district, before, after, compared(stored, found))
    kept, left = sorted_out(store, replayed)
    ids = {one.violation_id for one in kept}
    print_changes([one for one in compared(seen(stored), seen(found)) if one.violation_id in ids])
    for reason, number in Counter(one.why for one in left).items():
        console.print(f"{counted(number, 'finding')} left as it is: {reason}")
    if kept:
        _tell(store, replayed, kept, user, why, asked)


def _tell(store: Store, replayed: Replayed, kept: list[Change], user: User, why: str, asked: Asked) -> None:
    edges = {"from": asked.since and format_at(asked.since), "to": asked.until and format_at(asked.until)}
    told: Any = {name: at for name, at in edges.items() if at}
    try:
        with Register(resolved(), store) as register:
            name = adopt(register, replayed, kept, user, why, now(), told)
    except (NotRecorded, NoJudge, KafkaError) as error:
        raise click.ClickException(str(error)) from error
    console.print(
        f"Adoption {name}: the judge was told of {counted(len(kept), 'finding')}, and revises them when it runs."
        " Those of days that it still remembers whole it judges itself."
    )
