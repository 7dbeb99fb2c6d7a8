"""A job that leaves an event and then waits for a lock, for a worker to be killed in the middle of it."""

from uuid import UUID

from beenthere.foundation.jobs import job
from beenthere.support.encounters.models import Encounter
from beenthere.trust.acting import current
from beenthere.trust.api import as_organization
from beenthere.trust.audit import record_read
from beenthere.trust.events import PAGE_VIEWED


@job(name="tests.leave_an_event", as_whom=as_organization("a test"))
def leave_an_event(organization_id: UUID) -> None:
    record_read(current(), PAGE_VIEWED, subject_id=None, detail={"page": "a job in the middle"})
    Encounter.objects.exists()
