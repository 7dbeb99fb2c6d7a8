"""Days that count as follow-up for one person."""

from datetime import date

from twins.claims import Person
from twins.rows import Line


def is_visit(person: Person, line: Line) -> bool:
    if line.claim_type == "professional":
        return not person.is_(line, "not_a_visit")
    return line.claim_type == "institutional" and person.is_(line, "visit")


def peer_days(person: Person) -> set[date]:
    return person.on_lines(lambda line: person.is_(line, "peer_support"))


def mental_health(person: Person, year: int) -> set[date]:
    def counts(line: Line) -> bool:
        if person.is_(line, "behavioral_setting", "mental_health_provider"):
            return True
        return year >= 2025 and person.is_(line, "mental_illness", "self_harm", diagnoses=line.diagnoses)

    days = person.on_lines(lambda line: is_visit(person, line) and counts(line))
    if year >= 2025:
        days |= peer_days(person) | person.on_lines(lambda line: person.is_(line, "psychiatric_residential"))
    return days


def after_emergency(person: Person, year: int) -> set[date]:
    if year >= 2025:
        return mental_health(person, year)

    def counts(line: Line) -> bool:
        first = line.diagnoses[:1]
        ill = person.is_(line, "mental_illness", diagnoses=line.diagnoses)
        harmed = person.is_(line, "self_harm", diagnoses=first) and ill
        return person.is_(line, "mental_illness", diagnoses=first) or harmed

    return person.on_lines(lambda line: is_visit(person, line) and counts(line))


def substance_use(person: Person, *, principal_only: bool = False) -> set[date]:
    def counts(line: Line) -> bool:
        told = line.diagnoses[:1] if principal_only else line.diagnoses
        uses = person.is_(line, "substance_use", "overdose", diagnoses=told)
        known = not principal_only and person.is_(line, "mental_health_provider")
        return uses or known or person.is_(line, "substance_use_service")

    days = person.on_lines(lambda line: is_visit(person, line) and counts(line))
    return days | peer_days(person) | medication(person)


def medication(person: Person) -> set[date]:
    group = "substance_use_medication"
    return person.on_lines(lambda line: person.is_(line, group)) | person.dispensed(group)


def within(day: date, seen: set[date], *, least: int) -> dict[str, bool]:
    return {f"within_{most}": any(least <= (other - day).days <= most for other in seen) for most in (7, 30)}
