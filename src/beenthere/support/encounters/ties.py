"""What a note may keep and be tied to. Forms name goals and visits by id; an id opens nothing by itself."""

from dataclasses import replace
from uuid import UUID

from beenthere.support.access import May
from beenthere.support.encounters.content import NoteContent
from beenthere.support.encounters.models import PlannedVisit
from beenthere.support.plans.models import Goal
from beenthere.trust.api import Acting, visible


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
    rows = visible(acting, model, may=May.WRITE_NOTES).filter(id=id, person_id=person_id)
    return id if rows.exists() else None
