"""What may be said of a number. Intervals decide, not estimates: "cannot tell" is an answer like the others.

Nothing here says that anything was shown for certain, whatever the interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["lower", "higher", "no difference", "cannot tell", "too few"]

#: Risk ratios of readmission that trials found (ledger: johnson-2018, gillard-2022).
READMISSION = (0.76, 0.99)
FEW_PEOPLE = 100
FEW_EVENTS = 10


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One contrast, in the scale of the outcome (a share for risks).

    outcome: words that fit after "made", such as "return to hospital". margin: the smallest difference that
    matters to those who asked, None when nobody said. causal: whether the design lets us say "made".
    better: which direction people want. unit: "people" for risks; else what one unit is.
    """

    outcome: str
    first: str
    second: str
    estimand: str
    estimate: float
    low: float
    high: float
    level: float = 0.95
    null: float = 0.0
    risks: tuple[float, float] | None = None
    unit: str = "people"
    margin: float | None = None
    causal: bool = True
    better: Literal["lower", "higher"] = "lower"
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """What a careful reader would ask about. people, events: None where the count is hidden. ratio: of the
    risks of readmission, to hold against what trials found."""

    people: int | None
    events: int | None = None
    unbalanced: tuple[str, ...] = ()
    positivity: tuple[str, ...] = ()
    selected_by_outcome: bool = False
    controls: tuple[str, ...] = ()
    ratio: float | None = None


def verdict(finding: Finding) -> Verdict:
    """Which side the whole interval lies on; "no difference" needs both limits within the margin."""
    if finding.hidden:
        return "too few"
    if finding.low > finding.null or finding.high < finding.null:
        return "higher" if finding.estimate > finding.null else "lower"
    if finding.margin is not None and _within(finding, finding.margin):
        return "no difference"
    return "cannot tell"


def _within(finding: Finding, margin: float) -> bool:
    return finding.low > finding.null - margin and finding.high < finding.null + margin


def headline(finding: Finding) -> str:
    """One sentence for the top of the page."""
    said = verdict(finding)
    name = finding.outcome
    if said == "too few":
        return f"{_capital(name)}: too few people to show numbers. We cannot tell."
    if said == "cannot tell":
        return f"We cannot tell whether “{finding.first}” changed {name}."
    if said == "no difference":
        return f"“{finding.first}” made no difference to {name} that matters here."
    if finding.causal:
        return f"If the comparison is fair, “{finding.first}” made {name} {_word(finding, said)}."
    seen = f"{_capital(name)} was {_word(finding, said)} with “{finding.first}”."
    return f"{seen} What caused that, this comparison cannot say."


def numbers(finding: Finding) -> str:
    """The number, its interval and its estimand, in words."""
    if finding.hidden:
        return "The numbers are hidden, because a small count is in them."
    gap = f"{_figure(finding, finding.estimate)} {_unit(finding)}"
    interval = f"{_figure(finding, finding.low)} to {_figure(finding, finding.high)}"
    share = f"{100 * finding.level:g} % interval"
    said = f"The difference is {gap} ({share} {interval}). What is estimated: {finding.estimand}."
    return f"{pictured(finding)} {said}" if finding.risks else said


def pictured(finding: Finding) -> str:
    """Risks as people out of 100."""
    if not finding.risks:
        return ""
    one, other = (round(100 * risk) for risk in finding.risks)
    return (
        f"{_capital(finding.outcome)}: about {one} of 100 people under “{finding.first}”, about {other} of "
        f"100 under “{finding.second}”."
    )


def meaning(finding: Finding) -> str:
    """What to make of the verdict, in plain words."""
    said = verdict(finding)
    if said == "too few":
        return "Collect more before deciding anything on this."
    if said == "cannot tell":
        return (
            "The interval holds no difference, and it also holds differences that would matter. This is "
            "not the same as no difference."
        )
    if said == "no difference":
        return f"The whole interval lies within the {_size(finding)} that was said beforehand to matter."
    wanted = (
        "the direction people hope for" if said == finding.better else "not the direction people hope for"
    )
    margin = finding.margin
    small = margin is not None and _within(finding, margin)
    little = " It is smaller than what was said beforehand to matter." if small else ""
    return f"That is {wanted}.{little}"


def warnings(doubts: Doubts) -> Iterator[str]:
    """Sentences that go with the number wherever it goes."""
    if doubts.people is not None and doubts.people < FEW_PEOPLE:
        yield f"Fewer than {FEW_PEOPLE} people: one or two lives can turn the result."
    if doubts.events is not None and doubts.events <= FEW_EVENTS:
        yield "Very few events: read this as a description, not as an answer."
    if doubts.unbalanced:
        yield f"The groups still differ in {_list(doubts.unbalanced)} after weighting."
    if doubts.positivity:
        yield f"For some people one of the strategies hardly occurs ({_list(doubts.positivity)})."
    if doubts.selected_by_outcome:
        yield (
            "People came in because the outcome had just happened to them. Then it tends to become rarer by "
            "itself (regression to the mean), so a change over time says nothing without the comparison."
        )
    if doubts.controls:
        found = _list(doubts.controls)
        yield f"A check that should find nothing found something ({found}): the groups are not alike."
    if doubts.ratio is not None and doubts.ratio < READMISSION[0]:
        yield (
            f"The risk ratio of {doubts.ratio:.2f} is better than the best trial found "
            f"({READMISSION[0]:.2f}; another {READMISSION[1]:.2f}). Look for a flaw before you believe it."
        )


def _word(finding: Finding, said: str) -> str:
    """Risks are rarer or more common; what is measured is lower or higher."""
    if finding.unit != "people":
        return said
    return {"lower": "rarer", "higher": "more common"}[said]


def _figure(finding: Finding, number: float) -> str:
    return f"{100 * number:+.1f}" if finding.unit == "people" else f"{number:+,.2f}"


def _unit(finding: Finding) -> str:
    return "in 100 people" if finding.unit == "people" else finding.unit


def _size(finding: Finding) -> str:
    margin = finding.margin or 0.0
    return f"{100 * margin if finding.unit == 'people' else margin:g} {_unit(finding)}"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
