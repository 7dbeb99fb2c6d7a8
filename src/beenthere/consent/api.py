"""The door of consent: what other contexts may call."""

from beenthere.consent.facts import ConsentState, Opening, Permission
from beenthere.consent.queries import given_by, groups_for, openings, permits, states
from beenthere.consent.rules.segments import Segment, opened_by
from beenthere.consent.rules.visibility import FieldGroup, Relation, field_groups
from beenthere.consent.texts import texts
from beenthere.consent.words import not_needed

__all__ = [
    "ConsentState",
    "FieldGroup",
    "Opening",
    "Permission",
    "Relation",
    "Segment",
    "field_groups",
    "given_by",
    "groups_for",
    "not_needed",
    "opened_by",
    "openings",
    "permits",
    "states",
    "texts",
]
