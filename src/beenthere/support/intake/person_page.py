"""The page of one person: how to reach them safely, what they want, what comes next, what was."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404

from beenthere.consent import api as consent
from beenthere.foundation import clock
from beenthere.kernel.minutes import in_words, minutes_between
from beenthere.people import api as people
from beenthere.support import gates
from beenthere.support.access import May
from beenthere.support.crossing import asked_once
from beenthere.support.encounters.models import Encounter, FollowUp, PlannedVisit
from beenthere.support.intake.actions import can_be_undone
from beenthere.support.intake.caseload import CONSENT_LOOK
from beenthere.support.intake.queries import EnrolmentLine, enrolments_with_person
from beenthere.support.intake.sight import Sight, may_plan, sight_of
from beenthere.support.plans.queries import GoalLine, goals_of
from beenthere.support.visits.queries import (
    FollowUpLine,
    VisitLine,
    follow_up_line,
    visit_line,
)
from beenthere.trust import api as trust
from beenthere.trust.api import Acting, looked_at, visible
from beenthere.workforce import api as workforce

RECENT_NOTES = 5
NOTES_PER_PAGE = 14
FIRST_LINE = 120
SHOWN_AHEAD = 4
LOOKED_BACK = timedelta(days=365)
NEAR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class NoteLine:
    """A note in a list. `first_line` is empty for those who see facts and no words."""

    id: UUID
    happened_on: date
    kind: str
    result: str
    minutes: str
    author: str
    first_line: str
    is_draft: bool
    program_name: str


@dataclass(frozen=True, kw_only=True)
class Doors:
    """What this user can do here; enrolments by id. Nobody is shown a door that stays shut."""

    write: bool
    plan: bool
    work_on_goals: bool
    enrol: bool
    assign: frozenset[UUID]
    discharge: frozenset[UUID]
    undo: frozenset[UUID]
    see_looks: bool
    change_contact: bool


@dataclass(frozen=True, kw_only=True)
class PersonPage:
    """What is None was not asked for: this user's roles don't see it."""

    id: UUID
    name: str
    pronouns: str
    language: str
    seen_by: tuple[str, ...]
    contact: people.ContactSheet | None
    crisis: people.CrisisLine | None
    warm_line: str
    warm_line_of: str
    enrolments: tuple[EnrolmentLine, ...] | None
    goals: tuple[GoalLine, ...] | None
    visits: tuple[VisitLine, ...] | None
    visit_now: VisitLine | None
    follow_ups: tuple[FollowUpLine, ...] | None
    notes: tuple[NoteLine, ...] | None
    has_more_notes: bool
    consent: consent.ConsentState | None
    consent_look: str
    may: Doors

    @property
    def seen_by_words(self) -> str:
        return ", ".join(self.seen_by)


@asked_once
def person_page(acting: Acting, person_id: UUID, *, zone: tzinfo) -> PersonPage:
    """At most nine queries, ten for a volunteer with another role. Http404 for a person whom `acting` may not
    see; the look is audited."""
    on = clock.today(zone)
    person, lines = enrolments_with_person(acting, person_id, may=May.SEE_PEOPLE)
    if person is None:
        raise Http404
    seen = sight_of(acting, person_id, [(line.program_id, line.part2) for line in lines])
    if not seen.allows("name"):
        raise Http404
    looked_at(person_id, consent_id=seen.consent_id)
    open_lines = [line for line in lines if line.open]
    sheet = people.contact_sheet(acting=acting, person=person) if seen.allows("contact") else None
    planning = may_plan(seen.counting, seen.groups)
    visits = _visits(acting, person_id, planning) if planning else None
    notes = _notes(acting, person_id, seen)
    asking = seen.programs("consents")
    state = _consent(acting, person_id, asking, lines, on) if asking else None
    warm = next((line for line in open_lines if line.warm_line), None)
    return PersonPage(
        id=person_id,
        name=person.name,
        pronouns=person.pronouns,
        language=person.language,
        seen_by=tuple(dict.fromkeys(line.program_name for line in open_lines or lines)),
        contact=sheet,
        crisis=next(iter(sheet.crisis), None) if sheet else None,
        warm_line=warm.warm_line if warm else "",
        warm_line_of=warm.program_name if warm else "",
        enrolments=tuple(line for line in lines if line.program_id in seen.programs("enrolment")) or None,
        goals=_goals(acting, person_id, seen),
        visits=visits,
        visit_now=next((visit for visit in visits or () if _is_near(visit)), None),
        follow_ups=_follow_ups(acting, person_id, planning, on) if planning else None,
        notes=notes[:RECENT_NOTES] if notes is not None else None,
        has_more_notes=notes is not None and len(notes) > RECENT_NOTES,
        consent=state,
        consent_look=CONSENT_LOOK.get(state.code, "neutral") if state else "",
        may=_doors(seen.counting, lines, zone),
    )


def _doors(acting: Acting, lines: tuple[EnrolmentLine, ...], zone: tzinfo) -> Doors:
    def open_to(may: May) -> frozenset[UUID]:
        return frozenset(
            line.id for line in lines if line.open and acting.may(may, program_id=line.program_id)
        )

    undo = (
        line.id
        for line in lines
        if can_be_undone(line.closed_at, zone) and acting.may(May.DISCHARGE, program_id=line.program_id)
    )
    return Doors(
        write=bool(open_to(May.WRITE_NOTES)),
        plan=bool(open_to(May.PLAN_VISITS)) and _is_a_worker(acting),
        work_on_goals=bool(open_to(May.WORK_ON_GOALS)),
        enrol=acting.may(May.ADD_PEOPLE),
        assign=open_to(May.ASSIGN),
        discharge=open_to(May.DISCHARGE),
        undo=frozenset(undo),
        see_looks=acting.may(May.SEE_WHO_LOOKED),
        change_contact=acting.may("people.change_contact"),
    )


def _is_a_worker(acting: Acting) -> bool:
    """A visit is somebody's. Who gives support is a worker; a supervisor may be none, and is asked about."""
    gives_support = not acting.roles.isdisjoint({trust.Role.SPECIALIST, trust.Role.VOLUNTEER})
    return gives_support or workforce.worker_of(acting=acting) is not None


