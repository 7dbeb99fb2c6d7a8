"""What other contexts learn about those who give support here: frozen values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from beenthere.kernel.periods import Period


@dataclass(frozen=True, kw_only=True)
class WorkerFacts:
    """Someone who gives support. Participants see `shown_as`; colleagues see `name`."""

    id: UUID
    user_id: UUID
    name: str
    shown_as: str
    position: str
    employment: str
    supervisor_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CredentialFacts:
    """A credential as recorded. That it was valid on a day says nothing about what a payer wants."""

    id: UUID
    worker_id: UUID
    credential: str
    letters: str
    number: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, kw_only=True)
class WorkerStanding:
    """What decides whether someone's work can be billed: how they are employed, when they held a credential.

    `certified` are half-open periods, overlapping where several credentials were held.
    """

    name: str
    employment: str
    certified: tuple[Period[date], ...]


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who writes and signs. `letters` of every credential on file and its period, first to begin first."""

    worker: WorkerFacts
    letters: tuple[tuple[str, Period[date]], ...]

    @property
    def standing(self) -> WorkerStanding:
        return WorkerStanding(
            name=self.worker.name,
            employment=self.worker.employment,
            certified=tuple(period for _letters, period in self.letters),
        )

    def signature(self, on: date) -> str:
        """Name, the letters of the credential valid on that day that began last, position."""
        valid = [letters for letters, period in self.letters if period.contains(on)]
        parts = (self.worker.name, valid[-1] if valid else "", self.worker.position)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class HoursLine:
    """Minutes that count. `kind` is the stored word, `kind_words` the one for people."""

    worker_id: UUID
    on: date
    minutes: int
    kind: str
    kind_words: str
    source_type: str
    source_id: UUID
