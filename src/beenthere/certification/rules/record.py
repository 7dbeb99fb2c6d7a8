"""What a person has done, as far as they have said so. None and absence mean "not said", never "no"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from beenthere.certification.rules.vocabulary import Mode, Schooling, Work

# Held, of some state that was not named.
ANY_STATE: Final = "another state"
# Studied, in none of the fields that were asked about.
ANOTHER_FIELD: Final = "another field"


@dataclass(frozen=True, kw_only=True)
class HourEntry:
    """Hours from `first` to `last`, both days included, spread evenly over them.

    `approved` False: the issuer has not approved them, so they do not count. One entry has one domain and
    one mode; a course over several domains is several entries. `domain` "": on none in particular. `maybe`
    names the domains and modes that they may be, where that was not said. `dated` False: the days were not
    said, and those here are only a place to put the hours.
    """

    id: str
    spent_on: Work
    hours: Fraction
    first: date
    last: date
    domain: str = ""
    mode: Mode | None = None
    approved: bool = True
    maybe: frozenset[str] = frozenset()
    dated: bool = True


@dataclass(frozen=True, kw_only=True)
class ExamEntry:
    exam: str
    passed_on: date
    percent: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Studies:
    """`field` "": not said."""

    level: Schooling
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A credential somebody has issued. `expires` is its last day; None: not said."""

    credential: str
    issued: date
    expires: date | None


@dataclass(frozen=True, kw_only=True)
class Record:
    hours: tuple[HourEntry, ...] = ()
    exams: tuple[ExamEntry, ...] = ()
    education: tuple[Studies, ...] = ()
    credentials: tuple[Held, ...] = ()
    statements: Mapping[str, bool] = field(default_factory=dict)
    birth_date: date | None = None
    recovery_since: date | None = None
    references: int | None = None
    background_check_passed: bool | None = None
