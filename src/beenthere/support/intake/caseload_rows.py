"""The people of a caseload, one row each, as a sequence that a Paginator can count and cut.

First who is on the page and in which order, by ids; then what is shown about them, for those alone. Three
ways lead to the ids. The longest without contact of whole programs come along an index, program by program,
and only as many as are shown. The people somebody works with are a handful: all are asked for at once, and
counted here. Everything else is counted and sorted by the database; it is asked for now and then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
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
    "id", "person_id", "person__chosen_name", "person__family_name", "person__pronouns", "program_id",
    "last_on", "next_at", "plan_review_on",
)  # fmt: skip
_LONGEST_FIRST = (F("last_on").asc(nulls_first=True), "started_on", "id")


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
    """The rows that fit `asked`: at most a query for the count, one for who is in a cut, one for the cut."""

    acting: Acting
    asked: Asked
    now: datetime
    on: date
    quiet_before: date

    def count(self) -> int:
        if not self.asked.programs:
            return 0
        if self.asked.mine:
            return len(self._mine)
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
        ids = [id_ for (id_, *_order) in self._cut(start, stop)]
        if not ids:
            return ()
        known = {one[0]: one for one in self._ask(_shown, **kept_queries.several(ids))}
        return [_row(known[id_], several=len(self.asked.programs) > 1) for id_ in ids if id_ in known]

    @cached_property
    def _mine(self) -> list[Any]:
        return self._ask(_in_order)

    def _cut(self, start: int, stop: int) -> list[Any]:
        if self.asked.mine:
            return self._mine[start:stop]
        if self._everybody and self._is_in_order_of_index and stop <= FAR:
            return self._ask(_along_index, stop)[start:]
        return self._ask(_sorted, start, stop)

    @property
    def _everybody(self) -> bool:
        return not self.asked.mine and _is_whole(self.acting, self.asked)

    @property
    def _is_in_order_of_index(self) -> bool:
        return self.asked.order == "contact" and self.asked.show in {"all", "quiet"}

    def _ask(self, build: Callable[..., QuerySet[Any, Any]], *more: int, **people: UUID) -> list[Any]:
        return kept_queries.ask(
            build,
            self.asked,
            *more,
            organization=self.acting.organization_id,
            user=self.acting.person_in_charge,
            now=self.now,
            on=self.on,
            quiet_before=self.quiet_before,
            **people,
        )


def _is_whole(acting: Acting, asked: Asked) -> bool:
    """Whole programs are asked for: nobody in them is left out for who asks."""
    whole = as_staff_of(acting, May.SEE_PEOPLE)
    return whole is None or asked.programs <= whole


def _row(found: Any, *, several: bool) -> Row:
    _id, person, given, family, pronouns, program, last, next_at, review, *among = found
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


def _along_index(asked: Asked, stop: int, **known: Any) -> QuerySet[Any, Any]:
    """As many of each program as could be on the page, each in the order of the index, put in one order."""
    first, *more = (_first_of(asked, program, stop, **known) for program in sorted(asked.programs))
    return first.union(*more, all=True).order_by(*_LONGEST_FIRST)[:stop] if more else first


def _first_of(asked: Asked, program: UUID, stop: int, **known: Any) -> QuerySet[Any, Any]:
    rows = _narrowed(asked, _people(asked, **known).filter(program_id=program), **known)
    told = "last_contact_on" if program in asked.contact else "last_on"
    ordered = rows.order_by(F(told).asc(nulls_first=True), "started_on", "id")
    return ordered.values_list("id", "last_on", "started_on")[:stop]  # type: ignore[misc]  # see `_last_told`


def _sorted(asked: Asked, start: int, stop: int, **known: Any) -> QuerySet[Any, Any]:
    return _in_order(asked, **known)[start:stop]


def _in_order(asked: Asked, **known: Any) -> QuerySet[Any, Any]:
    """Ties by name, then id, so that pages never overlap. Nobody contacted yet counts as longest ago."""
    first: dict[str, tuple[Any, ...]] = {
        "contact": _LONGEST_FIRST[:2],
        "next": (F("next_at").asc(nulls_last=True), "person__sort_key"),
        "name": ("person__sort_key",),
    }
    rows = _narrowed(asked, _people(asked, **known), **known)
    if asked.order == "next" and asked.show != "unplanned":
        rows = _with_next(asked, rows, **known)
    return rows.order_by(*first[asked.order], "id").values_list("id")


def _shown(asked: Asked, *, organization: UUID, **known: Any) -> QuerySet[Any, Any]:
    """What is shown about the people of some enrolments (`one0`, `one1` …), which the cut has gated."""
    listed = [known.pop(name) for name in list(known) if name.startswith("one")]
    rows = _last_told(asked, Enrolment.objects.filter(organization_id=organization, id__in=listed))
    dated = _with_next(asked, rows, organization=organization, **known)
    if len(asked.programs) == 1:
        return dated.values_list(*_FIELDS)
    same = _listed(asked, organization=organization, **known).filter(person_id=OuterRef("person_id"))
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
        organization_id=organization, ended_on=None, program_id__in=sorted(asked.programs)
    )
    if not _is_whole(acting, asked):
        rows = rows.filter(in_own_programs(acting, May.SEE_PEOPLE))
    if asked.mine:
        rows = rows.filter(assigned_to(acting))
    return _last_told(asked, rows)


def _last_told(asked: Asked, rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    if asked.programs <= asked.contact:
        return rows.annotate(last_on=F("last_contact_on"))
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
    """The next visit, in the programs whose visits the reader works with: others stay unknown. So do those in
    a program where the reader is a volunteer and somebody else works with the person."""
    planned = PlannedVisit.objects.filter(
        organization_id=organization,
        person_id=OuterRef("person_id"),
        program_id__in=sorted(asked.planned),
        status=PlannedVisit.Status.PLANNED,
        starts_at__gte=now,
    )
    acting = Acting(organization_id=organization, user_id=known["user"], grants=asked.grants)
    as_staff = as_staff_of(acting, May.PLAN_VISITS)
    if as_staff is not None and not asked.planned <= as_staff:
        working = Enrolment.objects.filter(in_own_programs(acting, May.PLAN_VISITS), ended_on=None)
        here = {"person_id": OuterRef("person_id"), "program_id": OuterRef("program_id")}
        planned = planned.filter(Exists(working.filter(organization_id=organization, **here)))
    return rows.annotate(next_at=Subquery(planned.order_by("starts_at").values("starts_at")[:1]))
