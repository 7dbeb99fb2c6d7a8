"""What a person can choose to share, each with the groups of fields it opens to whom it is shared with."""

from collections.abc import Iterable
from enum import StrEnum

from beenthere.consent.rules.visibility import FieldGroup


class Segment(StrEnum):
    TAKING_PART = "taking_part"
    CONTACT = "contact"
    GOALS = "goals"
    VISITS = "visits"
    NOTES = "notes"


# Whatever is shared tells whose it is: every segment opens the name.
OPENS: dict[Segment, frozenset[FieldGroup]] = {
    Segment.TAKING_PART: frozenset({FieldGroup.NAME, FieldGroup.ENROLMENT}),
    Segment.CONTACT: frozenset({FieldGroup.NAME, FieldGroup.CONTACT, FieldGroup.CRISIS}),
    Segment.GOALS: frozenset({FieldGroup.NAME, FieldGroup.GOALS}),
    Segment.VISITS: frozenset({FieldGroup.NAME, FieldGroup.NOTE_FACTS}),
    Segment.NOTES: frozenset({FieldGroup.NAME, FieldGroup.NOTE_FACTS, FieldGroup.NOTES}),
}


def opened_by(segments: Iterable[str]) -> frozenset[FieldGroup]:
    """The groups that these segments open together. A segment nobody knows opens nothing."""
    known = [OPENS[Segment(one)] for one in segments if one in OPENS]
    return frozenset[FieldGroup]().union(*known)
