"""What is planted, in one place: the hazards of starting peer support and of coming back, and what they add
up to."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)
INDEX_FROM, INDEX_TO = date(2024, 7, 1), date(2024, 12, 31)
FOLLOW_UP = 180
GRACE = 14
LAST_START = 30
HORIZONS = (30, 90, 180)
NEVER = 10_000

#: Daily chance to start peer support on days 1 to 30 after discharge, and what multiplies it.
START = 0.022
START_TIMES = {"prior_admission": 1.7, "substance_use": 1.5, "unstable_housing": 0.7, "aged_35_or_more": 1.2}
#: Daily chance to come back on days 3 to 180, and what multiplies it.
RETURN = 0.0021
RETURN_TIMES = {"prior_admission": 2.0, "substance_use": 1.6, "unstable_housing": 1.6, "aged_35_or_more": 1.0}
#: From the day after the first contact the daily chance to come back is multiplied by this.
PEER_TIMES = 0.6


@dataclass(frozen=True, kw_only=True)
class Traits:
    """Of people with an index discharge: flags of shape (people,), in the order of `START_TIMES`."""

    prior_admission: Flags
    substance_use: Flags
    unstable_housing: Flags
    aged_35_or_more: Flags

    def times(self, what: dict[str, float]) -> NDArray[np.float64]:
        product = np.ones(len(self.prior_admission))
        for trait, times in what.items():
            product *= np.where(getattr(self, trait), times, 1.0)
        return product


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Days after discharge, `NEVER` where it did not happen. `starts` is the plan; a return before it
    leaves it unused."""

    starts: Days
    returns: Days
    totals: dict[str, float]


def outcomes(traits: Traits, chance: np.random.Generator) -> Outcomes:
    """What happened, and the sums of what would have happened under each strategy to the same people."""
    people = len(traits.prior_admission)
    daily = np.minimum(START * traits.times(START_TIMES), 0.5)
    starts = _first(daily, chance, days=LAST_START)
    luck = chance.random((people, FOLLOW_UP))
    returns = _returns(starts, traits, luck)
    soon = _first_within(daily, chance)
    at_the_latest = np.minimum(chance.geometric(daily), GRACE)
    late = np.where(starts > GRACE, starts, _later(daily, chance))
    never = np.full(people, NEVER)
    totals: dict[str, float] = {"index_discharges": people}
    plans = {"within": soon, "at_the_latest": at_the_latest, "not_within": late, "never": never}
    for name, plan in plans.items():
        would = _returns(plan, traits, luck)
        totals |= {f"{name}_{day}": float((would <= day).sum()) for day in HORIZONS}
    ever = starts < returns
    totals |= {"ever": float(ever.sum()), "ever_180": float((returns[ever] <= FOLLOW_UP).sum())}
    totals |= {"none": float((~ever).sum()), "none_180": float((returns[~ever] <= FOLLOW_UP).sum())}
    return Outcomes(starts=starts, returns=returns, totals=totals)


def _first(daily: NDArray[np.float64], chance: np.random.Generator, *, days: int) -> Days:
    drawn = chance.geometric(daily)
    return np.where(drawn <= days, drawn, NEVER)


def _first_within(daily: NDArray[np.float64], chance: np.random.Generator) -> Days:
    """A start drawn as they fall, given that it falls within the grace period (inverse of its
    distribution)."""
    share = chance.random(len(daily)) * (1 - (1 - daily) ** GRACE)
    return np.clip(np.ceil(np.log1p(-share) / np.log1p(-daily)), 1, GRACE).astype(np.int64)


def _later(daily: NDArray[np.float64], chance: np.random.Generator) -> Days:
    return np.asarray(_first(daily, chance, days=LAST_START - GRACE) + GRACE, dtype=np.int64)


def _returns(starts: Days, traits: Traits, luck: NDArray[np.float64]) -> Days:
    day = np.arange(1, FOLLOW_UP + 1)
    daily = RETURN * traits.times(RETURN_TIMES)[:, None] * np.where(day > starts[:, None], PEER_TIMES, 1.0)
    hit = (luck < daily) & (day >= 3)
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, NEVER)


def described(totals: dict[str, float], *, people: int, seed: int) -> dict[str, object]:
    """The story for `synthetic.json`. Risks are shares of the index discharges of this very folder."""
    index = totals.get("index_discharges", 0.0)
    truth = {
        f"{day}_days": {
            "risk_if_all_began_within_14_days": _share(totals.get(f"within_{day}", 0), index),
            "risk_if_those_who_had_not_begun_all_began_on_day_14": _share(
                totals.get(f"at_the_latest_{day}", 0), index
            ),
            "risk_if_nobody_began_within_14_days": _share(totals.get(f"not_within_{day}", 0), index),
            "risk_if_nobody_ever_began": _share(totals.get(f"never_{day}", 0), index),
            "risk_difference_within_14_days_v_not": _share(
                totals.get(f"within_{day}", 0) - totals.get(f"not_within_{day}", 0), index
            ),
        }
        for day in HORIZONS
    }
    return {
        "synthetic": "Every person, claim and event in this folder is invented.",
        "people": people,
        "seed": seed,
        "period": [FIRST_DAY.isoformat(), LAST_DAY.isoformat()],
        "cohort": {
            "words": "first psychiatric discharge in the window of an adult enrolled 365 days before it",
            "window": [INDEX_FROM.isoformat(), INDEX_TO.isoformat()],
            "index_discharges": int(index),
        },
        "planted": {
            "daily_chance_to_start_peer_support_days_1_to_30": START,
            "start_multiplied_by": START_TIMES,
            "daily_chance_of_return_days_3_to_180": RETURN,
            "return_multiplied_by": RETURN_TIMES,
            "return_multiplied_by_after_first_contact": PEER_TIMES,
            "seen_in_claims_as": SEEN_AS,
            "events": EVENTS_PLANTED,
        },
        "truth": truth,
        "trap": {
            "words": (
                "people with a contact before a return against all others: what immortal time manufactures"
            ),
            "return_within_180_days_with_contact": _share(totals.get("ever_180", 0), totals.get("ever", 0)),
            "return_within_180_days_without": _share(totals.get("none_180", 0), totals.get("none", 0)),
        },
    }


def _share(events: float, of: float) -> float | None:
    return round(events / of, 6) if of else None


SEEN_AS = {
    "prior_admission": "a psychiatric stay that ended 190 to 360 days before the index discharge",
    "substance_use": "an F10 to F19 diagnosis on visits in the year before",
    "unstable_housing": "diagnosis Z59.0 on visits in the year before",
    "aged_35_or_more": "birth date and index discharge",
    "peer support": "HCPCS H0038",
    "return": "the next psychiatric stay",
}
ARREST, HOUSED, WORK = 0.012, 0.02, 0.015
EVENTS_PLANTED = {
    "monthly_chance": {"re_arrest": ARREST, "housed": HOUSED, "work_started": WORK},
    "multiplied_by_after_first_contact": {"re_arrest": 0.75, "housed": 1.3, "work_started": 1.4},
    "for": "twelve months after the index discharge",
    "peer_referral": "half of the index discharges, on the day; it changes nothing else",
}