def _goals(acting: Acting, person_id: UUID, seen: Sight) -> tuple[GoalLine, ...] | None:
    programs = seen.programs("goals")
    if not programs:
        return None
    lines = goals_of(acting, person_id, may=May.SEE_PEOPLE, programs=programs)
    return tuple(line for line in lines if line.open)


def _visits(acting: Acting, person_id: UUID, programs: frozenset[UUID]) -> tuple[VisitLine, ...]:
    since = clock.now() - timedelta(hours=12)
    rows = gates.seen(
        acting, PlannedVisit, gates.planned, May.PLAN_VISITS, _ahead, programs, person=person_id, since=since
    )
    return tuple(visit_line(row, {}) for row in rows)


def _ahead(
    rows: QuerySet[PlannedVisit], programs: frozenset[UUID], *, person: UUID, since: datetime
) -> QuerySet[PlannedVisit]:
    here = rows.filter(person_id=person, program_id__in=sorted(programs))
    ahead = here.filter(status=PlannedVisit.Status.PLANNED, starts_at__gte=since)
    return ahead.order_by("starts_at", "id")[:SHOWN_AHEAD]


def _is_near(visit: VisitLine) -> bool:
    """From an hour before it begins until an hour after its end: then "Start visit" is the next step."""
    return visit.starts_at - NEAR <= clock.now() <= visit.ends_at + NEAR


def _follow_ups(
    acting: Acting, person_id: UUID, programs: frozenset[UUID], on: date
) -> tuple[FollowUpLine, ...]:
    rows = gates.seen(acting, FollowUp, gates.planned, May.PLAN_VISITS, _due, programs, person=person_id)
    return tuple(follow_up_line(row, {}, on) for row in rows)


def _due(rows: QuerySet[FollowUp], programs: frozenset[UUID], *, person: UUID) -> QuerySet[FollowUp]:
    here = rows.filter(person_id=person, program_id__in=sorted(programs), done_at=None)
    return here.order_by("due_on", "due_at", "id")[:SHOWN_AHEAD]


def _consent(
    acting: Acting,
    person_id: UUID,
    programs: frozenset[UUID],
    lines: tuple[EnrolmentLine, ...],
    on: date,
) -> consent.ConsentState:
    state = consent.states(acting=acting, person_ids=[person_id], program_ids=programs, on=on)[person_id]
    none_needed = state.code == "none" and not any(line.part2 for line in lines)
    return consent.not_needed() if none_needed else state


def _notes(acting: Acting, person_id: UUID, seen: Sight) -> tuple[NoteLine, ...] | None:
    """One more than is shown, to know whether there are more."""
    if not seen.programs("note_facts"):
        return None
    readable = seen.programs("note_facts")
    rows = gates.seen(
        acting, Encounter, gates.encounters, May.SEE_PEOPLE, _latest, readable, person=person_id,
        reader=acting.person_in_charge,
    )  # fmt: skip
    return _note_lines(rows, seen)


def _latest(
    rows: QuerySet[Encounter], programs: frozenset[UUID], *, person: UUID, reader: UUID
) -> QuerySet[Encounter]:
    return _standing(rows, programs, person=person, reader=reader)[: RECENT_NOTES + 1]


