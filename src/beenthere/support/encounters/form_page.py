"""What the open form of a note shows, frozen: whom about, what can be chosen, what it begins with."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from beenthere.foundation import clock
from beenthere.people import api as people
from beenthere.support import gates
from beenthere.support.access import May
from beenthere.support.encounters.content import NoteContent
from beenthere.support.encounters.facts import content_of
from beenthere.support.encounters.forms import Offered
from beenthere.support.encounters.in_sight import to_write
from beenthere.support.encounters.models import Encounter, Kind, Place, PlannedVisit
from beenthere.support.intake.models import Enrolment
from beenthere.support.intake.queries import enrolment_lines
from beenthere.support.plans.models import Goal
from beenthere.support.plans.queries import goals_of
from beenthere.trust import api as trust
from beenthere.trust.api import Acting, get_for, visible
from beenthere.workforce import api as workforce

USUAL_KINDS = 6
USUAL_MINUTES = 30
RECENT_PEOPLE = 8


@dataclass(frozen=True, kw_only=True)
class LastUsed:
    """A specialist's own habits, from their latest notes: offered first, never filled in silently."""

    kind: str = ""
    places: tuple[str, ...] = ()
    program_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class NoteFormPage:
    id: UUID
    person: people.PersonCard
    programs: tuple[trust.ProgramFacts, ...]
    offered: Offered
    narrative: str
    dictation_hint: bool
    last_used: LastUsed
    warm_line: str
    draft_key: str
    former_draft: UUID | None = None
    visit: "PlannedTime | None" = None
    draft: NoteContent | None = None
    draft_fingerprint: str = ""
    edit_number: int = 0
    saved_at: datetime | None = None

    @property
    def takes_words(self) -> bool:
        return self.narrative != "none"


@dataclass(frozen=True, kw_only=True)
class PlannedTime:
    id: UUID
    program_id: UUID
    kind: str
    place: str
    starts_at: datetime
    minutes: int


def note_form_page(
    *,
    acting: Acting,
    person_id: UUID,
    zone: ZoneInfo,
    id: UUID,
    visit_id: UUID | None = None,
    encounter: Encounter | None = None,
) -> NoteFormPage | None:
    """What the open form shows; None when the person takes part in no program that this user writes in."""
    programs = _programs(acting, person_id)
    if not programs:
        return None
    cards = people.person_cards(acting=acting, ids=[person_id])
    worker = workforce.worker_of(acting=acting)
    habits = last_used(acting=acting, worker_id=worker.id) if worker else LastUsed()
    visit = _visit(acting, visit_id, person_id) if visit_id else None
    chosen = _program(programs, encounter, visit, habits)
    return NoteFormPage(
        id=id,
        person=cards[person_id],
        programs=programs,
        offered=_offered(acting, person_id, programs, chosen, habits, zone),
        narrative=chosen.narrative,
        dictation_hint=chosen.dictation_hint,
        last_used=habits,
        warm_line=chosen.warm_line,
        draft_key=f"{worker.id if worker else 'nobody'}.{person_id}",
        former_draft=_former_draft(acting, worker, person_id) if encounter is None else None,
        visit=visit,
        draft=content_of(encounter) if encounter else None,
        draft_fingerprint=encounter.content_hash if encounter else "",
        edit_number=encounter.edit_number if encounter else 0,
        saved_at=encounter.saved_at if encounter else None,
    )


def offered_to_sent(*, acting: Acting, person_id: UUID, goal: str, zone: ZoneInfo) -> Offered | None:
    """What a note that was sent may choose from: the same choices as the page offers, without what only a
    reader needs. One query, two when a goal was named. None as in `note_form_page`."""
    lines = [
        (str(program_id), name, ended_on is None)
        for program_id, name, ended_on in to_write(
            acting, Enrolment, gates.enrolments, _takes_part_in, person=person_id
        )
        if acting.may(May.WRITE_NOTES, program_id=program_id)
    ]
    now = [line for line in lines if line[2]] or lines
    if not now:
        return None
    return Offered(
        programs=tuple((program_id, name) for program_id, name, _open in now),
        kinds=tuple((value, str(label)) for value, label in Kind.choices),
        other_kinds=(),
        places=tuple((value, str(label)) for value, label in Place.choices),
        goals=open_goal_ids(acting, person_id) if goal else (),
        zone=zone,
        today=clock.today(zone),
    )


