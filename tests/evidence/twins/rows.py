"""Rows of a claims folder in plain Python, for the twins. Fields carry the names of the columns."""

from dataclasses import asdict, dataclass
from datetime import date
from types import UnionType
from typing import Any, get_args, get_type_hints


@dataclass(frozen=True, kw_only=True)
class Line:
    person_id: str
    claim_id: str
    claim_line_number: int = 1
    claim_type: str = "professional"
    claim_start_date: date
    claim_end_date: date | None = None
    claim_line_start_date: date | None = None
    claim_line_end_date: date | None = None
    admission_date: date | None = None
    discharge_date: date | None = None
    admit_type_code: str | None = None
    discharge_disposition_code: str | None = None
    place_of_service_code: str | None = None
    bill_type_code: str | None = None
    revenue_center_code: str | None = None
    service_unit_quantity: float | None = None
    hcpcs_code: str | None = None
    rendering_npi: str | None = None
    facility_npi: str | None = None
    paid_date: date | None = None
    paid_amount: float | None = None
    diagnosis_code_1: str | None = None
    diagnosis_code_2: str | None = None

    @property
    def day(self) -> date:
        return self.claim_line_start_date or self.claim_start_date

    @property
    def diagnoses(self) -> tuple[str | None, ...]:
        return (self.diagnosis_code_1, self.diagnosis_code_2)


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    person_id: str
    birth_date: date | None
    death_date: date | None = None
    gender: str | None = None
    race: str | None = None
    enrollment_start_date: date
    enrollment_end_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Dispensed:
    person_id: str
    claim_id: str
    claim_line_number: int = 1
    dispensing_date: date
    ndc_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    person_id: str
    event_date: date
    event: str


@dataclass(frozen=True, kw_only=True, repr=False)
class World:
    lines: tuple[Line, ...] = ()
    eligibility: tuple[Enrolled, ...] = ()
    pharmacy: tuple[Dispensed, ...] = ()
    events: tuple[Event, ...] = ()

    def __repr__(self) -> str:
        return f"a world of {len(self.lines)} lines"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Hypothesis prints what it drew; the failing person is in the message already."""
        printer.text(repr(self))

    def of(self, person: str) -> str:
        """All that is known of one person, to be read when a comparison fails."""
        tables = (self.lines, self.eligibility, self.pharmacy, self.events)
        return "\n".join(str(row) for rows in tables for row in rows if row.person_id == person)


KINDS = {"lines": Line, "eligibility": Enrolled, "pharmacy": Dispensed, "events": Event}
_TYPES = {"str": "string", "int": "int64", "float": "float64", "date": "date"}


def schema(kind: type) -> dict[str, str]:
    return {name: _TYPES[_first(told)] for name, told in get_type_hints(kind).items()}


def _first(told: type | UnionType) -> str:
    """The type of a field, with or without `| None`."""
    return (get_args(told) or (told,))[0].__name__


def as_rows(things: tuple[object, ...]) -> list[dict[str, object]]:
    return [asdict(thing) for thing in things]  # type: ignore[call-overload]
