"""What funding does later: counting again, slice by slice."""

from uuid import UUID

from beenthere.foundation.jobs import job
from beenthere.funding.actions import begin_counting, count_slice
from beenthere.trust.api import as_organization, as_system, current, organization_ids


@job(name="funding.count_again", as_whom=as_organization("billing"))
def count_again(organization_id: UUID, recount_id: UUID) -> None:
    """One slice, and the next one queued in the same transaction: a job that dies is tried from there."""
    if count_slice(acting=current(), recount_id=recount_id):
        count_again.later(organization_id=organization_id, recount_id=recount_id)


@job(name="funding.begin_counting", as_whom=as_organization("billing"))
def begin_counting_in(organization_id: UUID) -> None:
    for recount_id in begin_counting(acting=current()):
        count_again.later(organization_id=organization_id, recount_id=recount_id)


@job(
    name="funding.keep_counting",
    as_whom=as_system("asking each organization in turn whether its notes are counted by the rules of now"),
    cron="* * * * *",
)
def keep_counting() -> None:
    for organization_id in organization_ids():
        begin_counting_in.now(organization_id=organization_id)
