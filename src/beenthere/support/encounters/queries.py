"""What the pages of a note show, frozen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from beenthere.consent import api as consent
from beenthere.foundation import clock
from beenthere.kernel.minutes import in_words, minutes_between
from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.content import NoteContent
from beenthere.support.encounters.facts import content_of, drafts_of, finished_or_own
from beenthere.support.encounters.forms import Offered
from beenthere.support.encounters.models import Addendum, Encounter, Kind, Mode, Place, PlannedVisit
from beenthere.support.intake.models import Enrolment
from beenthere.support.intake.queries import enrolment_lines
from beenthere.support.plans.models import Goal
from beenthere.support.plans.queries import goals_of
from beenthere.support.rules.note_views import NoteText, Section, View, arrange
from beenthere.trust import api as trust
from beenthere.trust.api import Acting, get_for, visible
from beenthere.workforce import api as workforce

PLAIN = "plain"
HEADINGS = (
    ("goal", _("Goal, in the person's words")),
    ("purpose", _("What it was for")),
    ("what_we_did", _("What we did together")),
    ("response", _("How it was for them")),
    ("next_step", _("What comes next")),
)
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
        return start, start + timedelta(minutes=visit.minutes)
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


@dataclass(frozen=True, kw_only=True)
class AddendumLine:
    words: str
    added_at: datetime
    added_as: str


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One thing that happened to a note, as a sentence, newest first."""

    text: str
    when: datetime


@dataclass(frozen=True, kw_only=True)
class NotePage:
    """One note to read. `sections` is empty where the reader's role sees facts and no words."""

    id: UUID
    person: people.PersonCard
    program_name: str
    part2: bool
    kind: str
    mode: str
    place: str
    result: str
    happened_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: str
    goal: str
    sections: tuple[Section, ...]
    arranged_as: str
    may_read_words: bool
    next_kind: str
    next_step_on: date | None
    written_together: bool
    not_billable: bool
    signed_at: datetime | None
    signed_as: str
    author: str
    own: bool
    withdrawn_at: datetime | None
    withdrawn_why: str
    moved_to: UUID | None
    may_mend: bool
    addenda: tuple[AddendumLine, ...] = ()
    history: tuple[HistoryLine, ...] = ()

    @property
    def is_draft(self) -> bool:
        return self.signed_at is None

    @property
    def result_is_not_met(self) -> bool:
        return self.result != str(Encounter.Result.MET.label)


def note_page(*, acting: Acting, id: UUID, arranged_as: str = "plain", on: date) -> NotePage:
    """Raises Http404 for a note this user may not see: another's draft, or facts that are not theirs."""
    rows = finished_or_own(acting, may=May.SEE_PEOPLE).select_related("program", "goal", "worker")
    encounter = get_for(acting, Encounter, id, may=May.SEE_PEOPLE, within=rows)
    groups = consent.groups_for(
        acting=acting, person_id=encounter.person_id, program_id=encounter.program_id, on=on
    )
    if "note_facts" not in groups:
        raise Http404
    reads = "notes" in groups
    goal = _goal_words(acting, encounter) if reads else ""
    worker = workforce.worker_of(acting=acting)
    own = worker is not None and worker.id == encounter.worker_id
    card = people.person_cards(acting=acting, ids=[encounter.person_id])[encounter.person_id]
    return NotePage(
        id=encounter.id,
        person=card,
        program_name=encounter.program.name,
        part2=encounter.program.part2,
        kind=str(Kind(encounter.kind).label),
        mode=str(Mode(encounter.mode).label),
        place=str(Place(encounter.place).label) if encounter.place else "",
        result=str(Encounter.Result(encounter.result).label),
        happened_on=encounter.happened_on,
        starts_at=encounter.starts_at,
        ends_at=encounter.ends_at,
        minutes=_minutes(encounter),
        goal=goal,
        sections=_sections(encounter, goal, arranged_as) if reads else (),
        arranged_as=arranged_as,
        may_read_words=reads,
        next_kind=encounter.get_next_kind_display(),
        next_step_on=encounter.next_step_on,
        written_together=encounter.written_together,
        not_billable=encounter.not_billable,
        signed_at=encounter.signed_at,
        signed_as=encounter.signed_as,
        author=encounter.worker.name,
        own=own,
        withdrawn_at=encounter.withdrawn_at,
        withdrawn_why=encounter.get_withdrawn_why_display(),
        moved_to=encounter.moved_to_id,
        may_mend=own or acting.may(May.MEND_NOTES, program_id=encounter.program_id),
        addenda=_addenda(encounter) if reads else (),
        history=tuple(
            HistoryLine(text=event.sentence, when=event.at)
            for event in trust.history_of(
                acting=acting, object_id=encounter.id, subject_id=encounter.person_id
            )
        ),
    )


