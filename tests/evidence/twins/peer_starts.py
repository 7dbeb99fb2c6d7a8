"""Peer support after the first contact, person by person."""

from twins.claims import Person, days, row
from twins.contacts import counted
from twins.followup import peer_days


def events(person: Person, year: int) -> list[dict[str, object]]:
    contacts = peer_days(person)
    return [
        row(
            person,
            day,
            new=not any(1 <= (day - other).days <= 180 for other in contacts),
            enrolled=person.covered(day - days(180), day, day + days(180)),
            **counted(day, contacts),
        )
        for day in sorted(contacts)
        if day.year == year
    ]
