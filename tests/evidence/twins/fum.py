"""Follow-up after an emergency visit for mental illness, person by person."""

from twins import emergencies, followup
from twins.claims import Person
from twins.rows import Line


def events(person: Person, year: int) -> list[dict[str, object]]:
    def about_it(line: Line) -> bool:
        return person.is_(line, "mental_illness", "self_harm", diagnoses=line.diagnoses[:1])

    return emergencies.events(person, year, about_it, followup.after_emergency(person, year), least_age=6)
