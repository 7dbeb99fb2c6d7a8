"""Counting again what was signed before, after a rule, a credential or a payer's folder changed.

Asked for inside the action that changed something; done by a job, slice by slice, each slice in a transaction
of its own that also moves the mark. A job that dies has lost one slice and changed nothing. Counting a slice
twice gives the same rows.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from beenthere.foundation import clock
from beenthere.funding.models import CountedBy, Recount
from beenthere.funding.payers.fingerprint import fingerprint
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Acting, programs, step

STANDS_STILL = timedelta(minutes=10)


@step
def ask(
    *, acting: Acting, since: date, program_id: UUID | None = None, worker_id: UUID | None = None
) -> UUID:
    """Count a program's notes, or judge a worker's, again from a day on. One under way begins there anew
    when it is further already. The id for the job."""
    asked = Recount(
        id=uuid7(),
        organization_id=acting.organization_id,
        program_id=program_id,
        worker_id=worker_id,
        next_on=since,
    )
    same = _of(acting).filter(Q(program_id=program_id), Q(worker_id=worker_id))
    Recount.objects.bulk_create([asked], ignore_conflicts=True)
    same.filter(next_on__gt=since).update(next_on=since)
    found: UUID = same.values_list("id", flat=True).get()
    return found


@step
def ask_for_everything(*, acting: Acting) -> list[UUID]:
    """Count every program again unless it was all judged by the rules of now. The ids for the jobs."""
    mine = CountedBy.objects.filter(organization_id=acting.organization_id)
    if mine.filter(fingerprint=fingerprint()).exists():
        return []
    CountedBy.objects.bulk_create(
        [CountedBy(id=uuid7(), organization_id=acting.organization_id, fingerprint=fingerprint())],
        update_conflicts=True, unique_fields=["organization"], update_fields=["fingerprint"],
    )  # fmt: skip
    return [ask(acting=acting, program_id=one.id, since=date.min) for one in programs(acting=acting)]


@step
def standing_still(*, acting: Acting) -> list[UUID]:
    """Those whose job must have been given up, since their mark did not move for a while. It is moved, so
    that each is asked for once in a while. The ids for the jobs."""
    still = _of(acting).filter(moved_at__lt=clock.now() - STANDS_STILL)
    ids = list(still.values_list("id", flat=True))
    _of(acting).filter(id__in=ids).update(moved_at=clock.now())
    return ids


def _of(acting: Acting) -> QuerySet[Recount]:
    return Recount.objects.filter(organization_id=acting.organization_id)
