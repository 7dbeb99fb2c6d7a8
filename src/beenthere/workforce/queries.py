"""From rows of workers, credentials and hours to frozen facts."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from beenthere.kernel.periods import Period
from beenthere.trust.api import Acting, Role
from beenthere.workforce.facts import CredentialFacts, HoursLine, WorkerFacts, WorkerStanding
from beenthere.workforce.models import Certification, HoursEntry, Worker

GIVES_SUPPORT = (Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR)


def worker_of(*, acting: Acting) -> WorkerFacts | None:
    """The worker behind the acting user; None for someone who gives no support, or no longer."""
    if acting.user_id is None:
        return None
    rows = _workers(acting).filter(user_id=acting.user_id, ended_on=None)
    return next((worker_facts(worker) for worker in rows), None)


def workers_in(*, acting: Acting, program_id: UUID | None = None) -> tuple[WorkerFacts, ...]:
    """Who gives support now, in order of name: in the program, through a grant there or in the whole
    organization; without `program_id`, in any. One query."""
    grants = Q(user__grants__organization_id=acting.organization_id, user__grants__role__in=GIVES_SUPPORT)
    if program_id is not None:
        grants &= Q(user__grants__program_id=program_id) | Q(user__grants__program_id=None)
    rows = _workers(acting).filter(grants, ended_on=None, user__is_active=True)
    return tuple(worker_facts(worker) for worker in rows.distinct().order_by("name", "id"))


def is_reached_by(*, acting: Acting, worker: Worker, may: str) -> bool:
    """True when the acting user holds `may` in a program where this colleague has a role, or everywhere."""
    programs = acting.programs(may)
    if programs is None:
        return True
    grants = worker.user.grants.filter(organization_id=acting.organization_id)
    return bool(grants.filter(Q(program_id__in=programs) | Q(program_id=None)).exists())


def worker_names(*, acting: Acting, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names by which colleagues know them, those who left among them. One query."""
    if not ids:
        return {}
    return dict(_workers(acting).filter(id__in=set(ids)).values_list("id", "name"))


def shown_names(*, acting: Acting, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names that these users chose to show to participants, by user. One query."""
    rows = _workers(acting).filter(user_id__in=set(user_ids))
    return dict(rows.values_list("user_id", "shown_as")) if user_ids else {}


def signature(*, acting: Acting, worker: WorkerFacts, on: date) -> str:
    """How a note is signed: name, the letters valid on that day, position. One query."""
    held = credential_on(acting=acting, worker_id=worker.id, on=on)
    parts = (worker.name, held.letters if held else "", worker.position)
    return ", ".join(part for part in parts if part)


def credential_on(*, acting: Acting, worker_id: UUID, on: date) -> CredentialFacts | None:
    """The credential valid on that day, the last to begin where there are several. None is not an error."""
    rows = Certification.objects.filter(organization_id=acting.organization_id, worker_id=worker_id)
    valid = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)
    return next((credential_facts(row) for row in valid.order_by("-valid_from", "-id")[:1]), None)


def standing_of(*, acting: Acting, ids: Collection[UUID]) -> dict[UUID, WorkerStanding]:
    """Employment and times of certification of these workers, those who left among them. One query."""
    if not ids:
        return {}
    held = Certification.objects.filter(organization_id=acting.organization_id, worker_id=OuterRef("id"))
    rows = (
        _workers(acting)
        .filter(id__in=set(ids))
        .annotate(held=ArraySubquery(held.values(json=JSONObject(first="valid_from", last="valid_until"))))
    )
    return {
        row.id: WorkerStanding(
            name=row.name,
            employment=row.employment,
            certified=tuple(_period(one["first"], one["last"]) for one in row.held),
        )
        for row in rows
    }


def _period(first: str, last: str | None) -> Period[date]:
    """Stored with its last day of validity; a period ends on the day after."""
    end = date.fromisoformat(last) + timedelta(days=1) if last else None
    return Period(date.fromisoformat(first), end)


def hours_from(*, acting: Acting, source_type: str, source_id: UUID) -> tuple[HoursLine, ...]:
    """What counts from one source, for example a note; nothing after it was withdrawn."""
    rows = counted_hours(acting).filter(source_type=source_type, source_id=source_id)
    return tuple(hours_line(entry) for entry in rows.order_by("kind"))


def counted_hours(acting: Acting) -> QuerySet[HoursEntry]:
    return HoursEntry.objects.filter(organization_id=acting.organization_id, withdrawn_at=None)


def _workers(acting: Acting) -> QuerySet[Worker]:
    return Worker.objects.filter(organization_id=acting.organization_id)


def worker_facts(worker: Worker) -> WorkerFacts:
    return WorkerFacts(
        id=worker.id,
        user_id=worker.user_id,
        name=worker.name,
        shown_as=worker.shown_as,
        position=worker.position,
        employment=worker.employment,
        supervisor_id=worker.supervisor_id,
    )


def credential_facts(row: Certification) -> CredentialFacts:
    return CredentialFacts(
        id=row.id,
        worker_id=row.worker_id,
        credential=row.credential,
        letters=row.letters,
        number=row.number,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def hours_line(entry: HoursEntry) -> HoursLine:
    return HoursLine(
        worker_id=entry.worker_id,
        on=entry.on,
        minutes=entry.minutes,
        kind=entry.kind,
        kind_words=entry.get_kind_display(),
        source_type=entry.source_type,
        source_id=entry.source_id,
    )
