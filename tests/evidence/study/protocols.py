"""Protocols and simulated discharges for the tests of the study."""

from copy import deepcopy
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from beenthere.evidence.study.protocol import Protocol
from beenthere.evidence.study.reading import parse_protocol

RAW: dict[str, Any] = {
    "title": "Peer support after discharge",
    "eligibility": {
        "index": "psychiatric discharge",
        "from": date(2024, 7, 1),
        "to": date(2024, 12, 31),
        "washout": 180,
    },
    "strategies": {"exposure": "peer_support", "fixed": "within", "days": 14},
    "outcomes": [{"key": "back", "kind": "psychiatric readmission", "words": "a return to hospital"}],
    "follow_up": {"days": [30, 180]},
    "covariates": {"facts": ["prior_stays"]},
    "analysis": {"replicates": 40, "seed": 5, "close": 7},
}


def raw(**tables: Any) -> dict[str, Any]:
    """RAW with keys of its tables changed; a list or text replaces the whole."""
    made = deepcopy(RAW)
    for name, change in tables.items():
        made[name] = {**made.get(name, {}), **change} if isinstance(change, dict) else change
    return made


def protocol(**tables: Any) -> Protocol:
    return parse_protocol(raw(**tables))


def discharges(people: int, seed: int, *, times: float, confounded: bool) -> pd.DataFrame:
    """Rows as `cohort` makes them. Daily chance of return 0.003, multiplied by `times` from the day after the
    first contact; contact 0.03 a day on days 1 to 30. Confounded: prior stays double both chances."""
    chance = np.random.default_rng(seed)
    prior = chance.integers(0, 2, people)
    grow = np.where(prior == 1, 2.0, 1.0)
    plan = chance.geometric(0.03 * (grow if confounded else np.ones(people)))
    start = np.where(plan <= 30, plan, 10_000)
    back = returns(start, prior, chance.random((people, 180)), times=times)
    return pd.DataFrame(
        {
            "person_id": np.arange(people),
            "prior_stays": prior,
            "start": np.where(start < np.minimum(back, 180), start, np.nan),
            "exposed": 0,
            "back_time": np.minimum(back, 180).astype(float),
            "back_event": (back <= 180).astype(int),
        }
    )


def returns(start: np.ndarray, prior: np.ndarray, luck: np.ndarray, *, times: float) -> np.ndarray:
    """Day of return under these starts; 10,000 for none."""
    day = np.arange(1, 181)
    base = 0.003 * np.where(prior == 1, 2.0, 1.0)[:, None]
    hit = luck < base * np.where(day > start[:, None], times, 1.0)
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, 10_000)


def truth(people: int, *, times: float) -> float:
    """Risk difference at 180 days: begin on day 14 at the latest, against not before day 15."""
    chance = np.random.default_rng(99)
    prior = chance.integers(0, 2, people)
    daily = 0.03 * np.where(prior == 1, 2.0, 1.0)
    luck = chance.random((people, 180))
    plan = chance.geometric(daily)
    late = 14 + chance.geometric(daily)
    soon = returns(np.minimum(plan, 14), prior, luck, times=times)
    none = returns(np.where(late <= 30, late, 10_000), prior, luck, times=times)
    return float((soon <= 180).mean() - (none <= 180).mean())
