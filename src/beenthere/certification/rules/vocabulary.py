"""The words in which requirements are written. Reference: docs/look-up/certification-requirements.md.

Three values everywhere: a source says what is asked, says that nothing is asked, or does not say. What no
source says is a topic under `unknown`: never "no", never zero, and it can never make anyone eligible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from beenthere.certification.rules.told import Certificate, Cited, Fee, Retention, Scholarship, Time
from beenthere.kernel.decision import Confidence
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
    MONTH = "month"  # the source gives a month: held to be established from its last day
    YEAR = "year"  # the source gives a year: held to be established from its last day
    ENDED = "ended"  # the source names the end and no beginning: established for the last day before it
    READING = "reading"  # the source gives no date: established from the day it was collected


class Anchor(StrEnum):
    ANNIVERSARY = "anniversary"  # so many years after the last issue
    BIRTHDAY = "birthday"  # the birthday that falls on or after that
    FIXED_DAY = "fixed_day"  # the first such day of the year after the issue
    MONTH = "month"  # in a month of the year that the source does not name
    UNKNOWN = "unknown"


class Medicaid(StrEnum):
    """Whether Medicaid pays for the services of those who hold the credential."""

    YES = "yes"
    NO = "no"
    IN_PROCESS = "in_process"
    UNKNOWN = "unknown"


class Sitting(StrEnum):
    """Within what the attempts at an exam are counted."""

    APPLICATION = "application"
    TERM = "term"


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
    """One of the named examinations passed; `at_least_percent` when the source names a score.

    `attempts` within one `attempts_in`, and the days to wait for the next, are told and decide nothing: a
    record does not hold attempts that failed.
    """

    exams: tuple[str, ...]
    at_least_percent: int | None = None
    attempts: int | None = None
    attempts_in: Sitting | None = None
    again_after_days: int | None = None


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

    @property
    def named(self) -> str:
        """ "high school", "bachelor, human services"."""
        level = self.level.value.replace("_", " ")
        return f"{level}, {self.field}" if self.field else level


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

    @property
    def named(self) -> str:
        return ", ".join(self.credentials) or "of any state"


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
    sources: tuple[Cited, ...]
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A first, provisional certificate, given before the topics in `before` are met.

    `before` empty: the source names the stage and not what may come later.
    """

    title: str
    months: int | None
    before: tuple[Topic, ...]
    sources: tuple[Cited, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Also:
    """Something more that a renewal asks for, in `words`; whether it is met stays unknown."""

    words: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """`years` or `ce_hours` None: not known. `late_days`: how long after the end a late renewal is taken.
    `hours_per_ceu`: how many hours one unit on a certificate counts for, where the source converts.

    `minimums_sources` speak of `minimums`, `sources` of all else.
    """

    years: int | None
    anchor: Anchor
    month: int | None
    day: int | None
    odd_years: bool
    ce_hours: float | None
    minimums: Mapping[str, float]
    also: tuple[Also, ...]
    late_days: int | None
    late_note: str
    keep_proof_years: int | None
    hours_per_ceu: float | None
    sources: tuple[Cited, ...]
    minimums_sources: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True)
class Reciprocity:
    """`accepts` empty: from any state. What the path asks for stands in `requirements`."""

    path: Path
    accepts: tuple[str, ...]
    waives: tuple[Topic, ...]
    requirements: tuple[Requirement, ...]
    note: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True)
class Version:
    """What holds for a time. `reviewer` is empty until a person has compared it with its text.

    `none`: the topics of which a source says that nothing is asked for, with these sources.
    """

    effective: Period[date]
    basis: Basis
    dated: str
    reviewer: str
    requirements: tuple[Requirement, ...]
    none: Mapping[Topic, tuple[Cited, ...]]
    unknown: tuple[Topic, ...]
    fees: tuple[Fee, ...]
    scholarships: tuple[Scholarship, ...]
    times: tuple[Time, ...]
    keeps: tuple[Retention, ...]
    certificates: tuple[Certificate, ...]
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
    medicaid_mental_health: Medicaid
    medicaid_substance_use: Medicaid
    medicaid_note: str
    medicaid_sources: tuple[Cited, ...]
    notes: tuple[str, ...]
    conflicts: tuple[str, ...]
    sources: tuple[Cited, ...]
    versions: tuple[Version, ...]

    def version_on(self, on: date) -> Version | None:
        """None means not established for that day."""
        return next((one for one in self.versions if one.effective.contains(on)), None)
