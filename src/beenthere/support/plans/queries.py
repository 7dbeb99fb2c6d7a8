"""Goals as frozen facts, in the person's words."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from beenthere.support import gates
from beenthere.support.access import May
from beenthere.support.crossing import asked_once
from beenthere.support.intake.queries import enrolments_with_person
from beenthere.support.intake.sight import sight_of
from beenthere.support.plans.models import Goal
from beenthere.trust.api import Acting, looked_at


@dataclass(frozen=True, kw_only=True)
class GoalLine:
    """One goal. `words` are the person's own; `domain` is a label or empty."""

    id: UUID
    program_id: UUID
    words: str
    domain: str
    begun_on: date
    reached_on: date | None
    set_aside_on: date | None

    @property
    def open(self) -> bool:
        return self.reached_on is None and self.set_aside_on is None


def goals_of(
    acting: Acting, person_id: UUID, *, may: str = May.WRITE_NOTES, programs: frozenset[UUID] | None = None
) -> tuple[GoalLine, ...]:
    """Every goal the acting user may see, open ones first, in the person's order. One query.

    `programs`, when given, narrows to goals of these programs.
    """
    rows = gates.seen(acting, Goal, gates.goals, may, _of_person, programs, person=person_id)
    return tuple(sorted((_line(goal) for goal in rows), key=lambda line: not line.open))


def _of_person(rows: QuerySet[Goal], programs: frozenset[UUID] | None, *, person: UUID) -> QuerySet[Goal]:
    found = rows.filter(person_id=person)
    if programs is not None:
        found = found.filter(program_id__in=sorted(programs))
    return found.order_by("place_in_list", "created_at", "id")


def _line(goal: Goal) -> GoalLine:
    return GoalLine(
        id=goal.id,
        program_id=goal.program_id,
        words=goal.words,
        domain=str(goal.get_domain_display()) if goal.domain else "",
        begun_on=goal.begun_on,
        reached_on=goal.reached_on,
        set_aside_on=goal.set_aside_on,
    )


@dataclass(frozen=True, kw_only=True)
class GoalsPage:
    """All goals of a person. `programs` are those where the acting user may work on goals."""

    person_id: UUID
    person_name: str
    open: tuple[GoalLine, ...]
    reached: tuple[GoalLine, ...]
    set_aside: tuple[GoalLine, ...]
    programs: tuple[tuple[str, str], ...]
    may_change: frozenset[UUID]


@asked_once
def goals_page(acting: Acting, person_id: UUID) -> GoalsPage:
    """Http404 for those who may not see the person, or not their goals."""
    person, lines = enrolments_with_person(acting, person_id, may=May.SEE_PEOPLE)
    seen = sight_of(acting, person_id, [(line.program_id, line.part2) for line in lines])
    if person is None or not seen.allows("goals"):
        raise Http404
    looked_at(person_id, consent_id=seen.consent_id)
    goals = goals_of(acting, person_id, may=May.SEE_PEOPLE, programs=seen.programs("goals"))
    mine = {
        str(line.program_id): line.program_name
        for line in lines
        if line.open and acting.may(May.WORK_ON_GOALS, program_id=line.program_id)
    }
    return GoalsPage(
        person_id=person_id,
        person_name=person.name,
        open=tuple(goal for goal in goals if goal.open),
        reached=tuple(goal for goal in goals if goal.reached_on),
        set_aside=tuple(goal for goal in goals if goal.set_aside_on and not goal.reached_on),
        programs=tuple(mine.items()),
        may_change=frozenset(goal.id for goal in goals if str(goal.program_id) in mine),
    )
