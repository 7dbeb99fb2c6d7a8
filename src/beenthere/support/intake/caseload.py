"""The caseload page: whom somebody walks with, longest without contact first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beenthere.consent import api as consent
from beenthere.foundation import clock
from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.models import Encounter, PlannedVisit
from beenthere.support.gates import assigned_to, own_enrolments
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.support.intake.sight import may_plan, own_groups
from beenthere.trust import api as trust
from beenthere.trust.api import Acting

PER_PAGE = 14
# "Active support" is a contact within 14 days in the field's reporting (Recovery Data Platform).
QUIET_AFTER = timedelta(days=14)


class Whose(StrEnum):
    MINE = "mine"
    PROGRAM = "program"


class Show(StrEnum):
    """Which of them. The stored words stand in addresses, so they tell nothing about a person."""

    ALL = "all"
    QUIET = "quiet"
    UNPLANNED = "unplanned"
    REVIEW = "review"
    WAITING = "waiting"


class Order(StrEnum):
    CONTACT = "contact"
    NEXT = "next"
    NAME = "name"


@dataclass(frozen=True, kw_only=True)
class CaseloadLine:
    person_id: UUID
    name: str
    pronouns: str
    last_contact_on: date | None
    last_contact: str
    next_at: datetime | None
    review_on: date | None
    review_due: bool
    quiet: bool
    consent: str
    consent_state: str


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The programs in which each column may be filled; a column with none is not shown."""

    name: frozenset[UUID]
    contact: frozenset[UUID]
    planned: frozenset[UUID]
    review: frozenset[UUID]
    consent: frozenset[UUID]


@dataclass(frozen=True, kw_only=True)
class CaseloadPage:
    """One page of people. `paging` is a Django Page for the pagination component; `lines` are its content."""

    columns: Columns

    whose: Whose
    show: Show
    order: Order
    program_id: UUID | None
    programs: tuple[tuple[UUID, str], ...]
    lines: tuple[CaseloadLine, ...]
    total: int
    paging: Page[Any]
    has_own: bool
    zone: tzinfo

    @property
    def is_narrowed(self) -> bool:
        return self.show is not Show.ALL or self.program_id is not None


def caseload_page(
    acting: Acting,
    *,
    whose: Whose,
    show: Show,
    order: Order,
    program_id: UUID | None,
    number: str,
    zone: tzinfo,
    own: bool,
) -> CaseloadPage:
    """Five queries, however many people there are: programs, count, page, names, consents.

    `own` says that the acting user gives support, so that "my people" means something.
    """
    on = clock.today(zone)
    programs = _programs(acting)
    columns = _columns(acting, programs)
    chosen = frozenset({program_id}) if program_id in columns.name else columns.name
    rows = _with_dates(acting, _people(acting, whose, chosen, columns), columns)
    paging = Paginator(_ordered(_narrowed(acting, rows, show, on, columns), order), PER_PAGE).get_page(number)
    return CaseloadPage(
        columns=columns,
        whose=whose,
        show=show,
        order=order,
        program_id=program_id if program_id in columns.name else None,
        programs=tuple((one.id, one.name) for one in programs),
        lines=_lines(acting, list(paging.object_list), columns, on),
        total=paging.paginator.count,
        paging=paging,
        has_own=own,
        zone=zone,
    )


def _programs(acting: Acting) -> list[trust.ProgramFacts]:
    seen = acting.programs(May.SEE_PEOPLE)
    return [one for one in trust.programs(acting=acting) if seen is None or one.id in seen]


def _columns(acting: Acting, programs: list[trust.ProgramFacts]) -> Columns:
    seen = {one.id: own_groups(acting, one.id, one.part2) for one in programs}

    def showing(group: str) -> frozenset[UUID]:
        return frozenset(id_ for id_, groups in seen.items() if group in groups)

    return Columns(
        name=showing("name"),
        contact=showing("note_facts"),
        planned=may_plan(acting, seen),
        review=showing("enrolment"),
        consent=showing("consents"),
    )


def _people(acting: Acting, whose: Whose, programs: frozenset[UUID], columns: Columns) -> QuerySet[Any]:
    """One row per person who takes part now, with the earliest plan review of their programs."""
    rows = own_enrolments(acting, May.SEE_PEOPLE).filter(ended_on=None, program_id__in=programs)
    if whose is Whose.MINE:
        rows = rows.filter(assigned_to(acting))
    return rows.values("person_id").annotate(
        review_on=Min("plan_review_on", filter=Q(program_id__in=columns.review)),
        asks_consent=Count("id", filter=Q(program_id__in=columns.consent)),
        under_part2=Count("id", filter=Q(program__part2=True)),
        began_on=Min("started_on"),
        sort_key=Max("person__sort_key"),
    )


