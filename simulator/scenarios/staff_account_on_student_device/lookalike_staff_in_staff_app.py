"""Teachers sign in to the app that is theirs; students to one that sounds like it and is for everybody."""

from collections.abc import Iterator

from simulator.happenings import Happening, SignIn
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: each has what the table gives them."""
    day = stage.school_day(2)
    stage.row("apps", app="Gradebook for Teachers", roles="teacher")
    stage.row("apps", app="Gradebook for Families", roles="student;guardian;teacher")
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    yield SignIn(stage.at(day, "17:05"), teacher.account, teacher.home, app="Gradebook for Teachers")
    yield SignIn(stage.at(day, "17:15"), student.account, student.home, app="Gradebook for Families")
    yield SignIn(stage.at(day, "17:25"), student.account, student.home, app="Gradebook for")
