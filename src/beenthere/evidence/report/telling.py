"""From results to what a report may say: what the page, the PDF and study.json are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import pandas as pd

from beenthere.evidence.estimate.balance import BALANCED
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result
from beenthere.evidence.estimate.sensitivity import e_values
from beenthere.evidence.report import wording
from beenthere.evidence.report.hiding import ARMS, Hidden, judged
from beenthere.evidence.report.wording import Doubts, Finding
from beenthere.evidence.study.analysis import Analysed
from beenthere.evidence.study.protocol import Protocol, table

RETURNS = ("readmission", "psychiatric readmission")
UNITS = {"cost": "paid per enrolled month", "hospital days": "days per enrolled month"}
LIBRARIES = ("beenthere", "duckdb", "ibis-framework", "numpy", "pandas", "scipy", "statsmodels")
NO_ANSWER = "these data do not carry an answer; the analyst's file says why"
Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Study:
    """All that a report is made from. files: name to SHA-256 of what was read. command: makes it again."""

    protocol: Protocol
    rows: pd.DataFrame
    flow: tuple[tuple[str, int], ...]
    analysed: tuple[Analysed, ...]
    files: Mapping[str, str]
    command: str
    synthetic: bool = False


def told(study: Study, *, largest: int) -> Told:
    """Nothing in it rests on a count of 1 to `largest`."""
    starts, risk = starts_of(study), at_risk(study)
    away = judged(study.flow, study.analysed, starts, risk, largest=largest)
    main = study.analysed[0]
    finding = finding_of(study, 0, away)
    return {
        "title": study.protocol.title,
        "question": study.protocol.question or study.protocol.title,
        "synthetic": study.synthetic,
        "headline": wording.headline(finding),
        "numbers": wording.numbers(finding),
        "meaning": wording.meaning(finding),
        "verdict": wording.verdict(finding),
        "strategies": list(study.protocol.names),
        "outcome": main.question.outcome.words,
        "risks": list(finding.risks) if finding.risks and not finding.hidden else None,
        "warnings": list(wording.warnings(doubts_of(study, 0))),
        "protocol": [list(row) for row in table(study.protocol)],
        "flow": [
            {"what": words, "count": away.count(f"flow/{place}", number)}
            for place, (words, number) in enumerate(study.flow)
        ],
        "starts": {name: away.count(f"start/{name}", number) for name, number in starts.items()},
        "results": [_row(study, place, away) for place in range(len(study.analysed))],
        "curves": curves(study, away),
        "at_risk": [
            {
                "name": name,
                "days": list(days),
                "count": [away.count(f"risk/{arm}/{day}", count) for day, count in days.items()],
            }
            for arm, (name, days) in zip(ARMS, risk.items(), strict=False)
        ],
        "balance": balance(main.result),
        "weights": weights(main.result, study.protocol.names, largest=largest),
        "sensitivity": _sensitivity(main.result) if not away.touches(0, main) else [],
        "e_value": None if away.touches(0, main) else _e_value(main.result),
        "level": study.protocol.analysis.level,
        "largest_hidden": largest,
        "release": f"counts of 1 to {largest} hidden, and others with them where one could be worked out",
        "versions": {name: version(name) for name in LIBRARIES},
        "protocol_sha256": study.protocol.sha256,
        "files_sha256": dict(study.files),
        "command": study.command,
    }


def finding_of(study: Study, place: int, away: Hidden) -> Finding:
    """The contrast of this analysis in the words of the protocol. No answer is told like a hidden one."""
    one = study.analysed[place]
    outcome, result = one.question.outcome, one.result
    first, second = study.protocol.names
    if one.question.control:
        name = one.question.control.removeprefix("exposed_").replace("_", " ")
        first, second = name, f"no {name}"
    shared: Told = {
        "outcome": outcome.words,
        "first": first,
        "second": second,
        "margin": outcome.margin,
        "better": outcome.better,
    }
    if result is None or away.touches(place, one):
        return Finding(**shared, estimand="", estimate=0.0, low=0.0, high=0.0, hidden=True)
    value = result.value
    return Finding(
        **shared,
        estimand=in_words(result, study.protocol, one),
        estimate=value.estimate,
        low=value.ci_low,
        high=value.ci_high,
        level=result.level,
        null=value.null or 0.0,
        risks=risks_of(result),
        unit="people" if value.scale == "risk difference" else UNITS.get(outcome.kind, value.scale),
        causal=result.wording == "effect",
    )


def in_words(result: Result, protocol: Protocol, one: Analysed) -> str:
    """The estimand, without the estimator's own names for the strategies."""
    words, days = result.estimand_words, protocol.strategies.days
    for name in (f'"start within {days}"', f'"start within {days:g}"'):
        words = words.replace(name, f"“{protocol.names[0]}”")
    for name in (
        f'"no start within {days}"',
        '"never start"',
        f'"start within {protocol.strategies.days_against}"',
    ):
        words = words.replace(name, f"“{protocol.names[1]}”")
    if one.question.estimator == "landmark":
        days_after = " days after" if one.question.window is None else ", counted from"
        words += f"{days_after} the landmark (day {protocol.landmark}), among those who reached it"
    elif one.question.outcome.shape == "time":
        words += " days"
    return words


