"""Follow-up after hospitalization for mental illness, person by person."""

from datetime import date

from twins import followup
from twins.claims import Person, Stay, days, holds, row


def events(person: Person, year: int) -> list[dict[str, object]]:
    stays = person.stays("acute")
    moves = [stay.admission for stay in person.stays("nonacute")]
    seen = followup.mental_health(person, year)
    hospice = any(day.year == year for day in person.on_lines(lambda line: person.is_(line, "hospice")))
    found = []
    for stay in stays:
        day, age = stay.discharge, person.age(stay.discharge)
        if day.year != year:
            continue
        later = [other for other in stays if day < other.admission <= day + days(30)]
        moved = any(day <= move <= day + days(30) for move in moves)
        said = {
            "principal_mental": _mental(person, stay, year),
            "of_age": age is not None and age >= 6,
            "in_time": day <= date(year, 12, 1),
            "last_discharge": not any(_mental(person, other, year) for other in later),
            "not_elsewhere": not moved and all(_mental(person, other, year) for other in later),
            "alive": not stay.died and (person.died is None or person.died > date(year, 12, 31)),
            "no_hospice": not hospice,
            "enrolled": person.covered(day, day, day + days(30)),
            **followup.within(day, seen, least=1),
        }
        found.append(row(person, day, **said))
    return found


def _mental(person: Person, stay: Stay, year: int) -> bool:
    groups = ["mental_illness", "self_harm"] + (["suicidal_thoughts"] if year >= 2025 else [])
    return holds(person.codes, stay.principal, stay.discharge, *groups) or (year >= 2025 and stay.self_harm)
