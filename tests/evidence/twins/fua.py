"""Follow-up after an emergency visit for substance use, person by person."""

from twins import emergencies, followup
from twins.claims import Person
from twins.rows import Line


def events(person: Person, year: int) -> list[dict[str, object]]:
    def about_it(line: Line) -> bool:
        uses = person.is_(line, "substance_use", diagnoses=line.diagnoses[:1])
        return uses or person.is_(line, "overdose", diagnoses=line.diagnoses)

    return emergencies.events(person, year, about_it, followup.substance_use(person), least_age=13)
