"""From rows of workers, credentials and hours to frozen facts."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from beenthere.foundation import kept_queries
from beenthere.kernel.periods import Period
from beenthere.trust.api import Acting, Role
from beenthere.workforce.facts import Author, CredentialFacts, HoursLine, WorkerFacts, WorkerStanding
from beenthere.workforce.models import Certification, HoursEntry, Worker

GIVES_SUPPORT = (Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR)


def worker_of(*, acting: Acting) -> WorkerFacts | None:
    """The worker behind the acting user; None for someone who gives no support, or no longer."""
    if acting.user_id is None:
        return None
    rows = kept_queries.ask(_here, organization=acting.organization_id, user=acting.user_id)
    return next((worker_facts(worker) for worker in rows), None)


def _here(*, organization: UUID, user: UUID) -> QuerySet[Worker]:
    return Worker.objects.filter(organization_id=organization, user_id=user, ended_on=None)


def author_of(*, acting: Acting) -> Author | None:
    """The worker behind the acting user, with what their signature and standing follow from. One query."""
    if acting.user_id is None:
        return None
    rows = kept_queries.ask(_certified_here, organization=acting.organization_id, user=acting.user_id)
    return next((_author(row) for row in rows), None)


def _certified_here(*, organization: UUID, user: UUID) -> QuerySet[Worker]:
    return _certified(_here(organization=organization, user=user), organization)


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
    if not programs:
        # None is every program; an empty set is none at all, and reaches nobody.
        return programs is None
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


def standing_of(*, acting: Acting, ids: Collection[UUID]) -> dict[UUID, WorkerStanding]:
    """Employment and times of certification of these workers, those who left among them. One query."""
    if not ids:
        return {}
    rows = _certified(_workers(acting).filter(id__in=set(ids)), acting.organization_id)
    return {row.id: _author(row).standing for row in rows}


def _certified(rows: QuerySet[Worker], organization_id: UUID) -> QuerySet[Worker]:
    held = Certification.objects.filter(organization_id=organization_id, worker_id=OuterRef("id"))
    columns = JSONObject(letters="letters", first="valid_from", last="valid_until")
    return rows.annotate(held=ArraySubquery(held.order_by("valid_from", "id").values(json=columns)))


def _author(row: Any) -> Author:
    """From a row of `_certified`."""
    held = tuple((one["letters"], _period(one["first"], one["last"])) for one in row.held)
    return Author(worker=worker_facts(row), letters=held)


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
