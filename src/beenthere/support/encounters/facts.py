"""Facts about notes for other contexts: no words, no names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Window

from beenthere.foundation import kept_queries
from beenthere.support.access import May
from beenthere.support.encounters.content import FIELDS, NoteContent
from beenthere.support.encounters.models import Encounter
from beenthere.support.gates import encounters, seen
from beenthere.trust.api import Acting, get_for, visible

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class EncounterFacts:
    """`segments` of time are one pair of aware moments, or none where a clock time is missing."""

    id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    kind: str
    mode: str
    result: str
    happened_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    group_size: int | None
    not_billable: bool
    goal_id: UUID | None
    next_kind: str
    next_step_on: date | None
    signed_at: datetime | None
    withdrawn_at: datetime | None
    planned_visit_id: UUID | None

    @property
    def met(self) -> bool:
        return self.result == Encounter.Result.MET


_COLUMNS = tuple(EncounterFacts.__dataclass_fields__)


def encounter_facts(*, acting: Acting, encounter_id: UUID) -> EncounterFacts | None:
    """The facts of one note of the organization, for work that follows from it inside an action."""
    return next(iter(_facts(_of(acting).filter(id=encounter_id))), None)


def signed_around(
    *,
    acting: Acting,
    person_id: UUID,
    worker_id: UUID,
    on: date,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> tuple[EncounterFacts, ...]:
    """The signed notes that stand beside a visit: the person's of its day, in every program, since units of a
    day belong together, and those of the person or the specialist that share a minute with it. One query.

    A visit goes past midnight at most, so only the days next to its own are looked at.
    """
    organization = acting.organization_id
    if starts_at is None or ends_at is None:
        rows = kept_queries.ask(_of_day, organization=organization, person=person_id, on=on)
    else:
        rows = kept_queries.ask(
            _of_day_or_near, organization=organization, person=person_id, on=on, worker=worker_id,
            first=on - ONE_DAY, last=on + ONE_DAY, starts=starts_at, ends=ends_at,
        )  # fmt: skip
    return tuple(EncounterFacts(**row) for row in rows)


def _of_day(*, organization: UUID, person: UUID, on: date) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = _standing_of(organization).filter(person_id=person, happened_on=on)
    return rows.order_by("starts_at", "id").values(*_COLUMNS)


def _of_day_or_near(
    *,
    organization: UUID,
    person: UUID,
    on: date,
    worker: UUID,
    first: date,
    last: date,
    starts: datetime,
    ends: datetime,
) -> QuerySet[Any, Any]:
    day = Q(person_id=person, happened_on=on)
    shares_a_minute = Q(starts_at__lt=ends, ends_at__gt=starts, happened_on__range=(first, last))
    near = (Q(worker_id=worker) | Q(person_id=person)) & shares_a_minute
    rows: QuerySet[Any, Any] = _standing_of(organization).filter(day | near)
    return rows.order_by("starts_at", "id").values(*_COLUMNS)


def signed_slice(
    *,
    acting: Acting,
    first: date,
    at_least: int,
    program_id: UUID | None = None,
    worker_id: UUID | None = None,
) -> tuple[tuple[EncounterFacts, ...], date | None]:
    """Signed notes that stand, of a program or of a worker, from `first` on: whole days until there are
    `at_least` so many. And the last of these days; None when nothing comes after. Two queries."""
    rows = _standing(acting).filter(happened_on__gte=first).order_by("happened_on", "id")
    if program_id is not None:
        rows = rows.filter(program_id=program_id)
    if worker_id is not None:
        rows = rows.filter(worker_id=worker_id)
    full = rows.values_list("happened_on", flat=True)[at_least - 1 : at_least].first()
    return _facts(rows if full is None else rows.filter(happened_on__lte=full)), full


def overlapping(*, acting: Acting, encounter: EncounterFacts) -> tuple[EncounterFacts, ...]:
    """Signed notes that stand and share a minute with `encounter`, of the same specialist or person.

    A visit goes past midnight at most, so only the days next to its own are looked at.
    """
    if encounter.starts_at is None or encounter.ends_at is None:
        return ()
    near = _standing(acting).filter(starts_at__lt=encounter.ends_at, ends_at__gt=encounter.starts_at)
    either = Q(worker_id=encounter.worker_id) | Q(person_id=encounter.person_id)
    days = (encounter.happened_on - ONE_DAY, encounter.happened_on + ONE_DAY)
    return _facts(
        near.filter(either, happened_on__range=days).exclude(id=encounter.id).order_by("starts_at", "id")
    )


def signed_near(*, acting: Acting, notes: Sequence[EncounterFacts]) -> tuple[EncounterFacts, ...]:
    """Signed notes that stand, of the specialists and people of these, from the day before the first to the
    day after the last: all that could overlap with one of them. One query."""
    if not notes:
        return ()
    days = [note.happened_on for note in notes]
    whose = Q(worker_id__in={note.worker_id for note in notes}) | Q(
        person_id__in={note.person_id for note in notes}
    )
    return _facts(
        _standing(acting).filter(whose, happened_on__range=(min(days) - ONE_DAY, max(days) + ONE_DAY))
    )


def seen_between(*, acting: Acting, may: str, first: date, last: date) -> QuerySet[Encounter]:
    """Signed notes of a span of days that `acting` may see, withdrawn ones left out."""
    return visible(acting, Encounter, may=may).filter(
        signed_at__isnull=False, withdrawn_at=None, happened_on__range=(first, last)
    )


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A note somebody began and did not sign."""

    id: UUID
    person_id: UUID
    kind: str
    happened_on: date
    ended_at: datetime | None
    saved_at: datetime


