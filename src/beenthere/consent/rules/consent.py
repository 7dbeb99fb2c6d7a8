"""Written consent under 42 CFR Part 2: what it needs, whether it holds on a day, what it permits.

The text of 2.31 was read in part (paragraphs (a)(1) to (a)(4) in the current version, the rest in
commentaries): counsel decides before a program relies on any of it. Where the text leaves room, these
rules refuse, and someone asks the person to sign anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from beenthere.kernel.decision import Confidence, Decision, Reason, Source, allow, refuse, refuse_for
from beenthere.kernel.text import fold
from beenthere.kernel.words import gettext_noop as _

COUNSELING_NOTES: Final = "sud_counseling_notes"
TPO_RECIPIENTS: Final = (
    "my treating providers, health plans, third-party payers, and people helping to operate this program"
)


class Kind(StrEnum):
    """One consent is of one kind, so that what the rule keeps apart cannot be signed together."""

    TPO = "tpo"  # treatment, payment and running the program: one consent for all later disclosures
    SPECIFIC = "specific"  # a named recipient
    COUNSELING_NOTES = "counseling_notes"  # SUD counseling notes, never with anything else
    LEGAL = "legal"  # civil, criminal, administrative or legislative proceedings, never with anything else


class Signature(StrEnum):
    PAPER = "paper"
    SCREEN = "screen"
    SPOKEN = "spoken"  # a wish that was heard, no signature yet: the paper follows


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Purpose(StrEnum):
    """What a disclosure is for, as far as the rule tells purposes apart."""

    TPO = "tpo"
    OTHER = "other"
    LEGAL = "legal"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A consent as recorded. ValueError when a revocation has a day but no moment, or the reverse.

    `recorded_at` and `revoked_at` are aware and give the order of a person's wishes; days are the
    organization's. `expires_on` is the last day it holds. `expires_when` names an event, `event_on` the day
    the event came. `no_expiry` is the person's "none". `told_how_to_revoke` and `redisclosure_statement`
    say that the form signed carries these texts. An intermediary passes records on to others (a health
    information exchange); `intermediary_for` names who they are, or the class of treating providers.
    """

    id: UUID
    kind: Kind
    person_name: str
    from_program_id: UUID | None
    segments: frozenset[str]
    purpose: str
    to_program_id: UUID | None = None
    to_whom: str = ""
    intermediary: bool = False
    intermediary_for: str = ""
    told_how_to_revoke: bool = False
    redisclosure_statement: bool = False
    expires_on: date | None = None
    expires_when: str = ""
    no_expiry: bool = False
    event_on: date | None = None
    signature: Signature | None = None
    signed_name: str = ""
    signed_on: date | None = None
    recorded_at: datetime
    revoked_at: datetime | None = None
    revoked_on: date | None = None

    def __post_init__(self) -> None:
        if (self.revoked_at is None) is not (self.revoked_on is None):
            raise ValueError("A revocation has both its moment and its day")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What someone wants to disclose, to whom: a program of this house, or anyone by name."""

    from_program_id: UUID
    segments: frozenset[str]
    purpose: Purpose
    to_program_id: UUID | None = None
    to_whom: str = ""


def _names_recipient(consent: Consent) -> bool:
    """A class of recipients will do for treatment, payment and operations; any other consent names one."""
    return consent.kind is Kind.TPO or consent.to_program_id is not None or bool(fold(consent.to_whom))


def _says_when_it_ends(consent: Consent) -> bool:
    """ "None" is an answer only where the rule offers it: for treatment, payment and operations."""
    if consent.no_expiry and consent.kind is Kind.TPO:
        return True
    return consent.expires_on is not None or bool(consent.expires_when.strip())


def _is_signed(consent: Consent) -> bool:
    return consent.signature in {Signature.PAPER, Signature.SCREEN} and bool(consent.signed_name.strip())


def _counseling_notes_apart(consent: Consent) -> bool:
    holds = COUNSELING_NOTES in consent.segments
    return holds is (consent.kind is Kind.COUNSELING_NOTES) and (not holds or len(consent.segments) == 1)


@dataclass(frozen=True)
class _Element:
    """A thing a consent must have. `present` looks; the reason is what its absence says."""

    code: str
    sentence: str
    paragraph: str
    present: Callable[[Consent], bool]


_READ: Final = frozenset({"2.31(a)(1)", "2.31(a)(2)", "2.31(a)(3)", "2.31(a)(4)"})

_ELEMENTS: Final = (
    _Element("name", _("Say whose consent this is."), "2.31(a)(1)", lambda c: bool(c.person_name.strip())),
    _Element(
        "discloser", _("Say which program may share."), "2.31(a)(2)", lambda c: c.from_program_id is not None
    ),
    _Element("what", _("Say what may be shared."), "2.31(a)(3)", lambda c: bool(c.segments)),
    _Element("recipient", _("Say to whom it may go."), "2.31(a)(4)", _names_recipient),
    _Element(
        "intermediary_participants",
        _("Name who is behind this exchange, or say that it is the person's treating providers."),
        "2.31(a)(4)",
        lambda c: not c.intermediary or bool(c.intermediary_for.strip()),
    ),
    _Element(
        "redisclosure_statement",
        _("The form must say that the recipient may share the record further as HIPAA permits."),
        "2.31(a)(4)",
        lambda c: c.kind is not Kind.TPO or c.redisclosure_statement,
    ),
    _Element("purpose", _("Say what it is for."), "2.31(a)", lambda c: bool(c.purpose.strip())),
    _Element(
        "right_to_revoke",
        _("The form must tell how to take the consent back."),
        "2.31(a)",
        lambda c: c.told_how_to_revoke,
    ),
    _Element("expiry", _("Say when it ends: a day or an event."), "2.31(a)", _says_when_it_ends),
    _Element("signature", _("It is not signed yet."), "2.31(a)", _is_signed),
    _Element("date", _("The day it was signed is missing."), "2.31(a)", lambda c: c.signed_on is not None),
    _Element(
        "counseling_notes_apart",
        _("Counseling notes need a consent of their own, with nothing else in it."),
        "2.31(b)",
        _counseling_notes_apart,
    ),
)


NO_CONSENT: Final = _("No consent lets this be shared. Ask the person.")
WITH_CONSENT: Final = _("Shared with the person's consent, for the purpose it names and no other.")
_REFUSALS: Final = {
    Status.REVOKED: ("revoked", _("The person took back the consent to share this.")),
    Status.EXPIRED: ("expired", _("The consent to share this has ended. Ask the person again.")),
    Status.DRAFT: ("not_complete", _("The consent to share this is not complete yet.")),
}


def missing_elements(consent: Consent) -> tuple[Reason, ...]:
    """Everything a consent still lacks before it can be used, in the order of the form."""
    return tuple(
        Reason(element.code, element.sentence, _source(element.paragraph))
        for element in _ELEMENTS
        if not element.present(consent)
    )


def status(consent: Consent, on: date) -> Status:
    """How a consent stands on a day. A revocation outweighs everything, and holds for the whole of its day.

    A day cannot tell what was shared an hour before the revocation from what was shared after; refusing
    for the whole day is the side to err on. Earlier disclosures stay in the accounting, which is not asked
    here.
    """
    if consent.revoked_on is not None and consent.revoked_on <= on:
        return Status.REVOKED
    if missing_elements(consent) or consent.signed_on is None or on < consent.signed_on:
        return Status.DRAFT
    past_its_day = consent.expires_on is not None and consent.expires_on < on
    past_its_event = consent.event_on is not None and consent.event_on <= on
    return Status.EXPIRED if past_its_day or past_its_event else Status.ACTIVE


def permitted_segments(consents: Iterable[Consent], request: Request, on: date) -> frozenset[str]:
    """The part of what is asked for that a person's consents permit on a day."""
    covering = [consent for consent in consents if _covers(consent, request)]
    return frozenset(segment for segment in request.segments if _grants(_about(covering, segment), on))