def risks_of(result: Result) -> tuple[float, float] | None:
    """Both risks at the horizon, the first strategy's first."""
    at = result.measure.removeprefix("difference at ")
    found = [value.estimate for name, value in result.terms.items() if name.startswith(f"risk at {at},")]
    return (found[0], found[1]) if len(found) >= 2 else None


def doubts_of(study: Study, place: int) -> Doubts:
    one, protocol = study.analysed[place], study.protocol
    result = one.result
    diagnostics = result.diagnostics if result else {}
    at = result.measure.removeprefix("difference at ") if result else ""
    ratio = result.terms.get(f"ratio at {at}") if result else None
    return Doubts(
        people=sum(one.people.values()),
        events=sum(one.events.values()),
        unbalanced=tuple(row["covariate"] for row in balance(result) if not _small(row["after"])),
        positivity=tuple(str(line).split(":")[0] for line in diagnostics.get("positivity", [])),
        selected_by_outcome=one.question.outcome.kind in RETURNS
        and protocol.eligibility.index.endswith("discharge"),
        controls=controls_that_fail(study),
        ratio=ratio.estimate if ratio else None,
        benchmark="readmission" if one.question.outcome.kind in RETURNS else None,
    )


def _small(gap: float | None) -> bool:
    return gap is not None and abs(gap) < BALANCED


def controls_that_fail(study: Study) -> tuple[str, ...]:
    """Negative controls whose whole interval lies on one side."""
    found = []
    for one in study.analysed:
        if (one.question.control or one.question.outcome.negative_control) and one.result:
            value = one.result.value
            null = value.null or 0.0
            if value.ci_low > null or value.ci_high < null:
                found.append(f"{one.question.words} ({ESTIMATORS_IN_WORDS[one.question.estimator]})")
    return tuple(found)


def _row(study: Study, place: int, away: Hidden) -> Told:
    one = study.analysed[place]
    finding = finding_of(study, place, away)
    shown = one.result is not None and not finding.hidden
    value = one.result.value if one.result else None
    return {
        "question": one.question.words,
        "short": short(one),
        "estimator": ESTIMATORS_IN_WORDS[one.question.estimator],
        "kind": _kind(one, place),
        "verdict": "no answer" if one.result is None else wording.verdict(finding),
        "estimand": finding.estimand or None,
        "method": one.result.method if one.result else None,
        "scale": value.scale if value else None,
        "estimate": value.estimate if shown and value else None,
        "ci_low": value.ci_low if shown and value else None,
        "ci_high": value.ci_high if shown and value else None,
        "risks": list(finding.risks) if shown and finding.risks else None,
        "people": {arm: away.count(f"{place}/people/{arm}", one.people[arm]) for arm in ARMS},
        "events": {arm: away.count(f"{place}/events/{arm}", one.events[arm]) for arm in ARMS},
        "why_not": "these data do not carry an answer; the analyst's file says why"
        if one.result is None
        else None,
    }


