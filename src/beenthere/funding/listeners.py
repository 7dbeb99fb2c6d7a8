"""What funding does when a note is signed or withdrawn, in the same transaction."""

from beenthere.foundation.announce import listen
from beenthere.funding.actions import count_units
from beenthere.support.api import EncounterSigned, EncounterWithdrawn


def register() -> None:
    listen(EncounterSigned, recount)
    listen(EncounterWithdrawn, recount)


def recount(event: EncounterSigned | EncounterWithdrawn) -> None:
    count_units(
        acting=event.acting, person_id=event.person_id, program_id=event.program_id, on=event.happened_on
    )
