"""What a note says, as a value: compared, hashed and carried from the form to the row. Pure."""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class NoteContent:
    """Times are aware; the words are the person's and the specialist's, as typed."""

    person_id: UUID
    program_id: UUID
    kind: str
    happened_on: date
    result: str = "met"
    mode: str = "in_person"
    place: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    goal_id: UUID | None = None
    group_size: int | None = None
    purpose: str = ""
    what_we_did: str = ""
    response: str = ""
    next_kind: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    written_together: bool = False
    not_billable: bool = False
    planned_visit_id: UUID | None = None

    @property
    def canonical(self) -> bytes:
        """Every field, unambiguously; equal bytes are the same note."""
        plain = {key: _plain(value) for key, value in asdict(self).items()}
        return json.dumps(plain, sort_keys=True).encode()

    def about(self, person_id: UUID, program_id: UUID) -> "NoteContent":
        """The same words for where they belong: goal and planned visit were another person's."""
        return replace(self, person_id=person_id, program_id=program_id, goal_id=None, planned_visit_id=None)

    def without_words(self) -> "NoteContent":
        """The facts of the visit alone, for a program that keeps no words."""
        return replace(self, purpose="", what_we_did="", response="", next_step="")


FIELDS = tuple(field.name for field in fields(NoteContent))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date | UUID):
        return str(value)
    return value
