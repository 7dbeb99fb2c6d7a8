"""The people of a caseload, one row each, as a sequence that a Paginator can count and cut.

Two ways lead to the same rows. The longest without contact come along an index, program by program, and only
as many as are shown. Everything else is sorted by the database: the people somebody works with are a handful,
and other orders and choices of a whole program are asked for now and then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from beenthere.foundation import kept_queries
from beenthere.support.access import May
from beenthere.support.encounters.models import PlannedVisit
from beenthere.support.gates import as_staff_of, assigned_to, in_own_programs
from beenthere.support.intake.models import Assignment, Enrolment, TakingPart
from beenthere.trust.api import Acting, Grant

# Along the index every row before the page is read; far into a long list sorting costs less.
FAR = 500
_FIELDS = (
    "person_id", "person__chosen_name", "person__family_name", "person__pronouns", "program_id", "last_on",
    "next_at", "plan_review_on", "started_on", "id",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which people, in which order. `contact`, `planned`, `review`: the programs that may tell about it."""

    grants: frozenset[Grant]
    mine: bool
    show: str
    order: str
    programs: frozenset[UUID]
    contact: frozenset[UUID]
    planned: frozenset[UUID]
    review: frozenset[UUID]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person. `programs`: those of the list in which they take part."""

    person_id: UUID
    name: str
    pronouns: str
    last_on: date | None
    next_at: datetime | None
    review_on: date | None
    programs: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class People:
    """The rows that fit `asked`. Each count and each cut is a query, or a few."""

    acting: Acting
    asked: Asked
    now: datetime
    on: date
    quiet_before: date

    def count(self) -> int:
        if not self.asked.programs:
            return 0
        if self._everybody and self.asked.show == "all":
            found = kept_queries.ask(
                _taking_part, self.asked.programs, organization=self.acting.organization_id
            )
        else:
            found = self._ask(_counted)
        return next((number for (number,) in found), 0) or 0

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> Sequence[Row]:
        start, stop = part.start or 0, part.stop
        if stop <= start or not self.asked.programs:
            return ()
        along_index = self._everybody and self._is_in_order_of_index and stop <= FAR
        found = self._along_index(start, stop) if along_index else self._ask(_cut, start, stop)
        return [_row(one, several=len(self.asked.programs) > 1) for one in found]

    @property
    def _everybody(self) -> bool:
        """Everyone of whole programs is asked for: nobody is left out for who asks."""
        whole = as_staff_of(self.acting, May.SEE_PEOPLE)
        return not self.asked.mine and (whole is None or self.asked.programs <= whole)

    @property
    def _is_in_order_of_index(self) -> bool:
        return self.asked.order == "contact" and self.asked.show in {"all", "quiet"}

    def _along_index(self, start: int, stop: int) -> list[Any]:
        """As many of each program as could be on the page, put in one order."""
        lists = [self._ask(_first_of, program, stop) for program in sorted(self.asked.programs)]
        return list(merge(*lists, key=_longest_first))[start:stop]

    def _ask(self, build: Callable[..., QuerySet[Any, Any]], *more: int | UUID) -> list[Any]:
        return kept_queries.ask(
            build,
            self.asked,
            *more,
            organization=self.acting.organization_id,
            user=self.acting.person_in_charge,
            now=self.now,
            on=self.on,
            quiet_before=self.quiet_before,
        )


def _longest_first(row: Any) -> tuple[date, date, UUID]:
    last, began, id_ = row[5], row[8], row[9]
    return last or date.min, began, id_


def _row(found: Any, *, several: bool) -> Row:
    person, given, family, pronouns, program, last, next_at, review, _began, _id, *among = found
    return Row(
        person_id=person,
        name=f"{given} {family}".strip(),
        pronouns=pronouns,
        last_on=last,
        next_at=next_at,
        review_on=among[1] if several else review,
        programs=tuple(among[0]) if several else (program,),
    )


# -- the queries, each built once for a kind of reader and list


def _taking_part(programs: frozenset[UUID], *, organization: UUID) -> QuerySet[Any, Any]:
    rows = TakingPart.objects.filter(organization_id=organization, programs__overlap=sorted(programs))
    return rows.order_by().values("organization_id").annotate(total=Sum("people")).values_list("total")


def _counted(asked: Asked, **known: Any) -> QuerySet[Any, Any]:
    rows = _narrowed(asked, _people(asked, **known), **known)
    return rows.order_by().values("organization_id").annotate(total=Count("id")).values_list("total")


def _first_of(asked: Asked, program: UUID, count: int, **known: Any) -> QuerySet[Any, Any]:
    """The first of one program, the longest without contact first, in the order of the index."""
    rows = _narrowed(asked, _people(asked, **known).filter(program_id=program), **known)
    told = "last_contact_on" if program in asked.contact else "last_on"
    ordered = rows.order_by(F(told).asc(nulls_first=True), "started_on", "id")
    return _with_the_rest(asked, ordered, **known)[:count]


def _cut(asked: Asked, start: int, stop: int, **known: Any) -> QuerySet[Any, Any]:
    """Ties by name, then id, so that pages never overlap. Nobody contacted yet counts as longest ago."""
    first: dict[str, list[Any]] = {
        "contact": [F("last_on").asc(nulls_first=True), "started_on"],
        "next": [F("next_at").asc(nulls_last=True), "person__sort_key"],
        "name": ["person__sort_key"],
    }
    rows = _with_the_rest(asked, _narrowed(asked, _people(asked, **known), **known), **known)
    return rows.order_by(*first[asked.order], "id")[start:stop]


def _with_the_rest(asked: Asked, rows: QuerySet[Any], **known: Any) -> QuerySet[Any, Any]:
    dated = rows if asked.show == "unplanned" else _with_next(asked, rows, **known)
    if len(asked.programs) == 1:
        return dated.values_list(*_FIELDS)
    same = _listed(asked, **known).filter(person_id=OuterRef("person_id"))
    among = ArraySubquery(same.order_by("id").values("program_id"))
    return dated.annotate(among=among, review_day=_earliest_review(same)).values_list(
        *_FIELDS, "among", "review_day"
    )


def _people(asked: Asked, **known: Any) -> QuerySet[Enrolment]:
    """One enrolment for each person of the list: of several that with the latest contact."""
    rows = _listed(asked, **known)
    if len(asked.programs) == 1:
        return rows
    day = Coalesce("last_on", date.min, output_field=DateField())
    outer = Coalesce(OuterRef("last_on"), date.min, output_field=DateField())
    others = _listed(asked, **known).filter(person_id=OuterRef("person_id")).annotate(day=day)
    return rows.exclude(Exists(others.filter(Q(day__gt=outer) | Q(day=outer, id__gt=OuterRef("id")))))


def _listed(asked: Asked, *, organization: UUID, user: UUID, **known: Any) -> QuerySet[Enrolment]:
    acting = Acting(organization_id=organization, user_id=user, grants=asked.grants)
    rows = Enrolment.objects.filter(
        in_own_programs(acting, May.SEE_PEOPLE), organization_id=organization, ended_on=None
    ).filter(program_id__in=sorted(asked.programs))
    if asked.mine:
        rows = rows.filter(assigned_to(acting))
    contact = asked.contact & asked.programs
    return rows.annotate(last_on=Case(When(program_id__in=sorted(contact), then="last_contact_on")))


def _narrowed(
    asked: Asked, rows: QuerySet[Enrolment], *, on: date, quiet_before: date, **known: Any
) -> QuerySet[Enrolment]:
    if asked.show == "quiet":
        return rows.filter(Q(last_on=None) | Q(last_on__lt=quiet_before))
    if asked.show == "unplanned":
        return _with_next(asked, rows, **known).filter(Q(next_at=None))
    if asked.show == "review":
        return rows.filter(Exists(_same_person(asked, **known).filter(plan_review_on__lte=on)))
    if asked.show == "waiting":
        working = Assignment.objects.filter(
            organization_id=known["organization"], enrolment_id=OuterRef("id"), ended_at=None
        )
        return rows.filter(Exists(_same_person(asked, **known).filter(~Exists(working))))
    return rows


def _same_person(asked: Asked, **known: Any) -> QuerySet[Enrolment]:
    """Where the person of a row takes part, as far as enrolments are told."""
    told = _listed(asked, **known).filter(program_id__in=sorted(asked.review & asked.programs))
    return told.filter(person_id=OuterRef("person_id"))


def _earliest_review(same: QuerySet[Enrolment]) -> Subquery:
    days = same.filter(plan_review_on__isnull=False).order_by("plan_review_on")
    return Subquery(days.values("plan_review_on")[:1])


def _with_next(
    asked: Asked, rows: QuerySet[Enrolment], *, organization: UUID, now: datetime, **known: Any
) -> QuerySet[Enrolment]:
    """The next visit, in the programs whose visits the reader works with: others stay unknown."""
    planned = PlannedVisit.objects.filter(
        organization_id=organization,
        person_id=OuterRef("person_id"),
        program_id__in=sorted(asked.planned),
        status=PlannedVisit.Status.PLANNED,
        starts_at__gte=now,
    )
    return rows.annotate(next_at=Subquery(planned.order_by("starts_at").values("starts_at")[:1]))
