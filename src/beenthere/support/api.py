"""The door of support: what other contexts may call."""

from uuid import UUID

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.announcements import EncounterSigned, EncounterWithdrawn
from beenthere.support.encounters.facts import (
    DraftLine,
    EncounterFacts,
    drafts_of,
    encounter_facts,
    overlapping,
    seen_between,
    signed_on_day,
)
from beenthere.support.intake.queries import EnrolmentLine, programs_of
from beenthere.support.plans.queries import GoalLine, goals_of
from beenthere.support.visits.queries import FollowUpLine, Today, VisitLine, today_of
from beenthere.trust.api import Acting, get_for

__all__ = [
    "DraftLine",
    "EncounterFacts",
    "EncounterSigned",
    "EncounterWithdrawn",
    "EnrolmentLine",
    "FollowUpLine",
    "GoalLine",
    "Today",
    "VisitLine",
    "drafts_of",
    "encounter_facts",
    "goals_of",
    "overlapping",
    "participants_card",
    "programs_of",
    "seen_between",
    "signed_on_day",
    "today_of",
]


def participants_card(acting: Acting, person_id: UUID, *, may: str = May.SEE_PEOPLE) -> people.PersonCard:
    """Name, pronouns, language of a person the acting user may see; otherwise 404. The look is audited."""
    person = get_for(acting, people.Person, person_id, may=may)
    return people.person_cards(acting=acting, ids=[person.id])[person.id]
