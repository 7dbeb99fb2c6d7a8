"""What an estimator says of itself: the columns, options and models a design may give it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beenthere.evidence.estimate.design import Design
    from beenthere.evidence.estimate.result import Answer
    from beenthere.evidence.estimate.sample import Sample

MODELS = ("model", "treatment_model", "outcome_model")


@dataclass(frozen=True, kw_only=True)
class Option:
    """One key of `[options]`. `accepts` says in words what `fits` tests."""

    default: Any
    accepts: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One estimator.

    required, optional: roles of `[columns]` (see `roles.py`).
    either: groups of roles of which one whole group must be named.
    estimands: what it can aim at; the first is the default.
    measures: what may stand in `estimate`; the first is the default. The others are in `terms` all the same.
    models: tables of covariates it reads.
    calculate: the numbers. The bootstrap calls it again on resampled people.
    diagnose: what speaks for or against the numbers; called once.
    people: one row is one person, so a repeated `id` is refused.
    causal: whether its contrast can be worded as an effect when the timing allows it.
    aligns_itself: its method starts everybody at time zero, so exposures fixed later are no trouble.
    needs_bootstrap: it has no other interval, so the bootstrap runs unasked.
    """

    key: str
    title: str
    estimands: tuple[str, ...]
    calculate: Callable[["Sample", "Design"], "Answer"]
    diagnose: Callable[["Sample", "Design", "Answer"], dict[str, Any]]
    measures: tuple[str, ...] = ("difference",)
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    models: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    people: bool = True
    causal: bool = True
    aligns_itself: bool = False
    needs_bootstrap: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role it knows."""
        groups = [role for group in self.either for role in group]
        return tuple(dict.fromkeys((*self.required, *groups, *self.optional)))


def one_of(default: str, *others: str) -> Option:
    allowed = (default, *others)
    return Option(
        default=default, accepts=" or ".join(f'"{word}"' for word in allowed), fits=lambda v: v in allowed
    )


def number(
    default: float | None,
    *,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
) -> Option:
    limits = [f"above {above:g}"] if above is not None else []
    limits += [f"from {least:g}"] if least is not None else []
    limits += [f"below {below:g}"] if below is not None else []
    return Option(
        default=default,
        accepts=" ".join(["a number", " and ".join(limits)]).strip(),
        fits=lambda v: (
            is_number(v)
            and (above is None or v > above)
            and (least is None or v >= least)
            and (below is None or v < below)
        ),
    )


def whole(default: int, *, least: int) -> Option:
    return Option(
        default=default,
        accepts=f"a whole number from {least}",
        fits=lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= least,
    )


def switch(default: bool) -> Option:
    return Option(default=default, accepts="true or false", fits=lambda v: isinstance(v, bool))


def numbers(default: tuple[float, ...] = ()) -> Option:
    return Option(
        default=default,
        accepts="a list of numbers, none below 0",
        fits=lambda v: isinstance(v, list) and bool(v) and all(is_number(one) and one >= 0 for one in v),
    )


def words(default: tuple[str, ...] = ()) -> Option:
    return Option(
        default=default,
        accepts="a list of column names",
        fits=lambda v: isinstance(v, list) and all(isinstance(one, str) for one in v),
    )


def is_number(value: Any) -> bool:
    """TOML knows inf and nan, which are no limit to anything."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
