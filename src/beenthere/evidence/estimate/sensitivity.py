"""What could still explain a result away: the E-value, and outcomes or exposures that should show nothing."""

import math
from typing import Any

from beenthere.evidence.estimate.result import Value
from beenthere.evidence.estimate.sample import Array


def e_value(risk_ratio: float) -> float:
    """How strongly an unmeasured cause would have to be tied to both exposure and outcome, as a risk
    ratio, to explain the ratio away. Source: VanderWeele & Ding 2017, 10.7326/M16-2607: RR + sqrt(RR (RR -
    1))."""
    above = max(risk_ratio, 1 / risk_ratio)
    return above + math.sqrt(above * (above - 1))


def e_values(estimate: float, low: float, high: float) -> dict[str, float]:
    """For a risk ratio and for the limit of its interval nearest to 1; 1 when the interval holds 1."""
    limit = 1.0 if low <= 1 <= high else e_value(low if estimate > 1 else high)
    return {"estimate": e_value(estimate), "interval": limit}


def e_value_report(value: Value, outcome: Array | None, share: float | None) -> dict[str, Any] | None:
    """By scale; None for scales it is not defined for.

    Odds and hazard ratios of common outcomes (over 15 %) are first brought to risk ratios by the square
    root and by (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)); a difference in means d standard deviations wide
    by exp(0.91 d).
    """
    common = share is not None and share > 0.15
    limits = (value.estimate, value.ci_low, value.ci_high)
    if value.scale in ("risk ratio", "rate ratio", "mean ratio"):
        return {"approximation": "none", **e_values(*limits)}
    if value.scale == "odds ratio":
        turn = math.sqrt if common else float
        return {"approximation": "square root" if common else "rare outcome", **e_values(*map(turn, limits))}
    if value.scale in ("log hazard ratio", "log subdistribution hazard ratio"):
        ratios = [math.exp(limit) for limit in limits]
        turned = [_from_hazard(one) for one in ratios] if common else ratios
        return {"approximation": "common outcome" if common else "rare outcome", **e_values(*turned)}
    if value.scale in ("log rate ratio", "log mean ratio"):
        return {"approximation": "none", **e_values(*(math.exp(limit) for limit in limits))}
    if (
        value.scale in ("mean difference", "difference in means")
        and outcome is not None
        and outcome.std() > 0
    ):
        spread = float(outcome.std(ddof=1))
        return {
            "approximation": "standardised difference",
            **e_values(*(math.exp(0.91 * x / spread) for x in limits)),
        }
    return None


def _from_hazard(ratio: float) -> float:
    return float((1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio)))