def drafts_of(*, acting: Acting, worker_id: UUID) -> tuple[DraftLine, ...]:
    """A specialist's own drafts, oldest visit first. One query."""
    rows = seen(acting, Encounter, encounters, May.WRITE_NOTES, _drafts, worker=worker_id)
    return tuple(_draft_line(row) for row in rows)


def first_drafts(*, acting: Acting, worker_id: UUID, count: int) -> tuple[tuple[DraftLine, ...], int]:
    """The oldest `count` of a specialist's own drafts, and how many there are in all. One query."""
    rows = seen(acting, Encounter, encounters, May.WRITE_NOTES, _first_drafts, count, worker=worker_id)
    return tuple(_draft_line(row) for row in rows), rows[0].in_all if rows else 0  # type: ignore[attr-defined]


def _draft_line(row: Encounter) -> DraftLine:
    return DraftLine(
        id=row.id, person_id=row.person_id, kind=str(row.get_kind_display()),
        happened_on=row.happened_on, ended_at=row.ends_at, saved_at=row.saved_at,
    )  # fmt: skip


def _first_drafts(rows: QuerySet[Encounter], count: int, *, worker: UUID) -> QuerySet[Encounter]:
    return _drafts(rows, worker=worker).annotate(in_all=Window(Count("*")))[:count]


def _drafts(rows: QuerySet[Encounter], *, worker: UUID) -> QuerySet[Encounter]:
    begun = rows.filter(worker_id=worker, signed_at=None).order_by("happened_on", "ends_at", "id")
    return begun.only("id", "person_id", "kind", "happened_on", "ends_at", "saved_at", "organization_id")


def content_of(encounter: Encounter) -> NoteContent:
    return NoteContent(**{name: getattr(encounter, name) for name in FIELDS})


def finished_or_own(acting: Acting, *, may: str) -> QuerySet[Encounter]:
    """The notes that `acting` may open: nobody opens what another person is still writing."""
    return visible(acting, Encounter, may=may).filter(finished_or_of(acting.user_id))


def finished_or_of(user_id: UUID | None) -> Q:
    return Q(signed_at__isnull=False) | Q(worker__user_id=user_id)


def seen_note(*, acting: Acting, id: UUID) -> None:
    """Raises Http404 unless `acting` may see the note; the look is audited with its person."""
    rows = finished_or_own(acting, may=May.SEE_PEOPLE)
    get_for(acting, Encounter, id, may=May.SEE_PEOPLE, within=rows)


def _of(acting: Acting) -> QuerySet[Encounter]:
    return Encounter.objects.filter(organization_id=acting.organization_id)


def _standing(acting: Acting) -> QuerySet[Encounter]:
    return _standing_of(acting.organization_id)


def _standing_of(organization_id: UUID) -> QuerySet[Encounter]:
    return Encounter.objects.filter(
        organization_id=organization_id, signed_at__isnull=False, withdrawn_at=None
    )


def _facts(rows: QuerySet[Encounter]) -> tuple[EncounterFacts, ...]:
    return tuple(EncounterFacts(**row) for row in rows.values(*_COLUMNS))
