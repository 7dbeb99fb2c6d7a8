"""What higher contexts hear about notes, inside the action: what follows stands or falls with it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from beenthere.trust.api import Acting


@dataclass(frozen=True, kw_only=True)
class EncounterSigned:
    acting: Acting
    encounter_id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    happened_on: date


@dataclass(frozen=True, kw_only=True)
class EncounterWithdrawn:
    acting: Acting
    encounter_id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    happened_on: date