def _minutes(encounter: Encounter) -> str:
    if encounter.starts_at is None or encounter.ends_at is None:
        return ""
    return in_words(minutes_between(encounter.starts_at, encounter.ends_at))


def _goal_words(acting: Acting, encounter: Encounter) -> str:
    """A note may touch a goal that another program keeps: its words are for those who see that program."""
    goal = encounter.goal
    if goal is None or goal.program_id == encounter.program_id:
        return goal.words if goal else ""
    seen = visible(acting, Goal, may=May.SEE_PEOPLE).filter(id=goal.id)
    return goal.words if seen.exists() else ""


def _sections(encounter: Encounter, goal: str, arranged_as: str) -> tuple[Section, ...]:
    """As asked for by its letters; otherwise the fields that have words, under the form's own headings."""
    words = {
        "goal": goal,
        "purpose": encounter.purpose,
        "what_we_did": encounter.what_we_did,
        "response": encounter.response,
        "next_step": encounter.next_step,
    }
    if arranged_as != PLAIN:
        return arrange(NoteText(**words), View(arranged_as))
    return tuple(
        Section(letter="", heading=str(heading), texts=(words[name],))
        for name, heading in HEADINGS
        if words[name]
    )


def _addenda(encounter: Encounter) -> tuple[AddendumLine, ...]:
    rows = Addendum.objects.filter(
        organization_id=encounter.organization_id, encounter_id=encounter.id
    ).order_by("added_at")
    return tuple(AddendumLine(words=r.words, added_at=r.added_at, added_as=r.added_as) for r in rows)


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


def places_to_move(*, acting: Acting, withdrawn: NotePage) -> tuple[tuple[str, str], ...]:
    """("person program", label) pairs a withdrawn note may belong to: the caseload, its own person first."""
    worker = workforce.worker_of(acting=acting)
    assigned = Q(assignments__worker_id=worker.id if worker else None, assignments__ended_at=None)
    mine = (
        visible(acting, Enrolment, may=May.WRITE_NOTES)
        .filter(ended_on=None)
        .filter(assigned | Q(person_id=withdrawn.person.id))
        .select_related("program")
        .distinct()
    )
    cards = people.person_cards(acting=acting, ids=[row.person_id for row in mine])
    ordered = sorted(mine, key=lambda row: (row.person_id != withdrawn.person.id, cards[row.person_id].name))
    return tuple(
        (f"{row.person_id} {row.program_id}", f"{cards[row.person_id].name}, {row.program.name}")
        for row in ordered
    )


@dataclass(frozen=True, kw_only=True)
class OwnDraft:
    id: UUID
    person_name: str
    kind: str
    happened_on: date
    saved_at: datetime


def own_drafts(*, acting: Acting) -> tuple[OwnDraft, ...]:
    """All notes the acting user began and did not sign, oldest visit first."""
    worker = workforce.worker_of(acting=acting)
    lines = drafts_of(acting=acting, worker_id=worker.id) if worker else ()
    cards = people.person_cards(acting=acting, ids={line.person_id for line in lines})
    return tuple(
        OwnDraft(
            id=line.id, kind=line.kind, happened_on=line.happened_on, saved_at=line.saved_at,
            person_name=cards[line.person_id].name,
        )
        for line in lines
        if line.person_id in cards
    )  # fmt: skip
