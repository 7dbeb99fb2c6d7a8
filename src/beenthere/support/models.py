"""One application, several packages; Django looks for models here."""

from beenthere.support.encounters.models import Addendum, Encounter, FollowUp, PlannedVisit
from beenthere.support.intake.models import Assignment, Enrolment, TakingPart
from beenthere.support.plans.models import Goal

__all__ = [
    "Addendum",
    "Assignment",
    "Encounter",
    "Enrolment",
    "FollowUp",
    "Goal",
    "PlannedVisit",
    "TakingPart",
]