def permits(consents: Iterable[Consent], request: Request, on: date) -> Decision:
    """Whether all that is asked for may be disclosed. A refusal names each segment that may not, with why.

    A person's wishes count in the order they were recorded. A revocation ends the consent it names and
    every older one that would let the same thing through: whoever says stop should not be undone by a
    form they forgot. Only a grant signed and recorded after it opens the door again; paper signed before
    and typed in later does not. Consents are one person's.

    The purpose of a named recipient is free text and no machine can match it: it comes back in the
    reason, for whoever discloses to keep to.
    """
    if not request.segments:
        return refuse("nothing_asked", _("Say what should be shared."))
    known = tuple(consents)
    covering = [consent for consent in known if _covers(consent, request)]
    permitted = permitted_segments(known, request, on)
    refused = sorted(request.segments - permitted)
    if refused:
        return refuse_for(*(_refusal(_about(covering, segment), segment, on) for segment in refused))
    used = {one.id: one for segment in permitted for one in _grants(_about(covering, segment), on)}
    return allow(*(_ground(used[key]) for key in sorted(used)))


def _covers(consent: Consent, request: Request) -> bool:
    """Whether a consent speaks of this discloser, recipient and purpose, whatever its status."""
    if consent.from_program_id != request.from_program_id:
        return False
    if (consent.kind is Kind.LEGAL) is not (request.purpose is Purpose.LEGAL):
        return False
    if consent.kind is Kind.TPO:
        return request.purpose is Purpose.TPO
    if request.to_program_id is not None and consent.to_program_id == request.to_program_id:
        return True
    return bool(fold(request.to_whom)) and fold(consent.to_whom) == fold(request.to_whom)