def _with_dates(acting: Acting, rows: QuerySet[Any], columns: Columns) -> QuerySet[Any]:
    """Last contact and next visit, in the programs whose facts the acting user sees: others stay unknown."""
    about = {"organization_id": acting.organization_id, "person_id": OuterRef("person_id")}
    met = Encounter.objects.filter(
        **about, program_id__in=columns.contact, result=Encounter.Result.MET, withdrawn_at=None
    )
    planned = PlannedVisit.objects.filter(
        **about,
        program_id__in=columns.planned,
        status=PlannedVisit.Status.PLANNED,
        starts_at__gte=clock.now(),
    )
    dated: QuerySet[Any] = rows.annotate(
        last_on=Subquery(met.order_by("-happened_on").values("happened_on")[:1]),
        next_at=Subquery(planned.order_by("starts_at").values("starts_at")[:1]),
    )
    return dated


def _narrowed(acting: Acting, rows: QuerySet[Any], show: Show, on: date, columns: Columns) -> QuerySet[Any]:
    if show is Show.QUIET:
        return rows.filter(Q(last_on=None) | Q(last_on__lt=on - QUIET_AFTER))
    if show is Show.UNPLANNED:
        return rows.filter(next_at=None)
    if show is Show.REVIEW:
        return rows.filter(review_on__lte=on)
    if show is Show.WAITING:
        return rows.filter(Exists(_without_specialist(acting, columns)))
    return rows


def _without_specialist(acting: Acting, columns: Columns) -> QuerySet[Any]:
    """The programs a person of the list takes part in while nobody works with them there."""
    working = Assignment.objects.filter(
        organization_id=acting.organization_id, enrolment_id=OuterRef("id"), ended_at=None
    )
    taking_part = Enrolment.objects.filter(
        organization_id=acting.organization_id, person_id=OuterRef("person_id"), ended_on=None
    )
    return taking_part.filter(~Exists(working), program_id__in=columns.review)


def _ordered(rows: QuerySet[Any], order: Order) -> QuerySet[Any]:
    """Nobody contacted yet counts as longest ago. Ties by name, then id, so that pages never overlap."""
    first: dict[Order, Iterable[Any]] = {
        Order.CONTACT: [F("last_on").asc(nulls_first=True), "began_on"],
        Order.NEXT: [F("next_at").asc(nulls_last=True)],
        Order.NAME: [],
    }
    return rows.order_by(*first[order], "sort_key", "person_id")


def _lines(
    acting: Acting, rows: list[dict[str, Any]], columns: Columns, on: date
) -> tuple[CaseloadLine, ...]:
    cards = people.person_cards(acting=acting, ids=[row["person_id"] for row in rows])
    asked = [row["person_id"] for row in rows if row["asks_consent"]]
    consents = consent.states(acting=acting, person_ids=asked, program_ids=columns.consent, on=on)
    return tuple(_line(row, cards[row["person_id"]], consents.get(row["person_id"]), on) for row in rows)


def _line(
    row: dict[str, Any], card: people.PersonCard, state: consent.ConsentState | None, on: date
) -> CaseloadLine:
    last, review = row["last_on"], row["review_on"]
    if state is not None and state.code == "none" and not row["under_part2"]:
        state = consent.not_needed()
    return CaseloadLine(
        person_id=card.id,
        name=card.name,
        pronouns=card.pronouns,
        last_contact_on=last,
        last_contact=days_ago(last, on),
        next_at=row["next_at"],
        review_on=review,
        review_due=review is not None and review <= on,
        quiet=last is None or on - last > QUIET_AFTER,
        consent=str(state.words) if state else "",
        consent_state=CONSENT_LOOK.get(state.code, "neutral") if state else "neutral",
    )


# How a consent state looks as a tag: a shape beside the word.
CONSENT_LOOK = {
    "active": "done",
    "expiring": "attention",
    "expired": "stopped",
    "revoked": "stopped",
    "none": "waiting",
    "not_needed": "neutral",
}


def days_ago(day: date | None, on: date) -> str:
    """How long ago, in words: today, yesterday, 9 days ago; "Not yet" for never."""
    if day is None:
        return _("Not yet")
    days = (on - day).days
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
