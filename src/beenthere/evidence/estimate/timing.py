"""Time zero and when the exposure was fixed. An exposure fixed later credits it with the time survived
until then.

Source: Hernán et al. 2016, 10.1016/j.jclinepi.2016.04.014 (immortal time as eligibility, assignment and
time zero that do not coincide). There is no switch that turns the refusal off.
"""

from typing import cast

import pandas as pd

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.sample import as_numbers
from beenthere.evidence.estimate.spec import Spec

NOT_CHECKED, DECLARED, CHECKED = "not checked", "declared", "checked row by row"
ALIGNED = "aligned by the method"
WAYS_OUT = (
    'Ways out: estimator = "clone_censor_weight" with a grace period, which follows everybody from time '
    "zero; or a landmark: choose a day, keep those still event-free on it, call exposed who was exposed by "
    "then, and follow from that day (option `landmark` of the survival estimators)."
)
IMMORTAL = (
    "To be exposed later a person must first have come that far without the outcome, and early outcomes all "
    "count as unexposed. That alone makes the exposure look good (immortal time), so no number is given."
)


def judge(frame: pd.DataFrame, design: Design, spec: Spec) -> str:
    """How far the timing is known. Raises Unfit for an exposure that was fixed after time zero."""
    if spec.aligns_itself or design.options.get("landmark"):
        return ALIGNED
    timing = design.timing
    if timing.exposure_fixed == "after":
        raise Unfit(f"the exposure was fixed after time zero. {IMMORTAL} {WAYS_OUT}", where="[timing]")
    if timing.time_zero_column:
        _row_by_row(frame, design)
        return CHECKED
    return DECLARED if timing.time_zero and timing.exposure_fixed else NOT_CHECKED


def _row_by_row(frame: pd.DataFrame, design: Design) -> None:
    zero = moments(frame[design.timing.time_zero_column], design.timing.time_zero_column)
    fixed = moments(frame[design.timing.exposure_fixed_column], design.timing.exposure_fixed_column)
    if pd.api.types.is_numeric_dtype(zero) != pd.api.types.is_numeric_dtype(fixed):
        raise Unfit(
            f"{design.timing.time_zero_column} and {design.timing.exposure_fixed_column} are not both dates "
            "or both numbers.",
            where="[timing]",
        )
    late = int((fixed > zero).sum())
    if late:
        raise Unfit(
            f"in {late} of {len(frame)} rows {design.timing.exposure_fixed_column} is later than "
            f"{design.timing.time_zero_column}: the exposure was fixed after time zero. {IMMORTAL} "
            f"{WAYS_OUT}",
            where="[timing]",
        )


def moments(series: pd.Series, name: str) -> pd.Series:
    """Days or dates as one comparable type."""
    numbers = as_numbers(series) if not pd.api.types.is_datetime64_any_dtype(series) else None
    if numbers is not None:
        return numbers
    try:
        return cast(pd.Series, pd.to_datetime(series, format="ISO8601", utc=True))
    except (ValueError, TypeError) as fault:
        raise Unfit(
            f"{name} holds neither numbers nor dates such as 2026-11-22.", where="[timing]"
        ) from fault
