"""The audit: who did or saw what, when, and for what purpose. Never the words of a note."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.utils.functional import Promise

from beenthere.foundation import clock
from beenthere.trust.acting import Acting
from beenthere.trust.ledger import note_event


@dataclass(frozen=True, kw_only=True)
class EventType:
    """A kind of event and the sentence a person reads about it; `{actor}` and `{when}` are filled in."""

    verb: str
    sentence: str | Promise


_types: dict[str, EventType] = {}


def event_type(verb: str, sentence: str | Promise) -> EventType:
    if verb in _types:
        raise ValueError(f"audit event {verb} is declared twice")
    _types[verb] = EventType(verb=verb, sentence=sentence)
    return _types[verb]


def event_types() -> dict[str, EventType]:
    return dict(_types)


def record(
    acting: Acting,
    event: EventType,
    *,
    object_type: str = "",
    object_id: UUID | None = None,
    subject_id: UUID | None = None,
    consent_id: UUID | None = None,
    outcome: str = "done",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the one event of the open action, in its transaction."""
    _write(
        acting, event, object_type=object_type, object_id=object_id, subject_id=subject_id,
        consent_id=consent_id, outcome=outcome, detail=detail or {},
    )  # fmt: skip
    note_event(event.verb)


def record_read(
    acting: Acting,
    event: EventType,
    *,
    subject_id: UUID | None,
    detail: dict[str, Any],
    outcome: str = "done",
    consent_id: UUID | None = None,
) -> None:
    """Write what a request looked at. Reads are not actions and count toward none."""
    _write(
        acting, event, object_type="person" if subject_id else "", object_id=subject_id,
        subject_id=subject_id, outcome=outcome, detail=detail, consent_id=consent_id,
    )  # fmt: skip


# By hand and without RETURNING: every page writes one of these, and nobody waits for its number. The number
# of the transaction is a default of the table.
_INSERT = """
INSERT INTO trust_auditevent (organization_id, at, actor_id, roles, verb, object_type, object_id, subject_id,
  purpose, consent_id, outcome, session, address, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def _write(
    acting: Acting,
    event: EventType,
    *,
    object_type: str,
    object_id: UUID | None,
    subject_id: UUID | None,
    consent_id: UUID | None,
    outcome: str,
    detail: dict[str, Any],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                acting.organization_id, clock.now(), acting.user_id, ",".join(sorted(acting.roles)),
                event.verb, object_type, object_id, subject_id, acting.purpose, consent_id, outcome,
                acting.session, acting.address, Jsonb(detail),
            ],
        )  # fmt: skip