def note_rows(acting: Acting, person_id: UUID, seen: Sight) -> QuerySet[Encounter]:
    """Notes that stand, and one's own drafts: nobody reads another's unfinished words."""
    rows = visible(acting, Encounter, may=May.SEE_PEOPLE)
    return _standing(rows, seen.programs("note_facts"), person=person_id, reader=acting.person_in_charge)


def _standing(
    rows: QuerySet[Encounter], programs: frozenset[UUID], *, person: UUID, reader: UUID
) -> QuerySet[Encounter]:
    finished = Q(signed_at__isnull=False) | Q(worker__user_id=reader)
    found = rows.filter(finished, person_id=person, withdrawn_at=None, program_id__in=sorted(programs))
    return found.select_related("worker", "program").order_by("-happened_on", "-starts_at", "-id")


def _note_lines(rows: QuerySet[Encounter] | list[Encounter], seen: Sight) -> tuple[NoteLine, ...]:
    readable = seen.programs("notes")
    return tuple(_note_line(row, row.program_id in readable) for row in rows)


def _note_line(row: Encounter, reads: bool) -> NoteLine:
    return NoteLine(
        id=row.id,
        happened_on=row.happened_on,
        kind=str(row.get_kind_display()),
        result="" if row.result == Encounter.Result.MET else str(row.get_result_display()),
        minutes=in_words(minutes_between(row.starts_at, row.ends_at))
        if row.starts_at and row.ends_at
        else "",
        author=row.worker.name,
        first_line=first_line(row.what_we_did or row.purpose or "") if reads else "",
        is_draft=row.signed_at is None,
        program_name=row.program.name,
    )


def first_line(words: str) -> str:
    """The beginning of a note, cut between words."""
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    if len(line) <= FIRST_LINE:
        return line
    return line[:FIRST_LINE].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, kw_only=True)
class NotesPage:
    person_id: UUID
    name: str
    lines: tuple[NoteLine, ...]
    paging: Page[Any]


@asked_once
def notes_page(acting: Acting, person_id: UUID, number: str) -> NotesPage:
    """All notes of a person that this user may see, newest first."""
    person, lines = enrolments_with_person(acting, person_id, may=May.SEE_PEOPLE)
    seen = sight_of(acting, person_id, [(line.program_id, line.part2) for line in lines])
    if person is None or not seen.allows("note_facts"):
        raise Http404
    looked_at(person_id, consent_id=seen.consent_id)
    paging = Paginator(note_rows(acting, person_id, seen), NOTES_PER_PAGE).get_page(number)
    return NotesPage(
        person_id=person_id,
        name=person.name,
        lines=_note_lines(list(paging.object_list), seen),
        paging=paging,
    )


@dataclass(frozen=True, kw_only=True)
class LookLine:
    at: datetime
    who: str
    role: str
    page: str
    by_consent: bool


@dataclass(frozen=True, kw_only=True)
class LookedPage:
    person_id: UUID
    name: str
    lines: tuple[LookLine, ...]
    paging: Page[Any]


def looked_page(acting: Acting, person_id: UUID, number: str) -> LookedPage:
    """Who opened this person's record in the past year, the latest first.

    As far as the reader's own programs go: that somebody of another team looked would tell that the person
    is there. What a consent to share those programs' record let others see is listed too.
    """
    person, lines = enrolments_with_person(acting, person_id, may=May.SEE_WHO_LOOKED)
    seen = sight_of(acting, person_id, [(line.program_id, line.part2) for line in lines])
    if person is None or not seen.allows("looked"):
        raise Http404
    looked_at(person_id, consent_id=seen.consent_id)
    programs = seen.programs("looked")
    looks = trust.who_looked(
        acting=acting,
        subject_id=person_id,
        program_ids=None if acting.programs(May.SEE_WHO_LOOKED) is None else programs,
        consent_ids=consent.given_by(acting=acting, person_id=person_id, program_ids=programs),
        since=clock.now() - LOOKED_BACK,
    )
    paging = Paginator(looks, NOTES_PER_PAGE).get_page(number)
    names = _names_shown(acting, {look.user_id for look in paging.object_list if look.user_id})
    return LookedPage(
        person_id=person_id,
        name=person.name,
        lines=tuple(_look_line(look, names) for look in paging.object_list),
        paging=paging,
    )


def _names_shown(acting: Acting, user_ids: set[UUID]) -> dict[UUID, str]:
    """The name staff chose to show to participants; for others who looked, the name they sign in with."""
    return {**trust.user_names(user_ids), **workforce.shown_names(acting=acting, user_ids=user_ids)}


def _look_line(look: trust.Look, names: dict[UUID, str]) -> LookLine:
    return LookLine(
        at=look.at,
        who=names.get(look.user_id, "") if look.user_id else "",
        role=", ".join(look.roles),
        page=look.page,
        by_consent=look.consent_id is not None,
    )
