"""What an estimator answers, and the stable shape of result.json."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scipy import special

from beenthere.evidence.errors import Unfit

RELEASE = "analyst's file, not for release"


@dataclass(frozen=True, kw_only=True)
class Value:
    """One number with its uncertainty. `null`: the value that means no difference, tested by `p_value`.

    ratio values carry the standard error of their logarithm, as is usual.
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    p_value: float | None = None
    scale: str = ""
    null: float | None = 0.0

    def as_dict(self) -> dict[str, Any]:
        shown = {
            "estimate": self.estimate,
            "std_error": self.std_error,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "p_value": self.p_value,
            "scale": self.scale,
        }
        return {key: plain(value) for key, value in shown.items()}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """headline: the key of `values` that goes to the top of the result. n: people, units or studies.

    influence: per row of the sample, the share of each row in the headline; None where it has no such form.
    """

    headline: str
    values: Mapping[str, Value]
    n: int
    estimand_words: str
    method: str
    working: Mapping[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> Value:
        return self.values[self.headline]


def normal(
    estimate: float,
    std_error: float,
    *,
    level: float,
    scale: str,
    null: float | None = 0.0,
    df: float | None = None,
) -> Value:
    """The symmetric interval; from Student's t when degrees of freedom are given."""
    # The special functions themselves: a bootstrap comes here a hundred thousand times.
    tail = 0.5 + level / 2
    half = float(special.ndtri(tail) if df is None else special.stdtrit(df, tail)) * std_error
    p = None
    if null is not None and std_error > 0:
        away = -abs(estimate - null) / std_error
        p = float(2 * (special.ndtr(away) if df is None else special.stdtr(df, away)))
    return Value(
        estimate=float(estimate),
        std_error=float(std_error),
        ci_low=float(estimate - half),
        ci_high=float(estimate + half),
        p_value=p,
        scale=scale,
        null=null,
    )


def ratio(
    log_estimate: float, log_error: float, *, level: float, scale: str, df: float | None = None
) -> Value:
    """A ratio from its logarithm; the standard error stays that of the logarithm."""
    log = normal(log_estimate, log_error, level=level, scale=scale, df=df)
    return Value(
        estimate=_exp(log.estimate),
        std_error=log.std_error,
        ci_low=_exp(log.ci_low),
        ci_high=_exp(log.ci_high),
        p_value=log.p_value,
        scale=scale,
        null=1.0,
    )


def _exp(number: float) -> float:
    """Infinite rather than an error: a term without a finite interval is shown as a gap."""
    return math.exp(number) if number < 700 else math.inf


def finite(answer: Answer) -> Answer:
    """Raises Unfit unless the headline is a number with an interval: half an answer is none."""
    value = answer.value
    numbers = (value.estimate, value.std_error, value.ci_low, value.ci_high)
    nothing = 1e-12 * max(1.0, abs(value.estimate))
    if not all(math.isfinite(number) for number in numbers) or value.std_error <= nothing:
        raise Unfit(
            f"the data do not fix {answer.estimand_words}: the estimate or its standard error is not a "
            "finite number above zero. Look for an outcome that never varies, an arm without events, or too "
            "few clusters."
        )
    return answer


@dataclass(frozen=True, kw_only=True)
class Result:
    """What is written. Keys are only ever added."""

    estimator: str
    estimand: str
    estimand_words: str
    measure: str
    value: Value
    level: float
    n: int
    terms: Mapping[str, Value]
    diagnostics: Mapping[str, Any]
    warnings: tuple[str, ...]
    timing: str
    wording: str
    reading: str
    method: str
    versions: Mapping[str, str]
    data_sha256: str
    design_sha256: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "estimator": self.estimator,
            "estimand": self.estimand,
            "estimand_words": self.estimand_words,
            "measure": self.measure,
            **self.value.as_dict(),
            "level": self.level,
            "n": self.n,
            "terms": {name: value.as_dict() for name, value in self.terms.items()},
            "diagnostics": plain(self.diagnostics),
            "warnings": list(self.warnings),
            "timing": self.timing,
            "wording": self.wording,
            "reading": self.reading,
            "method": self.method,
            "versions": dict(self.versions),
            "data_sha256": self.data_sha256,
            "design_sha256": self.design_sha256,
            "release": RELEASE,
        }

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False, allow_nan=False)

    def as_text(self) -> str:
        lines = [
            self.reading,
            f"What is estimated: {self.estimand_words}.",
            f"Method: {self.method}; n = {self.n}; timing: {self.timing}.",
        ]
        return "\n".join([*lines, *(f"Warning: {warning}" for warning in self.warnings)])


def plain(value: Any) -> Any:
    """As JSON can hold it: numbers that are not finite become null, arrays lists, keys text."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