def short(one: Analysed) -> str:
    """A label of at most some fifty letters: the method, and what sets this one apart."""
    asked = one.question
    about = asked.outcome.words
    if asked.subgroup:
        about = f"{asked.subgroup[0]} = {asked.subgroup[1]}"
    elif asked.control:
        about = f"{asked.control.removeprefix('exposed_')} (control)".replace("_", " ")
    elif asked.window:
        about = f"{about}, {asked.window.words}"
    return f"{about[:34]} · {ESTIMATORS_IN_WORDS[asked.estimator][:22]}"


def _kind(one: Analysed, place: int) -> str:
    if one.question.control or one.question.outcome.negative_control:
        return "negative control"
    if one.question.subgroup:
        return "subgroup"
    return "main" if place == 0 else "beside"


ESTIMATORS_IN_WORDS = {
    **{key: spec.title for key, spec in ESTIMATORS.items()},
    "landmark": "Landmark",
    "weighted_survival": "Weighted survival",
}


def starts_of(study: Study) -> dict[str, int]:
    """How many began in each quarter of the grace period, later, and not at all."""
    if study.protocol.strategies.fixed != "within":
        return {}
    days, start = study.protocol.strategies.days, study.rows["start"]
    edges = sorted({round(days * part / 4) for part in range(5)})
    made = {"day 0": int((start == 0).sum())}
    for low, high in pairwise(edges):
        made[f"{low + 1}–{high}"] = int(((start > low) & (start <= high)).sum())
    made["later"] = int((start > days).sum())
    made["none"] = int(start.isna().sum())
    return made


def at_risk(study: Study) -> dict[str, dict[int, int]]:
    """Per strategy, how many are still followed without the outcome at five days of the main curve. Of
    clones: those who have not departed from their strategy."""
    one = study.analysed[0]
    if one.result is None or one.question.outcome.shape != "time":
        return {}
    time = study.rows[f"{one.question.outcome.key}_time"]
    since = study.protocol.landmark if one.question.estimator == "landmark" else 0
    days = [since + round((study.protocol.follow_up.horizon - since) * part / 4) for part in range(5)]
    kept = _landmarked if one.question.estimator == "landmark" else _kept
    return {
        name: {day: int((kept(study, place, day, time) & (time >= day)).sum()) for day in dict.fromkeys(days)}
        for place, name in enumerate(study.protocol.names)
    }


def _landmarked(study: Study, place: int, _day: int, time: pd.Series) -> pd.Series:
    began = study.rows["start"] <= study.protocol.landmark
    return (time > study.protocol.landmark) & (~began if place else began)


def _kept(study: Study, place: int, day: int, time: pd.Series) -> pd.Series:
    """Who has not departed from the strategy by that day. A start on the day of the outcome comes after
    it."""
    strategies = study.protocol.strategies
    if strategies.fixed == "before":
        return study.rows["exposed"] == 1 - place
    start = study.rows["start"].where(study.rows["start"] < time)
    if place and strategies.against != "later":
        until = day if strategies.against == "never" else min(day, strategies.days)
        return ~(start <= until)
    grace = (strategies.days_against or strategies.days) if place else strategies.days
    return (start <= grace) | (day <= grace)


def curves(study: Study, away: Hidden) -> list[Told]:
    """Risk by strategy at the grid of days, from the day both arms have more events than are hidden."""
    one = study.analysed[0]
    if one.result is None or away.touches(0, one) or one.question.outcome.shape != "time":
        return []
    since = first_shown(study, away.largest)
    found: dict[str, list[list[float]]] = {}
    for name, value in one.result.terms.items():
        if name.startswith("risk at "):
            day, who = name.removeprefix("risk at ").split(", ", 1)
            points = found.setdefault(who, [[0.0, 0.0, 0.0, 0.0]])
            if float(day) >= since:
                points.append(
                    [float(day), *(round(end, 4) for end in (value.estimate, value.ci_low, value.ci_high))]
                )
    pairs = zip(study.protocol.names, found.values(), strict=False)
    return [{"name": name, "points": points} for name, points in pairs]