def _takes_part_in(rows: QuerySet[Enrolment], *, person: UUID) -> QuerySet[Any, Any]:
    return rows.filter(person_id=person).values_list("program_id", "program__name", "ended_on")


def open_goal_ids(acting: Acting, person_id: UUID) -> tuple[tuple[str, str], ...]:
    """As choices without their words, which are sealed."""
    goals = visible(acting, Goal, may=May.WRITE_NOTES).filter(
        person_id=person_id, reached_on=None, set_aside_on=None
    )
    return tuple((str(id), "") for id in goals.values_list("id", flat=True))


def _former_draft(acting: Acting, worker: workforce.WorkerFacts | None, person_id: UUID) -> UUID | None:
    """A draft about the same person that was left open: better gone on with than begun twice."""
    if worker is None:
        return None
    drafts = visible(acting, Encounter, may=May.WRITE_NOTES).filter(
        worker_id=worker.id, person_id=person_id, signed_at=None
    )
    return drafts.order_by("-saved_at").values_list("id", flat=True).first()


def _programs(acting: Acting, person_id: UUID) -> tuple[trust.ProgramFacts, ...]:
    """Where the person takes part now. Where they take part nowhere any more, the programs they left and are
    still in sight of: the last note is often written after the last day."""
    facts = {program.id: program for program in trust.programs(acting=acting)}
    lines = enrolment_lines(acting, person_id, may=May.WRITE_NOTES)
    mine = [line for line in lines if acting.may(May.WRITE_NOTES, program_id=line.program_id)]
    now = [line for line in mine if line.open] or mine
    return tuple(facts[id] for id in dict.fromkeys(line.program_id for line in now))


def _program(
    programs: tuple[trust.ProgramFacts, ...],
    encounter: Encounter | None,
    visit: PlannedTime | None,
    habits: LastUsed,
) -> trust.ProgramFacts:
    wanted = [one.program_id for one in (encounter, visit, habits) if one is not None and one.program_id]
    by_id = {program.id: program for program in programs}
    return next((by_id[id] for id in wanted if id in by_id), programs[0])


def _offered(
    acting: Acting,
    person_id: UUID,
    programs: tuple[trust.ProgramFacts, ...],
    chosen: trust.ProgramFacts,
    habits: LastUsed,
    zone: ZoneInfo,
) -> Offered:
    labels = {value: str(label) for value, label in Kind.choices}
    usual = [kind for kind in chosen.usual_kinds if kind in labels] or list(labels)[:USUAL_KINDS]
    goals = goals_of(acting, person_id, may=May.WRITE_NOTES)
    return Offered(
        programs=tuple((str(p.id), p.name) for p in _first(programs, chosen)),
        kinds=tuple((kind, labels[kind]) for kind in usual[:USUAL_KINDS]),
        other_kinds=tuple(pair for pair in labels.items() if pair[0] not in usual[:USUAL_KINDS]),
        places=_by_use(Place.choices, habits.places),
        goals=tuple((str(goal.id), goal.words) for goal in goals if goal.open),
        zone=zone,
        today=clock.today(zone),
    )


def _first(programs: tuple[trust.ProgramFacts, ...], chosen: trust.ProgramFacts) -> list[trust.ProgramFacts]:
    return [chosen, *(program for program in programs if program.id != chosen.id)]


