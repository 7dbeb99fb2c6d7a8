"""The door of support: what other contexts may call."""

from uuid import UUID

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.intake.queries import EnrolmentLine, programs_of
from beenthere.support.plans.queries import GoalLine, goals_of
from beenthere.support.visits.queries import FollowUpLine, Today, VisitLine, today_of
from beenthere.trust.api import Acting, get_for

__all__ = [
    "EnrolmentLine",
    "FollowUpLine",
    "GoalLine",
    "Today",
    "VisitLine",
    "goals_of",
    "participants_card",
    "programs_of",
    "today_of",
]


def participants_card(acting: Acting, person_id: UUID, *, may: str = May.SEE_PEOPLE) -> people.PersonCard:
    """Name, pronouns, language of a person the acting user may see; otherwise 404. The look is audited."""
    person = get_for(acting, people.Person, person_id, may=may)
    return people.person_cards(acting=acting, ids=[person.id])[person.id]
