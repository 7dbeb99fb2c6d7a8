"""The words in which requirements are written. Reference: docs/look-up/certification-requirements.md.

Three values everywhere: a source says what is asked, says that nothing is asked, or does not say. What no
source says is a topic under `unknown`: never "no", never zero, and it can never make anyone eligible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from beenthere.kernel.decision import Confidence, Source
from beenthere.kernel.periods import Period


class Topic(StrEnum):
    """What every credential must speak of: by a requirement, under `none`, or under `unknown`."""

    TRAINING = "training"
    EXAM = "exam"
    WORK = "work"
    SUPERVISION = "supervision"
    RECOVERY = "recovery"
    AGE = "age"
    EDUCATION = "education"
    REFERENCES = "references"
    BACKGROUND_CHECK = "background_check"
    OTHER = "other"  # anything else the issuer asks for: residence, employment, essays, statements


class Work(StrEnum):
    """What hours were spent on. `CE` is continuing education; it counts for renewal only."""

    TRAINING = "training"
    WORK = "work"
    SUPERVISION = "supervision"
    CE = "ce"


class Mode(StrEnum):
    """How training was given. `LIVE` has a trainer present, in a room or by video."""

    LIVE = "live"
    ONLINE = "online"
    IN_SERVICE = "in_service"


class Schooling(StrEnum):
    """In rising order; `ENROLLED` is still in school or in a GED course."""

    NONE = "none"
    ENROLLED = "enrolled"
    HIGH_SCHOOL = "high_school"
    SOME_COLLEGE = "some_college"
    BACHELOR = "bachelor"


class Basis(StrEnum):
    """How well the first day of a version is sourced."""

    DAY = "day"  # the source names the day
    YEAR = "year"  # the source gives a year: held to be established from its last day
    READING = "reading"  # the source gives no date: established from the day it was collected


class Anchor(StrEnum):
    ANNIVERSARY = "anniversary"  # so many years after the last issue
    BIRTHDAY = "birthday"  # the birthday that falls on or after that
    FIXED_DAY = "fixed_day"  # the first such day of the year after the issue
    UNKNOWN = "unknown"


class Path(StrEnum):
    """How a credential held elsewhere helps."""

    NONE = "none"
    HOURS_COUNT = "hours_count"
    TRAINING_WAIVER = "training_waiver"
    CONDITIONAL_EXAM = "conditional_exam"
    BOARD_TO_BOARD = "board_to_board"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Hours:
    """At least so many hours. `within_months` counts back from the day asked about.

    `domains` and `modes` empty: all count. `at_most` caps what one domain or one mode may bring.
    `over_months`: from the first day to the last at least so long.
    """

    spent_on: Work
    hours: float
    domains: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = ()
    within_months: int | None = None
    over_months: int | None = None
    at_most: Mapping[str, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Exam:
    """One of the named examinations passed; `at_least_percent` when the source names a score."""

    exams: tuple[str, ...]
    at_least_percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Recovery:
    months: int


@dataclass(frozen=True, kw_only=True)
class Age:
    years: int


@dataclass(frozen=True, kw_only=True)
class Education:
    """At least this schooling; `field` when it must be in one."""

    level: Schooling
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class References:
    count: int


@dataclass(frozen=True, kw_only=True)
class BackgroundCheck:
    """A check has been passed. What it looks at, and what may be waived, stands in the requirement's note."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Something the person states or hands in, named by `statement`, told in `words`."""

    statement: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Holds:
    """One of these credentials is held and in force; empty means any credential of a state."""

    credentials: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """One of the ways is enough. A condition is written so too: this degree and 100 h, or 200 h."""

    ways: tuple["Rule", ...]


@dataclass(frozen=True, kw_only=True)
class AllOf:
    parts: tuple["Rule", ...]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Sources disagree. Who meets every reading meets it; who meets some of them has to ask."""

    readings: tuple["Rule", ...]


Leaf = Hours | Exam | Recovery | Age | Education | References | BackgroundCheck | Statement | Holds
Rule = Leaf | AnyOf | AllOf | Readings


@dataclass(frozen=True, kw_only=True)
class Requirement:
    key: str
    topic: Topic
    rule: Rule
    sources: tuple[Source, ...]
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Fee:
    """`usd` None: a fee whose amount the source does not give."""

    title: str
    usd: float | None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A first, provisional certificate, given before the topics in `before` are met."""

    title: str
    months: int | None
    before: tuple[Topic, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """`years` or `ce_hours` None: not known. `late_days`: how long after the end a late renewal is taken."""

    years: int | None
    anchor: Anchor
    month: int | None
    day: int | None
    odd_years: bool
    ce_hours: float | None
    minimums: Mapping[str, float]
    also: tuple[str, ...]
    late_days: int | None
    late_note: str
    keep_proof_years: int | None


@dataclass(frozen=True, kw_only=True)
class Reciprocity:
    """`accepts` empty: from any state. What the path asks for stands in `requirements`."""

    path: Path
    accepts: tuple[str, ...]
    waives: tuple[Topic, ...]
    requirements: tuple[Requirement, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """What holds for a time. `reviewer` is empty until a person has compared it with its text."""

    effective: Period[date]
    basis: Basis
    dated: str
    reviewer: str
    requirements: tuple[Requirement, ...]
    none: tuple[Topic, ...]
    unknown: tuple[Topic, ...]
    fees: tuple[Fee, ...]
    stages: tuple[Stage, ...]
    renewal: Renewal | None
    reciprocity: tuple[Reciprocity, ...]


@dataclass(frozen=True, kw_only=True)
class Credential:
    """`key` is place and credential: `OH/PRS`. `offered` False: there is no such certification yet."""

    key: str
    jurisdiction: str
    title: str
    acronym: str
    track: str
    issuer: str
    offered: bool
    medicaid_mental_health: str
    medicaid_substance_use: str
    notes: tuple[str, ...]
    conflicts: tuple[str, ...]
    sources: tuple[Source, ...]
    versions: tuple[Version, ...]

    def version_on(self, on: date) -> Version | None:
        """None means not established for that day."""
        return next((one for one in self.versions if one.effective.contains(on)), None)
