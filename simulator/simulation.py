"""Writes a whole district folder: founds it, plants the scenarios, then lives through it day by day."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from simulator.district import District, found
from simulator.district_file import write_district_file
from simulator.happenings import LAPTOPS, Chromebook, Happening, Lookup
from simulator.local_time import HOUR
from simulator.options import Options, OptionsInvalid, checked
from simulator.routine.help_desk import help_desk_day
from simulator.routine.machines import machine_day
from simulator.routine.staff import day_at_home, staff_day
from simulator.routine.students import student_day
from simulator.routine.timetable import timetable
from simulator.scenarios import all_scenarios
from simulator.school_year import office_days, school_days
from simulator.scribe import Scribe
from simulator.stage import Company, NotHere, Stage
from simulator.tables import write_tables

Progress = Callable[[date, int], None]
Planned = dict[date, list[Happening]]


@dataclass(slots=True)
class Report:
    """What was written: records per source, scenarios planted, and those left out with the reason."""

    records: Counter[str] = field(default_factory=Counter)
    planted: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    violations: int = 0
    suppressed: int = 0


def simulate(folder: Path, options: Options, progress: Progress = lambda day, records: None) -> Report:
    """Writes the folder and returns what it holds. `progress` hears of each day done and the records so far.

    Equal options give equal bytes. Raises OptionsInvalid; OSError when the disk refuses.
    """
    district = found(checked(options))
    if not school_days(options):
        raise OptionsInvalid(
            f"no school day in the {options.days} days from {options.start}; lessons are from August to May"
        )
    report, company = Report(), Company(district)
    planned = _plant(company, report)
    logs = folder / "logs"
    scribe = Scribe(district.clock, options.domain)
    for day in options.dates:
        scribe.write(_kept(company, planned.pop(day, ())))
        scribe.write(_kept(company, _routine(district, company, day)))
        rotated = options.compressed and day != options.dates[-1]
        report.records.update(scribe.close_day(logs, day, ".gz" if rotated else ""))
        progress(day, report.records.total())
    _write_papers(folder, district, company, report)
    return report


def _plant(company: Company, report: Report) -> Planned:
    planned: Planned = {}
    options = company.district.options
    for name, plant in all_scenarios().items():
        if options.scenarios and name not in options.scenarios:
            continue
        try:
            happenings = list(plant(Stage(company, name)))
        except NotHere as missing:
            report.left_out[name] = f"needs {missing}"
            continue
        report.planted.append(name)
        for happening in happenings:
            planned.setdefault(_day_written(happening, company.district), []).append(happening)
    return planned


def _kept(company: Company, happenings: Iterable[Happening]) -> Iterator[Happening]:
    """What the logs hold of it: while the filter's cloud is out there are no rows of laptops."""
    for happening in happenings:
        lost = isinstance(happening, Lookup) and happening.kind == LAPTOPS
        if not (lost and any(start <= happening.at <= end for start, end in company.filter_outages)):
            yield happening


def _day_written(happening: Happening, district: District) -> date:
    arrived = happening.arrived_at if isinstance(happening, Chromebook | Lookup) else 0
    last = district.options.dates[-1]
    return min(last, district.clock.day_of(arrived or happening.at))


def _routine(district: District, company: Company, day: date) -> Iterator[Happening]:
    options = district.options
    seed = f"{options.seed}:{day}"
    yield from machine_day(Random(f"{seed}:machines"), district, day)
    bells = timetable(day, district.clock, options.requests)
    lessons, office = day in school_days(options), day in office_days(options)
    yield from help_desk_day(Random(f"{seed}:help desk"), district, day, open_office=office)
    for person in district.people:
        if day in company.off_routine.get(person.index, ()):
            continue
        rng = Random(f"{seed}:{person.index}")
        if person.role == "student":
            yield from student_day(rng, person, day, bells) if lessons else ()
        elif lessons or (office and person.school is district.office):
            yield from staff_day(rng, person, district, bells)
        else:
            yield from day_at_home(rng, person, bells)


def _write_papers(folder: Path, district: District, company: Company, report: Report) -> None:
    write_tables(folder / "reference", district, company.rows, company.replaced)
    received_at = district.clock.midnight(district.options.dates[-1] + timedelta(1)) + 6 * HOUR
    write_district_file(folder / "district.yaml", district, received_at)
    for file in sorted((folder / "logs").rglob("*.*")):
        os.utime(file, (received_at / 1000, received_at / 1000))
    for name, text in sorted(company.rules.items()):
        path = folder / "policy" / "sigma" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found_here = company.expectations
    report.violations, report.suppressed = len(found_here.violations), len(found_here.suppressed)
    options = district.options
    title = f"written by hallmonitor simulate --seed {options.seed} --people {options.people} --days {options.days}"
    found_here.write(folder / "expected.yaml", district.clock, title)
