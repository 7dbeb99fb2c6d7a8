"""What higher contexts hear about staff, inside the action."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from beenthere.trust.api import Acting


@dataclass(frozen=True, kw_only=True)
class StandingChanged:
    """A credential was recorded, or the employment changed: work done since that day is judged otherwise."""

    acting: Acting
    worker_id: UUID
    since: date
