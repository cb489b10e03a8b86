"""Classes, who teaches and attends them, bells, signed contracts and the directory's list of accounts."""

from collections.abc import Iterator

from simulator.district import LAB, District
from simulator.people import Person, School
from simulator.rows import Row, roster
from simulator.school_year import BELLS, terms

GROUP = LAB  # students who have all lessons together, at a high school and an elementary school alike


def class_of(student: Person) -> str:
    """The sourcedId of the class that a student attends."""
    return class_id(student.school, student.number // GROUP)


def class_id(school: School, group: int) -> str:
    """The sourcedId of a school's class of that number, from 0."""
    return f"C-{school.org}-{group + 1}"


def teacher_of(school: School, group: int) -> Person:
    """Who teaches that class."""
    teachers = [person for person in school.staff if person.role == "teacher"]
    return teachers[group % len(teachers)]


def classes(district: District) -> Iterator[Row]:
    """Rows of classes.csv: groups of thirty, each with all six lessons."""
    semesters = ",".join(key for key, kind, _, _ in terms(district.options.start).sessions() if kind == "semester")
    for school in district.schools:
        for group in range(_groups(school)):
            yield roster(
                class_id(school, group),
                title=f"Group {group + 1}",
                location=f"{school.slug}-room-{group + 1}",
                schoolSourcedId=school.org,
                termSourcedIds=semesters,
                periods=",".join(str(number + 1) for number in range(len(BELLS))),
            )


def enrollments(district: District) -> Iterator[Row]:
    """Rows of enrollments.csv: the teacher and the students of each class."""
    for school in district.schools:
        for group in range(_groups(school)):
            yield _enrollment(class_id(school, group), teacher_of(school, group))
        for student in school.students:
            yield _enrollment(class_of(student), student)


def bells(district: District) -> Iterator[Row]:
    """Rows of bells.csv: every school rings the same ones, Monday to Friday."""
    for school in district.schools:
        for number, (starts, ends) in enumerate(BELLS):
            yield {"org": school.org, "period": str(number + 1), "days": "MTWRF", "starts": starts, "ends": ends}


def contracts(district: District) -> Iterator[Row]:
    """Rows of contracts.csv: what each student and each employee signed as the school year began."""
    year = terms(district.options.start)
    for person in district.people:
        if person.signed:
            yield {
                "contract_id": f"CT-{person.person_id}",
                "person": person.person_id,
                "kind": "student_contract" if person.role == "student" else "acknowledgement",
                "version": "1",
                "school_year": str(year.ends_on.year),
                "valid_from": year.begins_on.isoformat(),
            }


def directory(district: District) -> Iterator[Row]:
    """Rows of directory.csv: every account, enabled as the school year began."""
    begins_on = terms(district.options.start).begins_on.isoformat()
    for person in district.people:
        yield {"account": person.account, "state": "enabled", "valid_from": begins_on}


def _groups(school: School) -> int:
    return -(-len(school.students) // GROUP)


def _enrollment(class_: str, person: Person) -> Row:
    return roster(
        f"E-{class_}-{person.person_id}",
        classSourcedId=class_,
        userSourcedId=person.person_id,
        role="student" if person.role == "student" else "teacher",
    )
