"""Judging a folder for `judge` and `check`: the folder's mistakes said at once, progress on stderr."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from model.batch import Batch
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
    say_unread([row.said for row in judgment.unread])
    for reason in judgment.unjudged:
        console.print(f"Not judged: {reason}", style="red", highlight=False, markup=False)
    return judgment


def say_unread(unread: list[str]) -> None:
    """What could not be read of the tables, on stderr, and what that means."""
    for said in unread:
        console.print(f"Not read: {said}", style="red", highlight=False, markup=False, soft_wrap=True)
    if unread:
        console.print("What was judged by these tables is said with low confidence until they are read.")


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.fields[events]:,} events"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