def first_shown(study: Study, largest: int) -> float:
    """The first day by which both arms have had more than `largest` events."""
    key, began = study.analysed[0].question.outcome.key, study.rows["start"] <= study.protocol.strategies.days
    if study.protocol.strategies.fixed == "before":
        began = study.rows["exposed"] == 1
    days = []
    for some in (began, ~began):
        events = study.rows[some & (study.rows[f"{key}_event"] == 1)][f"{key}_time"].sort_values()
        days.append(float(events.iloc[largest]) if len(events) > largest else float("inf"))
    return max(days)


def balance(result: Result | None) -> list[Told]:
    """Per covariate the gap before and after weighting, in standard deviations. Of clones: the larger gap of
    the two strategies from everybody followed beyond the grace period."""
    if result is None:
        return []
    if "balance_at_end_of_grace" in result.diagnostics:
        return [_of_clones(row) for row in result.diagnostics["balance_at_end_of_grace"]]
    return [
        {"covariate": row["covariate"], "before": row["smd_before"], "after": row["smd_after"]}
        for row in result.diagnostics.get("balance", [])
    ]


def _of_clones(row: Mapping[str, Any]) -> Told:
    made: Told = {"covariate": row["covariate"]}
    for moment in ("before", "after"):
        gaps = [value for key, value in row.items() if key.startswith(f"smd_{moment}") and value is not None]
        made[moment] = max(gaps, key=abs) if gaps else None
    return made


def weights(result: Result | None, names: tuple[str, str], *, largest: int) -> list[Told]:
    """Per strategy or arm: mean, largest, and how many people the weighted ones are worth."""
    if result is None:
        return []
    spreads = {
        name: row["weights_at_end_of_grace"] for name, row in result.diagnostics.get("strategies", {}).items()
    } or {name: row for name, row in result.diagnostics.get("weights", {}).items() if name != "all"}
    return [
        {
            "who": name,
            **{key: round(row[key], 2) for key in ("mean", "p99", "max", "effective_n")},
            "shares": shares(row["histogram"]["edges"], row["histogram"]["count"], largest=largest),
        }
        for name, row in zip(names, spreads.values(), strict=True)
        if row
    ]


def shares(edges: Sequence[float], counts: Sequence[int], *, largest: int) -> list[Told]:
    """from, to, percent: how the weights spread, in tenths of their range. Percents are rounded so coarsely
    that each stands for more than `largest` people either way; empty where not even tens would."""
    whole = sum(counts)
    step = next((step for step in (1, 5, 10) if whole * step / 200 > largest), None)
    if step is None:
        return []
    wide = max(1, -(-len(counts) // 10))
    made = []
    for first in range(0, len(counts), wide):
        share = 100 * sum(counts[first : first + wide]) / whole
        last = min(first + wide, len(counts))
        made.append({"from": edges[first], "to": edges[last], "percent": step * round(share / step)})
    return made


def _e_value(result: Result | None) -> Mapping[str, Any] | None:
    """Of the estimator's own, else of the risk ratio that goes with a risk difference."""
    if result is None:
        return None
    ratio = result.terms.get(result.measure.replace("difference", "ratio"))
    found = result.diagnostics.get("e_value")
    return found or (e_values(ratio.estimate, ratio.ci_low, ratio.ci_high) if ratio else None)


def _sensitivity(result: Result | None) -> Sequence[Told]:
    rows = result.diagnostics.get("sensitivity", []) if result else []
    return [{"with": row["with"], "estimate": row.get("estimate")} for row in rows]
