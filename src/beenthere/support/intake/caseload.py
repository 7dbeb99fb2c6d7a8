"""The caseload page: whom somebody walks with, longest without contact first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beenthere.consent import api as consent
from beenthere.foundation import clock
from beenthere.support.access import May
from beenthere.support.gates import counting_in_lists
from beenthere.support.intake.caseload_rows import Asked, People, Row
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
    """Four or five queries, however many people there are: programs, count, page (by program), consents.

    `own` says that the acting user gives support, so that "my people" means something.
    """
    on = clock.today(zone)
    programs = _programs(acting)
    counting = acting if whose is Whose.MINE else counting_in_lists(acting, (one.id for one in programs))
    columns = _columns(counting, programs)
    chosen = frozenset({program_id}) if program_id in columns.name else columns.name
    asked = Asked(
        grants=acting.grants,
        mine=whose is Whose.MINE,
        show=show,
        order=order,
        programs=chosen,
        contact=columns.contact,
        planned=columns.planned,
        review=columns.review,
    )
    listed = People(acting=acting, asked=asked, now=clock.now(), on=on, quiet_before=on - QUIET_AFTER)
    paging: Page[Row] = Paginator(listed, PER_PAGE).get_page(number)  # type: ignore[arg-type]  # counts and cuts
    return CaseloadPage(
        columns=columns,
        whose=whose,
        show=show,
        order=order,
        program_id=program_id if program_id in columns.name else None,
        programs=tuple((one.id, one.name) for one in programs),
        lines=_lines(acting, list(paging.object_list), programs, columns, on),
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


def _lines(
    acting: Acting, rows: list[Row], programs: list[trust.ProgramFacts], columns: Columns, on: date
) -> tuple[CaseloadLine, ...]:
    asked = [row.person_id for row in rows if columns.consent.intersection(row.programs)]
    consents = consent.states(acting=acting, person_ids=asked, program_ids=columns.consent, on=on)
    part2 = frozenset(one.id for one in programs if one.part2)
    return tuple(_line(row, consents.get(row.person_id), part2, columns, on) for row in rows)


def _line(
    row: Row, state: consent.ConsentState | None, part2: frozenset[UUID], columns: Columns, on: date
) -> CaseloadLine:
    if state is not None and state.code == "none" and part2.isdisjoint(row.programs):
        state = consent.not_needed()
    last, review = row.last_on, row.review_on if columns.review.intersection(row.programs) else None
    return CaseloadLine(
        person_id=row.person_id,
        name=row.name,
        pronouns=row.pronouns,
        last_contact_on=last,
        last_contact=days_ago(last, on),
        next_at=row.next_at,
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
