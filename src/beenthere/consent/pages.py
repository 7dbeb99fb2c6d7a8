"""What the pages on consents show: frozen, and nothing else of the person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from beenthere.consent.access import May
from beenthere.consent.models import Consent
from beenthere.consent.queries import judged
from beenthere.consent.rules import consent as rules
from beenthere.consent.texts import Text, texts
from beenthere.consent.words import LOOKS, SEGMENTS, STATUSES
from beenthere.people import api as people
from beenthere.trust.api import Acting, get_for, visible

_AS_TYPED = (
    "id", "kind", "to_whom", "segments", "purpose", "expires_on", "expires_when", "no_expiry",
    "revocation_words", "redisclosure_words", "signature", "signed_name", "signed_on",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ConsentLine:
    """One consent in sentences. `missing` says what a draft still lacks; `shared` is a list of words."""

    id: UUID
    kind: str
    kind_words: str
    from_program: str
    part2: bool
    to_whom: str
    shared: tuple[str, ...]
    purpose: str
    until: str
    status: str
    status_words: str
    look: str
    missing: tuple[str, ...]
    signed_on: date | None
    revoked_at: datetime | None
    may_change: bool

    @property
    def open(self) -> bool:
        """Something to take back: it is active, or may become so."""
        return self.revoked_at is None and self.status != rules.Status.EXPIRED

    @property
    def draft(self) -> bool:
        return self.status == rules.Status.DRAFT


@dataclass(frozen=True, kw_only=True)
class ConsentsPage:
    person: people.PersonCard
    consents: tuple[ConsentLine, ...]
    may_record: bool


@dataclass(frozen=True, kw_only=True)
class ConsentPage:
    """A consent as it is shown and printed, with the words that were signed and the notice for recipients."""

    person: people.PersonCard
    line: ConsentLine
    signed_name: str
    signature_words: str
    revocation_words: str
    redisclosure_words: str
    notice: Text
    why_revoked: str


def consents_page(*, acting: Acting, person_id: UUID, on: date) -> ConsentsPage:
    """Three queries: the person (gated), their card, the consents (gated), newest first."""
    person = get_for(acting, people.Person, person_id, may=May.SEE_CONSENTS)
    rows = visible(acting, Consent, may=May.SEE_CONSENTS).filter(person_id=person.id)
    rows = rows.select_related("person", "from_program", "to_program").order_by("-created_at", "-id")
    return ConsentsPage(
        person=people.person_cards(acting=acting, ids=[person.id])[person.id],
        consents=tuple(consent_line(acting, row, on) for row in rows),
        may_record=acting.may(May.RECORD_CONSENTS),
    )


def consent_page(*, acting: Acting, person_id: UUID, id: UUID, on: date) -> ConsentPage:
    rows = visible(acting, Consent, may=May.SEE_CONSENTS).filter(person_id=person_id)
    row = get_for(
        acting, Consent, id, may=May.SEE_CONSENTS,
        within=rows.select_related("person", "from_program", "to_program"),
    )  # fmt: skip
    return ConsentPage(
        person=people.person_cards(acting=acting, ids=[person_id])[person_id],
        line=consent_line(acting, row, on),
        signed_name=row.signed_name,
        signature_words=row.get_signature_display() if row.signature else "",
        revocation_words=row.revocation_words,
        redisclosure_words=row.redisclosure_words,
        notice=texts()["notice"],
        why_revoked=row.revoked_how,
    )


def consent_line(acting: Acting, row: Consent, on: date) -> ConsentLine:
    facts = judged(row)
    standing = rules.status(facts, on)
    missing = rules.missing_elements(facts) if standing is rules.Status.DRAFT else ()
    return ConsentLine(
        id=row.id,
        kind=row.kind,
        kind_words=row.get_kind_display(),
        from_program=row.from_program.name,
        part2=row.from_program.part2,
        to_whom=row.to_program.name if row.to_program else row.to_whom,
        shared=tuple(str(words) for one, words in SEGMENTS.items() if one in row.segments),
        purpose=row.purpose,
        until=until(row),
        status=standing,
        status_words=str(STATUSES[standing]),
        look=LOOKS[standing],
        missing=tuple(_(reason.sentence) for reason in missing),
        signed_on=row.signed_on,
        revoked_at=row.revoked_at,
        may_change=acting.may(May.RECORD_CONSENTS, program_id=row.from_program_id),
    )


def until(row: Consent) -> str:
    """When it ends, in words: a day, an event, whichever comes first, or no end."""
    day = date_format(row.expires_on, "DATE_FORMAT") if row.expires_on else ""
    if day and row.expires_when:
        return _("%(day)s, or when this happens first: %(event)s") % {"day": day, "event": row.expires_when}
    if row.no_expiry and not day and not row.expires_when:
        return _("No end; until it is taken back")
    return day or row.expires_when


def draft(*, acting: Acting, person_id: UUID, id: UUID) -> dict[str, Any]:
    """What was typed into a consent that is not active yet, for its form. 404 for any other."""
    rows = visible(acting, Consent, may=May.RECORD_CONSENTS)
    rows = rows.filter(person_id=person_id, activated_at=None, revoked_at=None)
    row = get_for(acting, Consent, id, may=May.RECORD_CONSENTS, within=rows)
    typed = {name: getattr(row, name) for name in _AS_TYPED}
    return {**typed, "from_program": str(row.from_program_id), "to_program": str(row.to_program_id or "")}
