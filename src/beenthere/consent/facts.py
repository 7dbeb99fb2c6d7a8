"""What other contexts learn about consents: frozen values, never the words of a form."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from beenthere.kernel.decision import Decision


@dataclass(frozen=True, kw_only=True)
class ConsentState:
    """How a person's consents stand, in one word for a list.

    `code` is none, active, expiring, expired, revoked or not_needed; `words` is for people.
    """

    code: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What the consents answer. True in a condition when allowed; `consent_id` names one for the audit."""

    decision: Decision
    consent_id: UUID | None

    def __bool__(self) -> bool:
        return self.decision.allowed


@dataclass(frozen=True, kw_only=True)
class Opening:
    """An active consent that lets another program of this organization see something of one person."""

    person_id: UUID
    from_program_id: UUID
    to_program_id: UUID
    segments: frozenset[str]
    consent_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentFields:
    """A consent as typed. `to_program_id` names a program of this organization, `to_whom` anyone else."""

    kind: str
    from_program_id: UUID
    to_program_id: UUID | None = None
    to_whom: str = ""
    segments: tuple[str, ...] = ()
    purpose: str = ""
    expires_on: date | None = None
    expires_when: str = ""
    no_expiry: bool = False
    revocation_words: str = ""
    redisclosure_words: str = ""
    signature: str = ""
    signed_name: str = ""
    signed_on: date | None = None
    language: str = "en"
