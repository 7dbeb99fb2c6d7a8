"""What funding does when a note is signed or withdrawn, in the same transaction, and what it has done later
when it turns out otherwise who was certified."""

from beenthere.foundation.announce import listen
from beenthere.funding.actions import count_signed, count_without, judge_worker_again
from beenthere.funding.jobs import count_again
from beenthere.support.api import EncounterSigned, EncounterWithdrawn
from beenthere.workforce.api import StandingChanged


def register() -> None:
    listen(EncounterSigned, count)
    listen(EncounterWithdrawn, count_again_without)
    listen(StandingChanged, judge_again)


def count(event: EncounterSigned) -> None:
    count_signed(acting=event.acting, signed=event)


def count_again_without(event: EncounterWithdrawn) -> None:
    count_without(acting=event.acting, withdrawn=event)


def judge_again(event: StandingChanged) -> None:
    recount_id = judge_worker_again(acting=event.acting, worker_id=event.worker_id, since=event.since)
    count_again.later(organization_id=event.acting.organization_id, recount_id=recount_id)
