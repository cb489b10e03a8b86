"""Judging a folder for `judge` and `check`: the folder's mistakes said at once, progress on stderr."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from model.batch import Batch
from model.district import FILE as DISTRICT
from model.district import District, load_district
from model.reference import LOW_WHERE_IN_DOUBT, LOW_WHERE_LOST, Unread
from producers.district_folder import Mistaken
from producers.history import history
from streams.engine.whole import Judgement, judge_whole

console = Console(stderr=True)
strict_option = click.option(
    "--strict",
    is_flag=True,
    help="If any row of reference/ cannot be read, name each one, load nothing and exit with 2.",
)


def judge_folder(folder: Path, *, strict: bool = False) -> Judgement:
    """The whole judgment of a district folder; exits with 2 and every mistake if it cannot be opened.

    With `strict` a bad row of reference/ is such a mistake.
    """
    try:
        with _progress() as progress:
            task = progress.add_task("judging", total=None, events=0)

            def seen(batch: Batch) -> None:
                if batch.kind == "events":
                    progress.update(task, events=progress.tasks[0].fields["events"] + batch.count)

            judgment = judge_whole(lambda: history(folder, strict=strict), seen)
    except Mistaken as mistaken:
        raise click.UsageError(str(mistaken)) from mistaken
    say_unread(judgment.unread)
    say_elsewhere(folder)
    for reason in judgment.unjudged:
        console.print(f"Not judged: {reason}", style="red", highlight=False, markup=False)
    return judgment


def say_elsewhere(folder: Path) -> None:
    """Sources that are pulled: what was fetched lies in the spool of `run`, and here what was exported to files."""
    district = load_district((folder / DISTRICT).read_bytes())
    for told in district.sources if isinstance(district, District) else []:
        if told.pull:
            said = f"{told.id} is pulled: `hallmonitor run` judges that. Here only files in logs/{told.id} were read."
            console.print(said, highlight=False, markup=False, soft_wrap=True)


def say_unread(unread: list[Unread]) -> None:
    """What could not be read of the tables, and what may be wrong in them, on stderr, and what that means."""
    lost, doubts = [row.lost for row in unread if row.lost], [row.doubt for row in unread if row.doubt]
    for said in [*(f"Not read: {one}" for one in lost), *(f"In doubt: {one}" for one in doubts)]:
        console.print(said, style="red", highlight=False, markup=False, soft_wrap=True)
    if lost:
        console.print(LOW_WHERE_LOST)
    if doubts:
        console.print(LOW_WHERE_IN_DOUBT)


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.fields[events]:,} events"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
