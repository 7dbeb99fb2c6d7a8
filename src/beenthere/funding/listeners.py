"""What funding does when a note is signed or withdrawn, in the same transaction, and what it has done later
when it turns out otherwise who was certified."""

from beenthere.foundation.announce import listen
from beenthere.funding.actions import count_units, judge_worker_again
from beenthere.funding.jobs import count_again
from beenthere.support.api import EncounterSigned, EncounterWithdrawn
from beenthere.workforce.api import StandingChanged


def register() -> None:
    listen(EncounterSigned, recount)
    listen(EncounterWithdrawn, recount)
    listen(StandingChanged, judge_again)


def recount(event: EncounterSigned | EncounterWithdrawn) -> None:
    count_units(
        acting=event.acting,
        encounter_id=event.encounter_id,
        person_id=event.person_id,
        program_id=event.program_id,
        worker_id=event.worker_id,
        on=event.happened_on,
    )


def judge_again(event: StandingChanged) -> None:
    recount_id = judge_worker_again(acting=event.acting, worker_id=event.worker_id, since=event.since)
    count_again.later(organization_id=event.acting.organization_id, recount_id=recount_id)
