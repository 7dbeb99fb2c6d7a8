"""The columns read from a claims folder: names as in the input layer of the Tuva Project, 2026-05. Others
are ignored.

Source: github.com/tuva-health/tuva at 6be34c7, `models/input_layer`. `events` is a table of our own.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "whole", "amount", "date"]

DIAGNOSES = tuple(f"diagnosis_code_{place}" for place in range(1, 26))
MODIFIERS = tuple(f"hcpcs_modifier_{place}" for place in range(1, 6))
CLAIM_TYPES = ("institutional", "professional", "dental", "vision", "undetermined")


@dataclass(frozen=True, kw_only=True)
class Column:
    """`required`: the column must be there, and no row may leave it empty.."""

    name: str
    kind: Kind
    required: bool = False
    allowed: tuple[str, ...] = ()
    not_before: str | None = None
    #: Codes shorter than this have lost leading zeros on their way through a spreadsheet.
    width: int = 0


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One table of the folder."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _codes(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, kind="code") for name in names)


MEDICAL_CLAIM = Layout(
    name="medical_claim",
    required=True,
    columns=(
        Column(name="person_id", kind="text", required=True),
        Column(name="claim_id", kind="text", required=True),
        Column(name="claim_line_number", kind="whole", required=True),
        Column(name="claim_type", kind="text", required=True, allowed=CLAIM_TYPES),
        Column(name="claim_start_date", kind="date", required=True),
        Column(name="claim_end_date", kind="date", not_before="claim_start_date"),
        Column(name="claim_line_start_date", kind="date"),
        Column(name="claim_line_end_date", kind="date", not_before="claim_line_start_date"),
        Column(name="admission_date", kind="date"),
        Column(name="discharge_date", kind="date", not_before="admission_date"),
        Column(name="admit_type_code", kind="code"),
        Column(name="discharge_disposition_code", kind="code", width=2),
        Column(name="place_of_service_code", kind="code", width=2),
        Column(name="bill_type_code", kind="code"),
        Column(name="revenue_center_code", kind="code", width=4),
        Column(name="service_unit_quantity", kind="amount"),
        *_codes("hcpcs_code", *MODIFIERS, "rendering_npi", "facility_npi"),
        Column(name="paid_date", kind="date"),
        Column(name="paid_amount", kind="amount"),
        Column(name="diagnosis_code_type", kind="text"),
        *_codes(*DIAGNOSES),
    ),
)

ELIGIBILITY = Layout(
    name="eligibility",
    required=True,
    columns=(
        Column(name="person_id", kind="text", required=True),
        Column(name="birth_date", kind="date", required=True),
        Column(name="death_date", kind="date", not_before="birth_date"),
        Column(name="gender", kind="text"),
        Column(name="race", kind="text"),
        Column(name="enrollment_start_date", kind="date", required=True),
        Column(name="enrollment_end_date", kind="date", not_before="enrollment_start_date"),
    ),
)

PHARMACY_CLAIM = Layout(
    name="pharmacy_claim",
    columns=(
        Column(name="person_id", kind="text", required=True),
        Column(name="claim_id", kind="text", required=True),
        Column(name="claim_line_number", kind="whole", required=True),
        Column(name="dispensing_date", kind="date", required=True),
        Column(name="ndc_code", kind="code", width=11),
        Column(name="days_supply", kind="whole"),
        Column(name="paid_date", kind="date"),
        Column(name="paid_amount", kind="amount"),
    ),
)

EVENTS = Layout(
    name="events",
    columns=(
        Column(name="person_id", kind="text", required=True),
        Column(name="event_date", kind="date", required=True),
        Column(name="event", kind="text", required=True),
    ),
)

LAYOUTS = (MEDICAL_CLAIM, ELIGIBILITY, PHARMACY_CLAIM, EVENTS)
