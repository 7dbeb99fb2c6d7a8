"""Today, and what followed from a note: pages that bring several contexts together, frozen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beenthere.foundation.words import told
from beenthere.funding import api as funding
from beenthere.kernel.minutes import in_words
from beenthere.people import api as people
from beenthere.support import api as support
from beenthere.support.api import May
from beenthere.trust.api import Acting, programs
from beenthere.workforce import api as workforce

SHOWN = 5
FORM_FIELDS = {"starts_at": "starts", "mode": "place"}


@dataclass(frozen=True, kw_only=True)
class OpenNote:
    id: UUID
    name: str
    kind: str
    age: str


@dataclass(frozen=True, kw_only=True)
class TodayPage:
    """The next three things first: whom to meet, which note is open, whom to call."""

    on: date
    worker_name: str
    now: support.VisitLine | None
    next: support.VisitLine | None
    later: tuple[support.VisitLine, ...]
    without_note: tuple[support.VisitLine, ...]
    open_notes: tuple[OpenNote, ...]
    more_open_notes: int
    calls: tuple[support.FollowUpLine, ...]
    next_steps: tuple[support.FollowUpLine, ...]
    more_due: int

    @property
    def is_free(self) -> bool:
        return not (self.now or self.next or self.later or self.without_note or self.open_notes or self.due)

    @property
    def due(self) -> int:
        return len(self.calls) + len(self.next_steps)


def today_page(*, acting: Acting, worker: workforce.WorkerFacts, at: datetime, zone: ZoneInfo) -> TodayPage:
    """Four queries, each built once: visits, what is due, drafts, names."""
    on = at.astimezone(zone).date()
    drafts, in_all = support.first_drafts(acting=acting, worker_id=worker.id, count=SHOWN)
    day = support.today_of(acting, worker.id, on, zone, also_name={draft.person_id for draft in drafts})
    placed = support.visits_at(
        [
            support.Visit(id=visit.id, starts_at=visit.starts_at, minutes=visit.minutes)
            for visit in day.visits
            if visit.planned
        ],
        at,
    )
    lines = {visit.id: visit for visit in day.visits}
    due = sorted((*day.calls, *day.next_steps), key=lambda line: (line.due_on, not line.is_call, line.id))
    shown = due[:SHOWN]
    return TodayPage(
        on=on,
        worker_name=worker.name,
        now=lines[placed.now.id] if placed.now else None,
        next=lines[placed.next.id] if placed.next else None,
        later=tuple(lines[visit.id] for visit in placed.later),
        without_note=tuple(lines[visit.id] for visit in placed.passed),
        open_notes=tuple(_open_note(draft, day.names, at, zone) for draft in drafts),
        more_open_notes=in_all - len(drafts),
        calls=tuple(line for line in shown if line.is_call),
        next_steps=tuple(line for line in shown if not line.is_call),
        more_due=max(len(due) - SHOWN, 0),
    )


def _open_note(
    draft: support.DraftLine, names: dict[UUID, people.PersonCard], at: datetime, zone: ZoneInfo
) -> OpenNote:
    ended = draft.ended_at or datetime.combine(
        draft.happened_on + timedelta(days=1), datetime.min.time(), zone
    )
    age = support.note_age(ended_at=min(ended, at), within_hours=None, at=at)
    card = names.get(draft.person_id)
    return OpenNote(id=draft.id, name=card.name if card else "", kind=draft.kind, age=told(age.words))


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """One thing that followed from the note, without being typed."""

    icon: str
    title: str
    words: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """One thing somebody should look at; it stops nothing. `field` names what to mend in the note."""

    code: str
    words: str
    field: str
    about: UUID | None


@dataclass(frozen=True, kw_only=True)
class CountsPage:
    note_id: UUID
    person: people.PersonCard
    happened_on: date
    withdrawn: bool
    own: bool
    author: str
    counts: tuple[CountLine, ...]
    needs: tuple[NeedLine, ...]
    good_to_know: tuple[str, ...]


def counts_page(*, acting: Acting, encounter_id: UUID, on: date) -> CountsPage | None:
    """What a signed note counts for, as far as the reader's roles go. None where there is no such note, it
    is a draft, or not even the facts of a visit are theirs to see."""
    facts = support.encounter_facts(acting=acting, encounter_id=encounter_id)
    if facts is None or facts.signed_at is None:
        return None
    groups = support.groups_about(acting, facts.person_id, facts.program_id, on=on)
    if "note_facts" not in groups:
        return None
    worker = workforce.worker_of(acting=acting)
    own = worker is not None and worker.id == facts.worker_id
    told = (own or "units" in groups) and facts.withdrawn_at is None
    findings = funding.findings(acting=acting, encounter_id=encounter_id) if told else ()
    counts = () if facts.withdrawn_at else _counts(acting, facts, groups, own=own, on=on)
    said = {line.words for line in counts}
    return CountsPage(
        note_id=facts.id,
        person=people.person_cards(acting=acting, ids=[facts.person_id])[facts.person_id],
        happened_on=facts.happened_on,
        withdrawn=facts.withdrawn_at is not None,
        own=own,
        author=workforce.worker_names(acting=acting, ids=[facts.worker_id]).get(facts.worker_id, ""),
        counts=counts,
        needs=tuple(
            NeedLine(code=one.code, words=one.sentence, field=_field(one.mend, facts), about=one.about)
            for one in findings
            if one.mend
        ),
        good_to_know=tuple(one.sentence for one in findings if not one.mend and one.sentence not in said),
    )


def _field(mend: str, facts: support.EncounterFacts) -> str:
    """The field of the form where a fact of the note is entered."""
    if mend == "starts_at" and facts.starts_at is not None and facts.ends_at is None:
        return "ends"
    return FORM_FIELDS.get(mend, mend)


def _counts(
    acting: Acting, facts: support.EncounterFacts, groups: frozenset[str], *, own: bool, on: date
) -> tuple[CountLine, ...]:
    lines = [
        _units(acting, facts) if "units" in groups else None,
        _goal(acting, facts, on) if "goals" in groups else None,
        _program(acting, facts),
        *_hours(acting, facts, own=own),
        _next(facts, on),
    ]
    return tuple(line for line in lines if line is not None)


def _units(acting: Acting, facts: support.EncounterFacts) -> CountLine | None:
    line = funding.units_line(acting=acting, encounter_id=facts.id)
    if line is None:
        return None
    title = ngettext("%(count)s unit of %(code)s", "%(count)s units of %(code)s", line.units)
    return CountLine(
        icon="clock", title=title % {"count": line.units, "code": line.code}, words=line.sentence
    )


def _goal(acting: Acting, facts: support.EncounterFacts, on: date) -> CountLine | None:
    """Another program may keep the goal: then its words are for those who see its goals there."""
    goals = support.goals_of(acting, facts.person_id, may=May.SEE_PEOPLE) if facts.goal_id else ()
    goal = next((goal for goal in goals if goal.id == facts.goal_id), None)
    if goal is None or not _goals_told(acting, facts, goal.program_id, on):
        return None
    return CountLine(icon="path", title=_("A goal was touched"), words=f"“{goal.words}”")


def _goals_told(acting: Acting, facts: support.EncounterFacts, program_id: UUID, on: date) -> bool:
    if program_id == facts.program_id:
        return True
    return "goals" in support.groups_about(acting, facts.person_id, program_id, on=on)


def _program(acting: Acting, facts: support.EncounterFacts) -> CountLine | None:
    program = next((p for p in programs(acting=acting) if p.id == facts.program_id), None)
    if program is None:
        return None
    words = program.funding_tag or _("No funding source is tagged for this program.")
    return CountLine(icon="people", title=program.name, words=words)


def _hours(acting: Acting, facts: support.EncounterFacts, *, own: bool) -> list[CountLine]:
    title = _("%(time)s in your hours") if own else _("%(time)s in the hours of the author")
    posted = workforce.hours_from(acting=acting, source_type="encounter", source_id=facts.id)
    return [
        CountLine(
            icon="check",
            title=title % {"time": in_words(line.minutes)},
            words=line.kind_words,
            url=reverse("hours") if own else "",
        )
        for line in posted
    ]


def _next(facts: support.EncounterFacts, on: date) -> CountLine | None:
    if facts.next_step_on is None:
        return None
    if facts.next_step_on > on:
        words = _("It will stand on your Today on %(day)s.")
    else:
        words = _("It was for %(day)s. It stays on your Today until it is done.")
    return CountLine(
        icon="calendar",
        title=_("A reminder for what comes next"),
        words=words % {"day": formats.date_format(facts.next_step_on, "DATE_FORMAT")},
    )


@dataclass(frozen=True, kw_only=True)
class ProgramRow:
    name: str
    enrolled: int
    lately: int
    without_specialist: int


@dataclass(frozen=True, kw_only=True)
class OverviewPage:
    programs: tuple[ProgramRow, ...]


def overview_page(*, acting: Acting, on: date) -> OverviewPage:
    """Counts by program for those whose role sees people; places to go for everyone."""
    if not acting.may(May.SEE_NUMBERS):
        return OverviewPage(programs=())
    names = {program.id: program.name for program in programs(acting=acting)}
    return OverviewPage(
        programs=tuple(
            ProgramRow(
                name=names[row.program_id], enrolled=row.enrolled, lately=row.lately,
                without_specialist=row.without_specialist,
            )
            for row in support.program_numbers(acting=acting, on=on)
        )
    )  # fmt: skip
