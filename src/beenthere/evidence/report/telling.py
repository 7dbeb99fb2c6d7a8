"""From results to what a report may say: what the page, the PDF and study.json are made from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import pandas as pd

from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result, Value
from beenthere.evidence.report import wording
from beenthere.evidence.report.alike import balance, coarse, small, weights
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
    shown = None if finding.hidden else main.result
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
        "warnings": list(wording.warnings(doubts_of(study, 0, away))),
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
        "balance": [coarse(row) for row in balance(shown)],
        "weights": weights(shown, study.protocol.names, largest=largest),
        "sensitivity": _sensitivity(shown),
        "e_value": shown.diagnostics.get("e_value") if shown else None,
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


def doubts_of(study: Study, place: int, away: Hidden) -> Doubts:
    """A doubt says no more than the numbers it goes with: none rests on what is hidden."""
    one, protocol = study.analysed[place], study.protocol
    result = None if away.touches(place, one) else one.result
    diagnostics = result.diagnostics if result else {}
    returns, ratio = one.question.outcome.kind in RETURNS, _ratio(result)
    return Doubts(
        people=_whole(away, f"{place}/people", one.people),
        events=_whole(away, f"{place}/events", one.events),
        unbalanced=tuple(row["covariate"] for row in balance(result) if not small(row["after"])),
        positivity=tuple(map(_level, diagnostics.get("positivity", []))),
        selected_by_outcome=returns and protocol.eligibility.at_discharge,
        controls=controls_that_fail(study, away),
        ratio=ratio.estimate if returns and ratio else None,
    )


def _whole(away: Hidden, name: str, counts: Mapping[str, int]) -> int | None:
    """Both arms together, None when one of them is hidden."""
    shown = [away.count(f"{name}/{arm}", number) for arm, number in counts.items()]
    return None if None in shown else sum(counts.values())


def _ratio(result: Result | None) -> Value | None:
    """The ratio that goes with the difference on top."""
    if result is None or "difference" not in result.measure:
        return None
    return result.terms.get(result.measure.replace("difference", "ratio"))


def _level(line: str | Mapping[str, Any]) -> str:
    """Where one of the strategies hardly occurs, without how often it does."""
    return line.split(":")[0] if isinstance(line, str) else f"{line['covariate']} = {line['level']}"


def controls_that_fail(study: Study, away: Hidden) -> tuple[str, ...]:
    """Negative controls that may be shown and whose whole interval lies on one side."""
    found = []
    for place, one in enumerate(study.analysed):
        of_control = one.question.control or one.question.outcome.negative_control
        if of_control and one.result and not away.touches(place, one):
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
        "why_not": NO_ANSWER if one.result is None else None,
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
    """Risk by strategy at those of the grid of days that `shown_days` keeps."""
    one = study.analysed[0]
    if one.result is None or away.touches(0, one) or one.question.outcome.shape != "time":
        return []
    found: dict[str, dict[float, list[float]]] = {}
    for name, value in one.result.terms.items():
        if name.startswith("risk at "):
            day, who = name.removeprefix("risk at ").split(", ", 1)
            ends = (value.estimate, value.ci_low, value.ci_high)
            found.setdefault(who, {})[float(day)] = [float(day), *(round(end, 4) for end in ends)]
    kept = shown_days(event_days(study), {day for risks in found.values() for day in risks}, away.largest)
    return [
        {"name": name, "points": [[0.0, 0.0, 0.0, 0.0], *(risks[day] for day in kept)]}
        for name, risks in zip(study.protocol.names, found.values(), strict=False)
    ]


def shown_days(events: Sequence[pd.Series], days: Iterable[float], largest: int) -> list[float]:
    """Between two of these days, and up to the first, each arm has more than `largest` events: what a curve
    rises by tells how many. From the last day back, because the answer stands there."""

    def many(low: float, high: float) -> bool:
        return all(int(((one > low) & (one <= high)).sum()) > largest for one in events)

    kept: list[float] = []
    for day in sorted(days, reverse=True):
        if many(-1, day) and (not kept or many(day, kept[-1])):
            kept.append(day)
    return kept[::-1]


def event_days(study: Study) -> list[pd.Series]:
    """Of each arm as people in fact began, the days of the main outcome since the curves start."""
    one, rows = study.analysed[0], study.rows
    key, began = one.question.outcome.key, rows["start"] <= study.protocol.strategies.days
    if study.protocol.strategies.fixed == "before":
        began = rows["exposed"] == 1
    days = rows[f"{key}_time"].where(rows[f"{key}_event"] == 1)
    if one.question.estimator == "landmark":
        began = rows["start"] <= study.protocol.landmark
        days = days.where(days > study.protocol.landmark) - study.protocol.landmark
    return [days[began].dropna(), days[~began].dropna()]


def _sensitivity(result: Result | None) -> Sequence[Told]:
    rows = result.diagnostics.get("sensitivity", []) if result else []
    return [{"with": row["with"], "estimate": row.get("estimate")} for row in rows]