def _about(covering: Iterable[Consent], segment: str) -> list[Consent]:
    """Those that speak of a segment. Counseling notes mixed in keep a consent a draft."""
    return [one for one in covering if segment in one.segments]


def _grants(about: list[Consent], on: date) -> list[Consent]:
    """The active consents that no later revocation of the same thing has undone."""
    stops = [one for one in about if status(one, on) is Status.REVOKED]
    active = [one for one in about if status(one, on) is Status.ACTIVE]
    return [one for one in active if all(_is_newer(one, stop) for stop in stops)]


def _is_newer(grant: Consent, stop: Consent) -> bool:
    """Signed no earlier than the day of the revocation, and recorded after its moment."""
    if grant.signed_on is None or stop.revoked_on is None or stop.revoked_at is None:
        return False
    recorded_after = grant.recorded_at.astimezone(UTC) > stop.revoked_at.astimezone(UTC)
    return recorded_after and grant.signed_on >= stop.revoked_on


def _refusal(about: list[Consent], segment: str, on: date) -> Reason:
    found = {status(one, on) for one in about}
    for standing, (code, sentence) in _REFUSALS.items():
        if standing in found:
            return Reason(code, sentence, _source("2.31"), segment)
    return Reason("no_consent", NO_CONSENT, _source("2.31"), segment)


def _ground(consent: Consent) -> Reason:
    return Reason("consent", WITH_CONSENT, _source("2.31"), consent.purpose)


def _source(paragraph: str) -> Source:
    """Paragraphs that were read in the regulation itself, and those known from commentaries only."""
    confidence = Confidence.PRIMARY if paragraph in _READ else Confidence.SECONDARY
    return Source(
        title="42 CFR Part 2, consent requirements (rule of 2024)",
        locator=f"42 CFR {paragraph}; govregs.com 42 CFR 2.31",
        retrieved=date(2026, 11, 22),
        confidence=confidence,
    )
