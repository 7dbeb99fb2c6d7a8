"""The door of support: what other contexts may call."""

from uuid import UUID

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.encounters.actions import mend_note
from beenthere.support.encounters.announcements import EncounterSigned, EncounterWithdrawn
from beenthere.support.encounters.facts import (
    DraftLine,
    EncounterFacts,
    encounter_facts,
    first_drafts,
    overlapping,
    seen_between,
    seen_note,
    signed_around,
    signed_near,
    signed_slice,
)
from beenthere.support.encounters.models import Kind, Mode
from beenthere.support.gates import of_a_seen_enrolment
from beenthere.support.intake.numbers import ProgramNumbers, program_numbers
from beenthere.support.intake.queries import EnrolmentLine, programs_of
from beenthere.support.intake.sight import groups_about
from beenthere.support.plans.queries import GoalLine, goals_of
from beenthere.support.rules.deadlines import note_age
from beenthere.support.rules.who_next import Visit, visits_at
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
    "Kind",
    "May",
    "Mode",
    "ProgramNumbers",
    "Today",
    "Visit",
    "VisitLine",
    "encounter_facts",
    "first_drafts",
    "goals_of",
    "groups_about",
    "mend_note",
    "note_age",
    "of_a_seen_enrolment",
    "overlapping",
    "participants_card",
    "program_numbers",
    "programs_of",
    "seen_between",
    "seen_note",
    "signed_around",
    "signed_near",
    "signed_slice",
    "today_of",
    "visits_at",
]


def participants_card(acting: Acting, person_id: UUID, *, may: str = May.SEE_PEOPLE) -> people.PersonCard:
    """Name, pronouns, language of a person the acting user may see; otherwise 404. The look is audited."""
    person = get_for(acting, people.Person, person_id, may=may)
    return people.person_cards(acting=acting, ids=[person.id])[person.id]
