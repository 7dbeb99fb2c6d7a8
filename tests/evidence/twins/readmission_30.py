"""Readmission within 30 days, person by person."""

from datetime import date

from twins.claims import Person, Stay, days, holds, nearest, row


def events(person: Person, year: int) -> list[dict[str, object]]:
    stays = person.stays("acute", groups=("inpatient", "observation"))
    back = [stay.admission for stay in stays if not stay.planned and not _birth(person, stay)]
    mine = [stay for stay in stays if stay.discharge.year == year]
    would = [stay for stay in mine if all(_steps(person, stay, year).values())]
    return [
        row(
            person,
            stay.discharge,
            **_steps(person, stay, year),
            not_outlier=len(would) < 4,
            readmitted=nearest(stay.discharge, back, least=2, most=30) is not None,
        )
        for stay in mine
    ]


def _birth(person: Person, stay: Stay) -> bool:
    return stay.newborn or holds(person.codes, stay.principal, stay.discharge, "pregnancy", "perinatal")


def _steps(person: Person, stay: Stay, year: int) -> dict[str, bool]:
    day, age = stay.discharge, person.age(stay.discharge)
    return {
        "in_time": day <= date(year, 12, 1),
        "of_age": age is not None and 18 <= age <= 64,
        "overnight": stay.admission < day,
        "left_alive": not stay.died and (person.died is None or person.died > day),
        "not_birth": not _birth(person, stay),
        "enrolled": person.covered(day - days(365), day, day + days(30)),
    }
