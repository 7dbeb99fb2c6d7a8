"""What the pages of a note that is there show, frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from beenthere.kernel.minutes import in_words, minutes_between
from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.facts import drafts_of, finished_or_own
from beenthere.support.encounters.form_page import people_lately
from beenthere.support.encounters.models import Addendum, Encounter, Kind, Mode, Place
from beenthere.support.intake.models import Enrolment
from beenthere.support.intake.sight import groups_about
from beenthere.support.plans.models import Goal
from beenthere.support.rules.note_views import NoteText, Section, View, arrange
from beenthere.trust import api as trust
from beenthere.trust.api import Acting, get_for, visible
from beenthere.workforce import api as workforce

PLAIN = "plain"
A_PHONE_FULL = 14
HEADINGS = (
    ("goal", _("Goal, in the person's words")),
    ("purpose", _("What it was for")),
    ("what_we_did", _("What we did together")),
    ("response", _("How it was for them")),
    ("next_step", _("What comes next")),
)


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
    def was_about_someone_else(self) -> bool:
        return self.withdrawn_why == str(Encounter.WithdrawnWhy.WRONG_PERSON.label)

    @property
    def result_is_not_met(self) -> bool:
        return self.result != str(Encounter.Result.MET.label)


def note_page(*, acting: Acting, id: UUID, arranged_as: str = "plain", on: date) -> NotePage:
    """Raises Http404 for a note this user may not see: another's draft, or facts that are not theirs."""
    rows = finished_or_own(acting, may=May.SEE_PEOPLE).select_related("program", "goal", "worker")
    encounter = get_for(acting, Encounter, id, may=May.SEE_PEOPLE, within=rows)
    worker = workforce.worker_of(acting=acting)
    own = worker is not None and worker.id == encounter.worker_id
    own_draft = own and encounter.signed_at is None
    groups = groups_about(acting, encounter.person_id, encounter.program_id, on=on)
    if "note_facts" not in groups and not own_draft:
        raise Http404
    may_mend = own or acting.may(May.MEND_NOTES, program_id=encounter.program_id)
    # Words entered in error may be about somebody else: they stay for those who put it right.
    reads = own_draft or ("notes" in groups and (encounter.withdrawn_at is None or may_mend))
    goal = _goal_words(acting, encounter, on) if reads else ""
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
        may_mend=may_mend,
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


def _goal_words(acting: Acting, encounter: Encounter, on: date) -> str:
    """A note may touch a goal that another program keeps: its words are for those who see its goals there."""
    goal = encounter.goal
    if goal is None or goal.program_id == encounter.program_id:
        return goal.words if goal else ""
    seen = visible(acting, Goal, may=May.SEE_PEOPLE).filter(id=goal.id)
    told = "goals" in groups_about(acting, encounter.person_id, goal.program_id, on=on)
    return goal.words if told and seen.exists() else ""


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


@dataclass(frozen=True, kw_only=True)
class PlacesToMove:
    """("person program", label) pairs. `more`: the words fit more people than are shown."""

    places: tuple[tuple[str, str], ...]
    more: bool = False


def places_to_move(*, acting: Acting, withdrawn: NotePage, words: str, chosen: str) -> PlacesToMove:
    """Where a withdrawn note may belong: with the people whose names fit `words`; without words, with its own
    person first, whom the acting user wrote about lately, and some of their caseload. And the place `chosen`,
    if it is in sight. Where the note was about someone else, never with its own person."""
    found = people.search_people(acting=acting, may=May.WRITE_NOTES, words=words)
    own = withdrawn.person.id
    near = [card.id for card in found.cards] if words else [own, *_likely(acting)]
    rows = visible(acting, Enrolment, may=May.WRITE_NOTES).filter(ended_on=None).select_related("program")
    if withdrawn.was_about_someone_else:
        rows = rows.exclude(person_id=own)
    shown = list(rows.filter(Q(person_id__in=near) | _place(chosen)))
    cards = people.person_cards(acting=acting, ids={row.person_id for row in shown})
    order = {id_: place for place, id_ in enumerate(near)}
    shown.sort(key=lambda row: (order.get(row.person_id, len(order)), row.program.name))
    return PlacesToMove(
        places=tuple(
            (f"{row.person_id} {row.program_id}", f"{cards[row.person_id].name}, {row.program.name}")
            for row in shown
        ),
        more=found.more,
    )


def _likely(acting: Acting) -> list[UUID]:
    """Whom the acting user wrote about lately, then who came to them last: not more than fit on a phone."""
    lately = [card.id for card in people_lately(acting=acting)]
    mine = (
        visible(acting, Enrolment, may=May.WRITE_NOTES)
        .filter(assignments__worker__user_id=acting.person_in_charge, assignments__ended_at=None)
        .order_by("-assignments__began_at", "id")
        .values_list("person_id", flat=True)[:A_PHONE_FULL]
    )
    return list(dict.fromkeys([*lately, *mine]))[:A_PHONE_FULL]


def _place(chosen: str) -> Q:
    """A "person program" pair; nobody's for anything else."""
    try:
        person_id, program_id = (UUID(part) for part in chosen.split())
    except ValueError:
        return Q(pk__in=[])
    return Q(person_id=person_id, program_id=program_id)


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
