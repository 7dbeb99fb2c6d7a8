"""Counting again what was signed before, after a rule, a credential or a payer's folder changed.

Asked for inside the action that changed something; done by a job, slice by slice, each slice in a transaction
of its own that also moves the mark. A job that dies has lost one slice and changed nothing. Counting a slice
twice gives the same rows.
"""

from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from beenthere.foundation import clock
from beenthere.funding.models import CountedBy, Recount
from beenthere.funding.payers.fingerprint import fingerprint
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Acting, programs, step

STANDS_STILL = timedelta(minutes=10)


# In one statement: between an insert, a look and an update the job may take the row away.
_ASK = """
INSERT INTO funding_recount AS standing (id, organization_id, program_id, worker_id, next_on, moved_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (organization_id, program_id, worker_id) DO UPDATE
SET next_on = least(standing.next_on, excluded.next_on), moved_at = excluded.moved_at
RETURNING id
"""


@step
def ask(
    *, acting: Acting, since: date, program_id: UUID | None = None, worker_id: UUID | None = None
) -> UUID:
    """Count a program's notes, or judge a worker's, again from a day on. One under way begins there anew
    when it is further already. The id for the job."""
    asked = [uuid7(), acting.organization_id, program_id, worker_id, since, clock.now()]
    with connection.cursor() as cursor:
        cursor.execute(_ASK, asked)
        id_: UUID = cursor.fetchone()[0]
    return id_


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
    # One that somebody holds is moving.
    ids = list(still.select_for_update(skip_locked=True).values_list("id", flat=True))
    _of(acting).filter(id__in=ids).update(moved_at=clock.now())
    return ids


@step
def move(*, acting: Acting, recount: Recount, next_on: date | None) -> bool:
    """Set the mark after a slice, or take the row away after the last one (None). True when more is to do.

    Left where it is when somebody asked again meanwhile: the slice was judged by what held before.
    """
    unasked = _of(acting).filter(id=recount.id, moved_at=recount.moved_at)
    if next_on is None:
        gone, _each = unasked.delete()
        return not gone
    unasked.update(next_on=next_on, moved_at=clock.now())
    return True


def _of(acting: Acting) -> QuerySet[Recount]:
    return Recount.objects.filter(organization_id=acting.organization_id)
