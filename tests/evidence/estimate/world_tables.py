"""The tables of the invented worlds, and the truths that can be calculated from how they are drawn."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

Array = npt.NDArray[np.float64]

# --- one treatment, two confounders
# ---------------------------------------------------------------------------

GRID = np.random.default_rng(1).normal(size=400_000)
FLIP = (np.arange(len(GRID)) % 2).astype(float)


def chance(x: Array, z: Array) -> Array:
    return np.asarray(expit(-0.3 + 0.6 * x + 0.5 * z), dtype=np.float64)


def gain(x: Array) -> Array:
    return 1 + 0.5 * x


def risk(x: Array, z: Array, treated: Array | float) -> Array:
    return np.asarray(expit(-0.5 + 0.5 * x + 0.4 * z - 0.6 * treated), dtype=np.float64)


def treated_people(draw: np.random.Generator, n: int = 500) -> pd.DataFrame:
    x, z = draw.normal(size=n), (draw.random(n) < 0.5) * 1.0
    a = (draw.random(n) < chance(x, z)) * 1.0
    y = x + 0.5 * z + a * gain(x) + draw.normal(size=n)
    yes = (draw.random(n) < risk(x, z, a)) * 1.0
    return pd.DataFrame({"x": x, "z": z, "a": a, "y": y, "yes": yes})


def many_people(draw: np.random.Generator) -> pd.DataFrame:
    """With one of two models wrong, what cross-fitting costs in small samples shows; it goes as they grow."""
    return treated_people(draw, 2000)


SCORE = chance(GRID, FLIP)
ATE = 1.0
ATT = float((SCORE * gain(GRID)).sum() / SCORE.sum())
ATO = float((SCORE * (1 - SCORE) * gain(GRID)).sum() / (SCORE * (1 - SCORE)).sum())
RISKS = [float(risk(GRID, FLIP, treated).mean()) for treated in (1.0, 0.0)]
BOTH = {"covariates": ["x", "z"]}
CROSSED = {"covariates": ["x", "z"], "interactions": [["a", "x"]]}
MEANS = {"treatment": "a", "outcome": "y"}
YES = {"treatment": "a", "outcome": "yes"}


def randomised(draw: np.random.Generator) -> pd.DataFrame:
    frame = treated_people(draw, 300)
    a = (draw.random(len(frame)) < 0.5) * 1.0
    return frame.assign(a=a, y=frame.x + a + draw.normal(size=len(frame)))


def clustered(draw: np.random.Generator) -> pd.DataFrame:
    """50 sites of 10, treatment by site: rows of a site hang together."""
    site = np.repeat(np.arange(50), 10)
    a = (np.arange(50) % 2)[site] * 1.0
    y = a + draw.normal(size=50)[site] + draw.normal(size=500)
    return pd.DataFrame({"site": site, "a": a, "y": y})


# --- time to event
# --------------------------------------------------------------------------------------------


def followed(draw: np.random.Generator, n: int = 400) -> pd.DataFrame:
    x = draw.normal(size=n)
    a = (draw.random(n) < expit(0.7 * x)) * 1.0
    time = draw.exponential(1 / (0.5 * np.exp(0.5 * x - 0.7 * a)))
    leave = draw.uniform(0.5, 5, n)
    return pd.DataFrame({"x": x, "a": a, "time": np.minimum(time, leave), "event": (time <= leave) * 1.0})


def two_ends(draw: np.random.Generator, n: int = 400) -> pd.DataFrame:
    time, first = draw.exponential(1 / 0.7, n), draw.random(n) < 0.4 / 0.7
    leave = draw.uniform(0.5, 6, n)
    end = np.where(time <= leave, np.where(first, 1, 2), 0)
    return pd.DataFrame({"time": np.minimum(time, leave), "event": end})


def fine_gray_world(draw: np.random.Generator, n: int = 400) -> pd.DataFrame:
    """Fine & Gray 1999, section 5: the risk of cause 1 is 1 - (1 - p (1 - exp(-t))) ^ exp(b z)."""
    z, p = draw.normal(size=n), 0.5
    pull = np.exp(0.5 * z)
    ever = 1 - (1 - p) ** pull
    first = draw.random(n) < ever
    u = draw.random(n) * ever
    time = np.where(first, -np.log(1 - (1 - (1 - u) ** (1 / pull)) / p), draw.exponential(np.exp(0.5 * z), n))
    leave = draw.uniform(0.3, 4, n)
    return pd.DataFrame(
        {"z": z, "time": np.minimum(time, leave), "event": np.where(time <= leave, np.where(first, 1, 2), 0)}
    )


def recurring(draw: np.random.Generator, n: int = 200) -> pd.DataFrame:
    rows = []
    for person in range(n):
        a, frailty, end = person % 2, draw.gamma(2, 0.5), draw.uniform(1, 3)
        at = 0.0
        while at < end:
            to = at + draw.exponential(1 / (frailty * np.exp(-0.5 * a)))
            rows.append((person, at, min(to, end), float(to < end), a))
            at = to
    return pd.DataFrame(rows, columns=["person", "entry", "time", "event", "a"])


CURVES = {"time": "time", "event": "event"}
X_SURVIVAL = [float(np.exp(-0.5 * np.exp(0.5 * GRID - 0.7 * a)).mean()) for a in (1.0, 0.0)]


def starting(draw: np.random.Generator, n: int = 800, *, effect: float = 0.0) -> pd.DataFrame:
    """Day by day: x raises the risk and hastens the start, which multiplies the later hazard by
    exp(effect)."""
    x = draw.normal(size=n)
    first = np.ceil(draw.exponential(1 / (0.08 * np.exp(0.4 * x))))
    return daily(x, first, draw, effect)


def daily(x: Array, first: Array, draw: np.random.Generator, effect: float) -> pd.DataFrame:
    """The outcome falls on the first day whose cumulative hazard passes a unit exponential."""
    need, rate = draw.exponential(size=len(x)), 0.008 * np.exp(0.5 * x)
    early = rate * first
    after = first + (need - early) / (rate * np.exp(effect))
    time = np.ceil(np.where(need <= early, need / rate, after))
    return pd.DataFrame(
        {
            "x": x,
            "start": np.where(first < time, first, np.nan),
            "time": np.minimum(time, 90),
            "event": (time <= 90) * 1.0,
        }
    )


def grace_truth(effect: float) -> float:
    """Risk at 60 days if all started within 14 days, as they do or else on day 14, less if none did before
    day 15."""
    draw = np.random.default_rng(7)
    x = draw.normal(size=1_000_000)
    first = np.ceil(draw.exponential(1 / (0.08 * np.exp(0.4 * x))))
    within = daily(x, np.minimum(first, 14), np.random.default_rng(8), effect)
    # From day 15 on people start as they would have, given that they had not started before.
    later = 14 + np.ceil(draw.exponential(1 / (0.08 * np.exp(0.4 * x))))
    none = daily(x, later, np.random.default_rng(8), effect)
    return float(
        ((within.time <= 60) & (within.event == 1)).mean() - ((none.time <= 60) & (none.event == 1)).mean()
    )


GRACE = {
    "estimator": "clone_censor_weight",
    "columns": {"time": "time", "event": "event", "treatment_time": "start"},
    "model": {"covariates": ["x"]},
    "options": {"times": [60], "grace": 14, "close": 3},
    "bootstrap": {"replicates": 60},
}

# --- counts, costs, panels, trials
# ----------------------------------------------------------------------------


def visits(draw: np.random.Generator, n: int = 500) -> pd.DataFrame:
    x, a, time = draw.normal(size=n), (np.arange(n) % 2) * 1.0, draw.uniform(0.5, 2, n)
    mean = time * np.exp(0.3 + 0.4 * x - 0.5 * a)
    return pd.DataFrame(
        {"x": x, "a": a, "months": time, "visits": draw.poisson(mean * draw.gamma(2, 0.5, n))}
    )


def spending(draw: np.random.Generator, n: int = 600) -> pd.DataFrame:
    x = draw.normal(size=n)
    a = (draw.random(n) < expit(0.5 * x)) * 1.0
    some = draw.random(n) < expit(0.5 + 0.5 * x - 0.3 * a)
    amount = draw.gamma(2, np.exp(1 + 0.3 * x + 0.2 * a) / 2)
    return pd.DataFrame({"x": x, "a": a, "cost": np.where(some, amount, 0.0), "amount": amount})


def spent(a: float) -> tuple[float, float]:
    amount = np.exp(1 + 0.3 * GRID + 0.2 * a)
    return float((expit(0.5 + 0.5 * GRID - 0.3 * a) * amount).mean()), float(amount.mean())


COSTS = [one - zero for one, zero in zip(spent(1.0), spent(0.0), strict=True)]


def counties(draw: np.random.Generator, units: int = 90) -> pd.DataFrame:
    """Starts in period 4, 5 or never; the effect grows by 0.2 a period; shocks linger."""
    first = np.array([4.0, 5.0, np.nan])[np.arange(units) % 3]
    level, shock = draw.normal(size=units), np.zeros(units)
    frames = []
    for period in range(1, 7):
        shock = 0.5 * shock + draw.normal(0, 0.5, units)
        since = np.where(period >= first, period - first, np.nan)
        effect = np.where(np.isnan(since), 0.0, 0.5 + 0.2 * since)
        frames.append(
            pd.DataFrame(
                {
                    "unit": np.arange(units),
                    "period": period,
                    "first": first,
                    "y": level + 0.1 * period + shock + effect,
                }
            )
        )
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(ever=frame["first"].notna() * 1.0)


def one_start(draw: np.random.Generator) -> pd.DataFrame:
    frame = counties(draw)
    return frame[~(frame["first"] == 5)]


PANEL = {"id": "unit", "period": "period", "first_treated": "first", "outcome": "y"}


def trial(draw: np.random.Generator) -> pd.DataFrame:
    events = [draw.binomial(150, 0.3), draw.binomial(150, 0.4)]
    return pd.DataFrame({"a": [1, 0], "events": events, "people": [150, 150]})


def pooled(draw: np.random.Generator) -> pd.DataFrame:
    error = draw.uniform(0.1, 0.3, 15)
    return pd.DataFrame({"b": draw.normal(0.2, 0.15, 15) + draw.normal(0, error), "se": error})


def paired(draw: np.random.Generator) -> pd.DataFrame:
    before = draw.normal(size=60)
    return pd.DataFrame({"before": before, "after": 0.5 * before + 0.4 + draw.normal(size=60)})
