"""Initiation and engagement, person by person."""

from datetime import date

from twins import followup
from twins.claims import Person, days, holds, row


def events(person: Person, year: int) -> list[dict[str, object]]:
    told = person.on_lines(
        lambda line: person.is_(line, "substance_use", "overdose", diagnoses=line.diagnoses)
    )
    drugs = followup.medication(person)
    stays = {
        stay.admission
        for stay in person.stays("any")
        if holds(person.codes, stay.principal, stay.discharge, "substance_use")
    }
    treated = drugs | person.on_lines(
        lambda line: (
            followup.is_visit(person, line)
            and (
                person.is_(line, "substance_use", diagnoses=line.diagnoses)
                or person.is_(line, "substance_use_service")
            )
        )
    )
    signs = told | drugs | stays
    found = []
    for day in sorted(told | stays):
        if not date(year - 1, 11, 15) <= day <= date(year, 11, 14):
            continue
        age = person.age(day)
        begun = _begun(day, day in stays, treated, drugs)
        further = {d for d in treated if begun is not None and 1 <= (d - begun).days <= 34}
        said = {
            "no_history": not any(1 <= (day - sign).days <= 194 for sign in signs),
            "of_age": age is not None and age >= 13,
            "enrolled": person.covered(day - days(194), day, day + days(47)),
            "initiated": begun is not None,
            "engaged": len(further) >= 2,
        }
        found.append(row(person, day, **said))
    return found


def _begun(day: date, by_stay: bool, treated: set[date], drugs: set[date]) -> date | None:
    if by_stay:
        return day
    first = [d for d in treated if 1 <= (d - day).days <= 13] + [
        d for d in drugs if 0 <= (d - day).days <= 13
    ]
    return min(first) if first else None
