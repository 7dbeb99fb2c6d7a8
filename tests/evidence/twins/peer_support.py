"""Peer support after a referral, person by person."""

from twins.claims import Person, days, row
from twins.contacts import counted
from twins.followup import peer_days


def events(person: Person, year: int) -> list[dict[str, object]]:
    told = person.world.events
    referred = {e.event_date for e in told if e.person_id == person.id and e.event == "peer_referral"}
    return [
        row(
            person,
            day,
            first_referral=not any(1 <= (day - other).days <= 180 for other in referred),
            enrolled=person.covered(day, day, day + days(180)),
            one_contact=any(0 <= (contact - day).days <= 30 for contact in peer_days(person)),
            **counted(day, peer_days(person)),
        )
        for day in sorted(referred)
        if day.year == year
    ]
