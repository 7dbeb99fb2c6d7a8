"""Follow-up after high-intensity care for substance use, person by person."""

from datetime import date

from twins import followup
from twins.claims import Person, Stay, days, holds, row


def events(person: Person, year: int) -> list[dict[str, object]]:
    stays = person.stays("any")
    seen = followup.substance_use(person, principal_only=True)
    found = []
    for stay in stays:
        day, age = stay.discharge, person.age(stay.discharge)
        if day.year != year:
            continue
        back = [s for s in stays if _about_it(person, s) and day < s.admission <= day + days(30)]
        said = {
            "about_it": _about_it(person, stay),
            "of_age": age is not None and age >= 13,
            "in_time": day <= date(year, 12, 1),
            "alive": not stay.died,
            "last_discharge": not back,
            "enrolled": person.covered(day, day, day + days(30)),
            **followup.within(day, seen, least=1),
        }
        found.append(row(person, day, **said))
    return found


def _about_it(person: Person, stay: Stay) -> bool:
    return holds(person.codes, stay.principal, stay.discharge, "substance_use")