def _by_use(choices: Iterable[tuple[str, object]], used: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    labels = {value: str(label) for value, label in choices}
    order = [*(value for value in used if value in labels), *labels]
    return tuple((value, labels[value]) for value in dict.fromkeys(order))


def last_used(*, acting: Acting, worker_id: UUID, look_at: int = 20) -> LastUsed:
    rows = list(
        Encounter.objects.filter(organization_id=acting.organization_id, worker_id=worker_id)
        .order_by("-happened_on", "-id")
        .values_list("kind", "place", "program_id")[:look_at]
    )
    if not rows:
        return LastUsed()
    places = Counter(place for _kind, place, _program in rows if place)
    latest = next((place for _kind, place, _program in rows if place), "")
    ordered = [latest, *(place for place, _count in places.most_common())] if latest else []
    return LastUsed(
        kind=Counter(kind for kind, _place, _program in rows).most_common(1)[0][0],
        places=tuple(dict.fromkeys(ordered)),
        program_id=rows[0][2],
    )


def _visit(acting: Acting, visit_id: UUID, person_id: UUID) -> PlannedTime:
    visit = get_for(acting, PlannedVisit, visit_id, may=May.WRITE_NOTES)
    return PlannedTime(
        id=visit.id, program_id=visit.program_id, kind=visit.kind, place=visit.place,
        starts_at=visit.starts_at, minutes=visit.minutes,
    )  # fmt: skip


def starting_values(
    page: NoteFormPage, *, at: datetime, zone: ZoneInfo, beginning: bool = False
) -> dict[str, object]:
    """A new note's first values: a visit that begins now, the planned visit's, or "just now, 30 minutes"."""
    start, end = _times(page.visit, at.astimezone(zone).replace(second=0, microsecond=0), beginning)
    places = page.last_used.places
    return {
        "kind": page.visit.kind if page.visit else "",
        "place": page.visit.place if page.visit and page.visit.place else (places[0] if places else ""),
        "happened_on": start.date(),
        "starts": start.time(),
        "ends": end.time() if end else None,
        "goal": "",
        "program": str(page.offered.programs[0][0]),
        "result": Encounter.Result.MET.value,
        "next_kind": "",
        "person": page.person.id,
        "planned_visit": page.visit.id if page.visit else None,
    }


def _times(visit: PlannedTime | None, now: datetime, beginning: bool) -> tuple[datetime, datetime | None]:
    if beginning:
        return now, None
    if visit is not None and visit.starts_at <= now:
        start = visit.starts_at.astimezone(now.tzinfo)
        return start, min(start + timedelta(minutes=visit.minutes), now)
    midnight = now.replace(hour=0, minute=0)
    return max(now - timedelta(minutes=USUAL_MINUTES), midnight), now


def people_lately(*, acting: Acting) -> tuple[people.PersonCard, ...]:
    """Whom this user wrote about last, for a note that starts without a person."""
    worker = workforce.worker_of(acting=acting)
    if worker is None:
        return ()
    ids = (
        visible(acting, Encounter, may=May.WRITE_NOTES)
        .filter(worker_id=worker.id)
        .order_by("-happened_on", "-id")
        .values_list("person_id", flat=True)[:60]
    )
    latest = list(dict.fromkeys(ids))[:RECENT_PEOPLE]
    cards = people.person_cards(acting=acting, ids=latest)
    return tuple(cards[id] for id in latest if id in cards)


def own_draft(*, acting: Acting, id: UUID) -> Encounter | None:
    """The acting user's draft with this id, to go on writing; None when there is none."""
    worker = workforce.worker_of(acting=acting)
    if worker is None:
        return None
    return (
        visible(acting, Encounter, may=May.WRITE_NOTES)
        .filter(id=id, worker_id=worker.id, signed_at=None)
        .first()
    )


def draft_of_visit(*, acting: Acting, visit_id: UUID) -> UUID | None:
    """The acting user's draft for a planned visit they began before."""
    worker = workforce.worker_of(acting=acting)
    if worker is None:
        return None
    drafts = visible(acting, Encounter, may=May.WRITE_NOTES).filter(
        planned_visit_id=visit_id, worker_id=worker.id, signed_at=None
    )
    return drafts.order_by("-saved_at").values_list("id", flat=True).first()
