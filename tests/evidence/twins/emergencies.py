"""Emergency visits of one person, a calendar walked from January on."""

from collections.abc import Callable
from datetime import date

from twins import followup
from twins.claims import Person, days, row
from twins.rows import Line


def events(
    person: Person, year: int, about_it: Callable[[Line], bool], seen: set[date], *, least_age: int
) -> list[dict[str, object]]:
    lines = [line for line in person.lines if line.day.year == year and person.is_(line, "emergency")]
    stays = person.stays("any")
    found, last = [], None
    for day in sorted({line.day for line in lines}):
        age = person.age(day)
        in_stay = any(stay.admission < day < stay.discharge for stay in stays)
        said = {
            "about_it": any(about_it(line) for line in lines if line.day == day),
            "of_age": age is not None and age >= least_age,
            "in_time": day <= date(year, 12, 1),
            "not_admitted": not in_stay and not any(0 <= (s.admission - day).days <= 30 for s in stays),
            "enrolled": person.covered(day, day, day + days(30)),
        }
        chosen = all(said.values()) and (last is None or (day - last).days >= 31)
        last = day if chosen else last
        found.append(row(person, day, **said, first_in_window=chosen, **followup.within(day, seen, least=0)))
    return found
