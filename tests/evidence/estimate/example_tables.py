"""Small invented tables on which the documented designs and the refusals are tried. No real person is in
them."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from beenthere.evidence.estimate.design import parse_design
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result
from beenthere.evidence.estimate.run import estimate


def ask(frame: pd.DataFrame, **design: Any) -> Result:
    return estimate(frame, parse_design(design, ESTIMATORS))


@cache
def people() -> pd.DataFrame:
    """One row a person: peer support fixed at discharge, outcomes in the year after."""
    draw = np.random.default_rng(11)
    n = 900
    age = draw.integers(18, 70, n).astype(float)
    site = draw.choice(["north", "south", "west"], n)
    stays = np.minimum(draw.poisson(1.5, n), 4).astype(float)
    peer = draw.random(n) < expit(-0.5 + 0.02 * (age - 40) + 0.2 * (site == "south") + 0.1 * stays)
    readmitted = draw.random(n) < expit(-0.8 - 0.4 * peer + 0.25 * stays)
    days = np.ceil(draw.exponential(300 * np.exp(0.3 * peer - 0.1 * stays)))
    died = np.ceil(draw.exponential(2500, n))
    end = np.minimum(np.minimum(days, died), 365)
    why = np.where(end == 365, "followed", np.where(days <= died, "readmitted", "died"))
    contact = np.where(draw.random(n) < 0.8, np.ceil(draw.exponential(18, n)), np.nan)
    months = draw.integers(3, 13, n).astype(float)
    cost = np.where(
        draw.random(n) < expit(0.7 + 0.2 * stays),
        draw.gamma(1.5, np.exp(7 + 0.1 * stays - 0.1 * peer) / 1.5),
        0.0,
    )
    return pd.DataFrame(
        {
            "person": np.arange(n),
            "agency": draw.integers(0, 40, n),
            "age": age,
            "site": site,
            "stays": stays,
            "peer": np.where(peer, "peer", "usual"),
            "supported": peer.astype(int),
            "readmitted": readmitted.astype(int),
            "score_before": draw.normal(50, 10, n) - 2 * stays,
            "score_after": draw.normal(52, 10, n) - 2 * stays + 2 * peer,
            "days": end,
            "end": why,
            "any_end": (why == "readmitted").astype(int),
            "first_contact": contact,
            "visits": draw.negative_binomial(1.2, 1.2 / (1.2 + 0.2 * months * np.exp(-0.3 * peer))),
            "months": months,
            "cost": np.round(cost, 2),
            "cost_per_month": np.round(draw.gamma(2, np.exp(5 - 0.1 * peer)), 2) + 1,
            "dental_visit": (draw.random(n) < 0.3).astype(int),
            "discharged_on": pd.Timestamp("2025-01-01"),
            "assigned_on": pd.Timestamp("2024-12-30"),
            "sampling_weight": draw.uniform(0.5, 2, n),
        }
    )


@cache
def intervals() -> pd.DataFrame:
    """Rows of follow-up between admissions: several per person."""
    draw = np.random.default_rng(12)
    rows = []
    for person in range(300):
        peer, begin, frailty = person % 2, 0.0, draw.gamma(2, 0.5)
        while begin < 365:
            end = min(begin + np.ceil(draw.exponential(220 / frailty * np.exp(0.3 * peer))), 365.0)
            rows.append((person, begin, end, int(end < 365), peer, draw.normal()))
            begin = end
    return pd.DataFrame(rows, columns=["person", "from_day", "to_day", "admitted", "peer", "risk"])


@cache
def months() -> pd.DataFrame:
    """One row per county and month: peer support begins in some counties, and never in others."""
    draw = np.random.default_rng(13)
    rows = []
    for county in range(120):
        first = [None, 5, 7][county % 3]
        level, rural = draw.normal(), float(county % 2)
        for month in range(1, 11):
            effect = -0.5 if first is not None and month >= first else 0.0
            rows.append((county, month, first, rural, level + 0.1 * month + effect + draw.normal(0, 0.5)))
    frame = pd.DataFrame(rows, columns=["county", "month", "first_month", "rural", "stays_per_1000"])
    return frame.assign(
        started=frame.first_month.notna().astype(int), after_start=(frame.month >= 5).astype(int)
    )


def trials() -> pd.DataFrame:
    """Invented trials: events and people in both arms."""
    rows = [
        ("A", 12, 80, 20, 82),
        ("B", 30, 150, 41, 149),
        ("C", 5, 40, 9, 41),
        ("D", 44, 200, 45, 205),
        ("E", 9, 60, 15, 58),
    ]
    return pd.DataFrame(rows, columns=["trial", "peer_events", "peer_n", "usual_events", "usual_n"])


def arms() -> pd.DataFrame:
    """Counts of one trial, one row an arm."""
    return pd.DataFrame({"peer": [1, 0], "readmitted": [64, 83], "people": [218, 216]})


TABLES = {"people": people, "intervals": intervals, "months": months, "trials": trials, "arms": arms}
