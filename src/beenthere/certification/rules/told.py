"""What a version says beside its requirements: fees, help, times, records. It decides nothing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from beenthere.kernel.decision import Source


@dataclass(frozen=True, kw_only=True)
class Cited(Source):
    """A source with the day it was taken into the collection.

    `retrieved` is the day on which the page or text itself was read for this collection; None: it was taken
    over from an earlier collection and not read again.
    """

    collected: date


class Clock(StrEnum):
    """What a time runs for."""

    APPLY_BEFORE_TRAINING = "apply_before_training"
    TRAIN_AFTER_HIRE = "train_after_hire"
    WORK_UNCERTIFIED = "work_uncertified"
    APPLICATION_OPEN = "application_open"
    TRAINING_REVIEW = "training_review"
    DECISION = "decision"
    WAIVER_DECISION = "waiver_decision"
    RENEWAL_NOTICE = "renewal_notice"
    RENEWAL_FILING = "renewal_filing"
    REGISTER_UPDATE = "register_update"
    COMPLAINT_FILING = "complaint_filing"
    COMPLAINT_RECEIPT = "complaint_receipt"
    COMPLAINT_DECISION = "complaint_decision"
    COMPLAINT_EXTENSION = "complaint_extension"
    EMPLOYER_REPORT = "employer_report"
    REVOCATION_REPLY = "revocation_reply"
    REVOCATION_DECISION = "revocation_decision"
    REVOCATION_APPEAL = "revocation_appeal"


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    YEARS = "years"
    RENEWALS = "renewals"


class Kept(StrEnum):
    """What an issuer has to keep about a person."""

    APPLICATION = "application"
    BACKGROUND_CHECK = "background_check"
    RENEWAL = "renewal"
    COMPLAINT = "complaint"
    STATUS_CHANGE = "status_change"
    FEE = "fee"


class Paper(StrEnum):
    """What a certificate is of."""

    TRAINING = "training"
    CE = "ce"
    CREDENTIAL = "credential"


class Shown(StrEnum):
    """What a certificate has to show."""

    HOLDER = "holder"
    TITLE = "title"
    PROGRAM = "program"
    ADDRESS = "address"
    SPONSOR = "sponsor"
    INSTRUCTOR = "instructor"
    OBJECTIVES = "objectives"
    CATEGORY = "category"
    HOURS = "hours"
    DATES = "dates"
    SIGNATURE = "signature"
    APPROVAL_MARK = "approval_mark"
    NUMBER = "number"
    ENDORSEMENT = "endorsement"
    EXPIRY = "expiry"
    ISSUER = "issuer"


@dataclass(frozen=True, kw_only=True)
class Fee:
    """`usd` None: a fee whose amount the source does not give. `up_to`: the source gives a range."""

    words: str
    usd: float | None
    up_to: float | None
    sources: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True)
class Scholarship:
    """What somebody else pays for the person, or what is waived, told in `words`."""

    words: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True)
class Time:
    """So many `unit` for what `about` names."""

    about: Clock
    count: int
    unit: Unit
    sources: tuple[Cited, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long the issuer has to keep `record`; in renewals: so many of the last."""

    record: Kept
    count: int
    unit: Unit
    sources: tuple[Cited, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What a certificate of something has to show, or a person's proof of it."""

    paper: Paper
    shows: tuple[Shown, ...]
    sources: tuple[Cited, ...]
    note: str = ""
