"""What other contexts learn about a person: frozen values, each with nothing in it that was not asked for."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """Who someone is, as a list shows it."""

    id: UUID
    chosen_name: str
    family_name: str
    name: str
    pronouns: str
    language: str
    birth_date: date | None


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """A way to reach a person and, first, what they said about using it. `rules` are ready sentences."""

    id: UUID
    kind: str
    kind_words: str
    value: str
    may_call: bool
    may_text: bool
    may_leave_message: bool
    quiet_from: time | None
    quiet_until: time | None
    rules: tuple["ContactRule", ...]


@dataclass(frozen=True, kw_only=True)
class ContactRule:
    """One thing that is or is not all right, as the `safe-contact` component shows it."""

    text: str
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class CrisisLine:
    """Whom to call when things are hard, as the person chose."""

    id: UUID
    name: str
    relation: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class ContactSheet:
    """How to reach a person. `safe_contact` comes first on every page that shows a number."""

    safe_contact: str
    points: tuple[ContactLine, ...]
    crisis: tuple[CrisisLine, ...]


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """Some of the people found, in order of name. `total` counts all; `more` says that some are left."""

    cards: tuple[PersonCard, ...]
    total: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class LikelyMatch:
    """Someone who may be the person about to be added, and why: sentences for whoever decides."""

    card: PersonCard
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ContactFields:
    """A way to reach a person as typed. Nothing is allowed but what was said to be."""

    kind: str
    value: str
    may_call: bool = False
    may_text: bool = False
    may_leave_message: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, kw_only=True)
class PersonFields:
    """What is typed about a person. A changed person keeps `contacts` as they are: those have actions."""

    chosen_name: str
    family_name: str = ""
    legal_given_name: str = ""
    pronouns: str = ""
    birth_date: date | None = None
    language: str = "en"
    safe_contact: str = ""
    contacts: tuple[ContactFields, ...] = ()
