"""What a note may keep and be tied to. Forms name goals and visits by id; an id opens nothing by itself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from beenthere.support import gates
from beenthere.support.encounters.content import NoteContent
from beenthere.support.encounters.in_sight import to_write
from beenthere.support.encounters.models import PlannedVisit
from beenthere.support.plans.models import Goal
from beenthere.trust.api import Acting


def what_may_be_kept(acting: Acting, content: NoteContent, *, narrative: str) -> NoteContent:
    """Without what a form may send and a note may not keep: words in a program that keeps none, and a
    goal or a planned visit of somebody else, or of a program that the author does not work in."""
    if narrative == "none":
        content = content.without_words()
    return replace(
        content,
        goal_id=_theirs(acting, Goal, content.person_id, content.goal_id),
        planned_visit_id=_theirs(acting, PlannedVisit, content.person_id, content.planned_visit_id),
    )


def _theirs(
    acting: Acting, model: type[Goal] | type[PlannedVisit], person_id: UUID, id: UUID | None
) -> UUID | None:
    if id is None:
        return None
    rule = gates.goals if model is Goal else gates.planned
    return id if to_write(acting, model, rule, _of_person, id=id, person=person_id) else None


def _of_person(rows: QuerySet[Any], *, id: UUID, person: UUID) -> QuerySet[Any, Any]:
    return rows.filter(id=id, person_id=person).values_list("id")
