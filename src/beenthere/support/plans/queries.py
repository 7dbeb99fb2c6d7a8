"""Goals as frozen facts, in the person's words."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from beenthere.support.access import May
from beenthere.support.plans.models import Goal
from beenthere.trust.api import Acting, visible


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
    rows = visible(acting, Goal, may=may).filter(person_id=person_id)
    if programs is not None:
        rows = rows.filter(program_id__in=programs)
    lines = [_line(goal) for goal in rows.order_by("place_in_list", "created_at", "id")]
    return tuple(sorted(lines, key=lambda line: not line.open))


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
