import time

from django.db import connection

from beenthere.trust import events
from beenthere.trust.acting import acting
from beenthere.trust.audit import record_read
from beenthere.trust.checkpoints import seal_pending
from beenthere.trust.models import AuditEvent, Organization
from factories.users import acting_for


def write_events(organization: Organization, count: int) -> list[int]:
    """That many events, each in a transaction of its own, as requests write them. Gives their ids."""
    who = acting_for(organization, "specialist")
    for number in range(count):
        with acting(who):
            record_read(who, events.PAGE_VIEWED, subject_id=None, detail={"page": f"page {number}"})
    with acting(who):
        rows = AuditEvent.objects.filter(actor_id=who.user_id).order_by("id")
        return list(rows.values_list("id", flat=True))


def seal_now(organization: Organization) -> int:
    """Seal once nothing holds it back: another worker's open transaction does, on a server they share."""
    wait_until_nothing_holds_back(organization)
    return seal_pending(organization.id)


def wait_until_nothing_holds_back(organization: Organization) -> None:
    deadline = time.monotonic() + 20
    while _held_back(organization) and time.monotonic() < deadline:
        time.sleep(0.02)


def _held_back(organization: Organization) -> bool:
    with acting(acting_for(organization, "specialist")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(txid) >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM trust_auditevent"
        )
        return bool(cursor.fetchone()[0])
