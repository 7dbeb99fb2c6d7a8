"""What can be done with a consent: begin it, complete it, take it back."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from beenthere.consent import events
from beenthere.consent.access import May
from beenthere.consent.facts import ConsentFields
from beenthere.consent.models import Consent
from beenthere.consent.queries import judged
from beenthere.consent.rules import consent as rules
from beenthere.consent.rules.segments import Segment
from beenthere.foundation import clock
from beenthere.kernel.decision import Reason
from beenthere.people import api as people
from beenthere.trust.api import Acting, EventType, Refused, action, get_for, insert_once, record, visible

_TYPED = (
    "kind", "from_program_id", "to_program_id", "to_whom", "purpose", "expires_on", "expires_when",
    "no_expiry", "revocation_words", "redisclosure_words", "signature", "signed_name", "signed_on",
    "language",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """`missing` is empty when the consent is active; else each thing it still lacks, in words."""

    id: UUID
    missing: tuple[Reason, ...]


@action(quiet="a replay of an active consent leaves no second event")
def record_consent(*, acting: Acting, id: UUID, person_id: UUID, fields: ConsentFields) -> Recorded:
    """Keep a consent under an id made by the client; active at once when nothing is missing, else a draft.

    The same id again completes the draft. An active consent does not change: take it back and record
    another. Raises `Refused` when the role does not record consents in the program that shares, and 404 for
    a person who is not to be seen.
    """
    _authorise(acting, fields.from_program_id)
    person = get_for(acting, people.Person, person_id, may=May.RECORD_CONSENTS)
    row = _begun(acting, id, person.id, fields)
    former = None if insert_once(row) else _draft_before(acting, row)
    if former is not None and former.activated_at is not None:
        return Recorded(id=id, missing=())
    row._state.adding = False
    missing = _activate(acting, row)
    row.save()
    _note(acting, _event(former, missing), row, codes=[reason.code for reason in missing])
    return Recorded(id=id, missing=missing)


def _authorise(acting: Acting, program_id: UUID) -> None:
    if not acting.may(May.RECORD_CONSENTS, program_id=program_id):
        raise Refused(_("Your role doesn't record consents for this program. Ask its specialists."))


def _begun(acting: Acting, id: UUID, person_id: UUID, fields: ConsentFields) -> Consent:
    row = Consent(
        id=id,
        organization_id=acting.organization_id,
        person_id=person_id,
        created_by_id=_someone(acting),
        segments=[one for one in Segment if one in fields.segments],
    )
    for name in _TYPED:
        value = getattr(fields, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if row.to_program_id == row.from_program_id:
        raise Refused(_("A program needs no consent to share with itself. Choose who else may see it."))
    return row


def _someone(acting: Acting) -> UUID:
    """A consent is recorded by a person, never by a job."""
    if acting.user_id is None:
        raise Refused(_("Only a member of staff can record a consent."))
    return acting.user_id


def _draft_before(acting: Acting, row: Consent) -> Consent:
    """The draft that `row` takes the place of, or the active consent that it repeats."""
    rows = Consent.objects.filter(organization_id=acting.organization_id).select_for_update()
    former = rows.get(id=row.id)
    if former.person_id != row.person_id or former.revoked_at is not None:
        raise Refused(_("This consent can't be changed any more. Record a new one."))
    _authorise(acting, former.from_program_id)
    row.created_at, row.created_by_id = former.created_at, former.created_by_id
    return former


def _activate(acting: Acting, row: Consent) -> tuple[Reason, ...]:
    """Mark it active if nothing is missing."""
    row.activated_at, row.activated_by_id = clock.now(), acting.user_id
    missing = rules.missing_elements(replace(judged(row), signed_name=row.signed_name))
    if missing:
        row.activated_at = row.activated_by_id = None
    return missing


def _event(former: Consent | None, missing: tuple[Reason, ...]) -> EventType:
    if not missing:
        return events.CONSENT_ACTIVATED
    return events.CONSENT_CHANGED if former else events.CONSENT_DRAFTED


@action(quiet="taking back twice leaves one event")
def revoke_consent(*, acting: Acting, id: UUID, on: date, why: str = "") -> Consent:
    """The person takes it back. It opens nothing from this moment; what was shared before stays listed."""
    rows = visible(acting, Consent, may=May.RECORD_CONSENTS).select_for_update(of=("self",))
    row = get_for(acting, Consent, id, may=May.RECORD_CONSENTS, within=rows)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by_id, row.revoked_on = clock.now(), acting.user_id, on
        row.revoked_how = why.strip()[:200]
        row.save(update_fields=["revoked_at", "revoked_by_id", "revoked_on", "revoked_how"])
        _note(acting, events.CONSENT_REVOKED, row)
    return row


def _note(acting: Acting, event: EventType, row: Consent, *, codes: list[str] | None = None) -> None:
    record(
        acting, event, object_type="consent", object_id=row.id, subject_id=row.person_id, consent_id=row.id,
        detail={"kind": row.kind, "missing": codes or []},
    )  # fmt: skip
