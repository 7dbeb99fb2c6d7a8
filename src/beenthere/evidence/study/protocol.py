"""The protocol in the words of target-trial emulation. `reading.py` makes it from STUDY.toml.

Source: Hernán & Robins 2016, 10.1093/aje/kwv254 (emulating a target trial with big observational data).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Fixed = Literal["before", "within", "ever"]
Against = Literal["none within grace", "never", "later"]
DISCHARGES = ("psychiatric discharge", "acute discharge")
INDEXES = (*DISCHARGES, "emergency visit")
#: A named kind, and whether it is a first time, a count, or an amount.
KINDS = {
    "psychiatric readmission": "time",
    "readmission": "time",
    "emergency visit": "time",
    "follow-up visit": "time",
    "diagnosis": "time",
    "event": "time",
    "emergency visits": "count",
    "hospital days": "count",
    "cost": "amount",
}
FACTS = ("age", "gender", "race", "prior_stays", "prior_emergency_visits", "prior_cost", "index_days")
ESTIMATORS = {
    "time": ("clone_censor_weight", "landmark", "weighted_survival", "aalen_johansen", "cox"),
    "count": ("landmark", "ipw", "aipw", "standardisation", "matching", "negative_binomial"),
    "amount": ("landmark", "ipw", "aipw", "standardisation", "matching", "gamma"),
}
ESTIMANDS = {
    "ATE": "the average effect in everybody eligible, from time zero on (ATE)",
    "ATT": "the average effect in those who had the exposure, from time zero on (ATT)",
    "ATO": "the average effect in people who could well have been in either group (ATO)",
}
#: These start everybody at time zero (or start again at a landmark), so a later exposure is no trouble.
ALIGNED = ("clone_censor_weight", "landmark")


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """Who enters: the first `index` between two days, by people of these ages, enrolled for so many days
    before, without the exposure in the `washout` days before (0: people already exposed enter too)."""

    index: str
    first: date
    last: date
    ages: tuple[int, int] = (18, 120)
    enrolled_before: int = 365
    washout: int = 180

    @property
    def at_discharge(self) -> bool:
        """Whether time zero is the day a stay ended."""
        return self.index in DISCHARGES


@dataclass(frozen=True, kw_only=True)
class Strategies:
    """exposure: a group of codes, or "event:NAME" of the events table. fixed: "before" is known at time zero
    (seen in the `days` up to it), "within" begins in the first `days` after it, "ever" is refused.
    days_against: for against = "later"."""

    exposure: str
    fixed: Fixed
    days: int = 14
    against: Against = "none within grace"
    days_against: int | None = None
    first: str = ""
    second: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """better: the direction people want. margin: the smallest difference that matters. from_day: earlier ones
    do not count. codes: beginnings of diagnosis codes for kind "diagnosis". event: name for kind "event".
    planned_too: planned readmissions count like the others."""

    key: str
    kind: str
    words: str
    better: Literal["lower", "higher"] = "lower"
    margin: float | None = None
    from_day: int = 1
    codes: tuple[str, ...] = ()
    event: str = ""
    planned_too: bool = False
    negative_control: bool = False

    @property
    def shape(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """days: at which risks are told; the last is the horizon. month_0: whether the first 30 days count in
    totals; "both" tells both. data_to: the last day the claims are complete; empty: the last day in them."""

    days: tuple[int, ...] = (30, 90, 180)
    month_0: Literal["in", "out", "both"] = "both"
    data_to: date | None = None

    @property
    def horizon(self) -> int:
        return max(self.days)


@dataclass(frozen=True, kw_only=True)
class Covariates:
    """What the strategies are made alike in, from the `look_back` days up to and including time zero.

    facts: see FACTS. groups: any code of a group of the code lists. diagnoses: name to beginnings of codes.
    """

    look_back: int = 365
    facts: tuple[str, ...] = ("age", "gender", "prior_stays")
    groups: tuple[str, ...] = ()
    diagnoses: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.facts, *self.groups, *(name for name, _codes in self.diagnoses))

    @property
    def factors(self) -> tuple[str, ...]:
        return tuple(name for name in self.facts if name in ("gender", "race"))


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """close: the end of the grace period in which starters stand for those who have not started.
    landmark: its day; empty: the end of the grace period."""

    estimators: tuple[str, ...] = ("clone_censor_weight",)
    estimand: str = "ATE"
    level: float = 0.95
    replicates: int = 200
    seed: int = 1
    close: int | None = None
    landmark: int | None = None
    subgroups: tuple[str, ...] = ()
    negative_exposures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A checked protocol. sha256: of the file it was read from."""

    title: str
    question: str
    eligibility: Eligibility
    strategies: Strategies
    outcomes: tuple[Outcome, ...]
    follow_up: FollowUp
    covariates: Covariates
    analysis: Analysis
    sha256: str = ""

    @property
    def landmark(self) -> int:
        return self.analysis.landmark or self.strategies.days

    @property
    def names(self) -> tuple[str, str]:
        """The two strategies in words."""
        one = self.strategies
        what = plain(one.exposure)
        if one.fixed == "before":
            made = (f"{what} by time zero", f"no {what} by time zero")
        else:
            second = {
                "none within grace": f"no {what} within {one.days} days",
                "never": f"no {what} at all",
                "later": f"{what} within {one.days_against} days",
            }[one.against]
            made = (f"{what} within {one.days} days", second)
        return (one.first or made[0], one.second or made[1])


def table(protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """The target-trial table that every report prints."""
    who, follow, plan = protocol.eligibility, protocol.follow_up, protocol.analysis
    exposure = plain(protocol.strategies.exposure)
    wash = f"no {exposure} in the {who.washout} days before" if who.washout else "no washout"
    return (
        ("Question", protocol.question or protocol.title),
        (
            "Eligibility",
            f"first {who.index} from {who.first} to {who.last}; aged {who.ages[0]} to {who.ages[1]}; "
            f"enrolled without a gap for {who.enrolled_before} days before; {wash}",
        ),
        ("Strategies", f"“{protocol.names[0]}” against “{protocol.names[1]}”"),
        ("Assignment", _assignment(protocol)),
        ("Time zero", f"the day of the {who.index}"),
        (
            "Follow-up",
            f"from time zero to day {follow.horizon}, death, the end of enrollment or the end of the data; "
            f"risks at {', '.join(map(str, follow.days))} days; month 0 in totals: {follow.month_0}",
        ),
        ("Outcomes", "; ".join(one.words for one in protocol.outcomes if not one.negative_control)),
        ("Estimand", ESTIMANDS[plan.estimand]),
        ("Analysis", f"{', '.join(plan.estimators)}; {plan.replicates} bootstrap draws, seed {plan.seed}"),
        ("Made alike in", ", ".join(protocol.covariates.names).replace("_", " ") or "nothing"),
        ("Subgroups", ", ".join(plan.subgroups) or "none"),
        ("Negative controls", _controls(protocol)),
    )


def _assignment(protocol: Protocol) -> str:
    alike = "as if at random among people alike in the covariates"
    if protocol.strategies.fixed == "before":
        return f"known at time zero; {alike}"
    return f"everybody follows both strategies at time zero until they depart from one; {alike}"


def _controls(protocol: Protocol) -> str:
    named = [one.words for one in protocol.outcomes if one.negative_control]
    exposures = [plain(name) for name in protocol.analysis.negative_exposures]
    return ", ".join([*named, *exposures]) or "none"


def plain(exposure: str) -> str:
    """An exposure in words."""
    return exposure.removeprefix("event:").replace("_", " ")
