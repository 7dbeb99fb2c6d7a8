"""What higher contexts hear about notes, inside the action: what follows stands or falls with it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from beenthere.trust.api import Acting
from beenthere.workforce.api import WorkerStanding


@dataclass(frozen=True, kw_only=True)
class EncounterSigned:
    """`standing` is the author's, who is the acting user."""

    acting: Acting
    encounter_id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    happened_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    standing: WorkerStanding


@dataclass(frozen=True, kw_only=True)
class EncounterWithdrawn:
    acting: Acting
    encounter_id: UUID
    person_id: UUID
    program_id: UUID
    worker_id: UUID
    happened_on: date
