"""Readmission after psychiatric care, person by person."""

from datetime import date

from twins.claims import Person, days, holds, nearest, row


def events(person: Person, year: int) -> list[dict[str, object]]:
    stays = person.stays("acute")
    back = [stay.admission for stay in stays if not stay.planned]
    found = []
    for stay in stays:
        day, age = stay.discharge, person.age(stay.discharge)
        if not stay.psychiatric or day.year not in (year - 1, year):
            continue
        groups = ("mental_illness", "substance_use", "dementia")
        said = {
            "psychiatric_diagnosis": holds(person.codes, stay.principal, day, *groups),
            "in_time": day <= date(year, 12, 1),
            "of_age": age is not None and 18 <= age <= 115,
            "known": person.gender != "unknown" and not (person.died and person.died < day),
            "left_alive": not stay.died and person.died != day,
            "with_advice": not stay.against_advice,
            "enrolled": person.covered(day, day, day + days(30)),
            "readmitted": nearest(day, back, least=3, most=30) is not None,
        }
        found.append(row(person, day, **said))
    return found
