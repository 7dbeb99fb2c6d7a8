"""One sentence a colleague could say, and no more than the interval allows. "Proved" is never said."""

from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.result import Answer, Value


def reading(answer: Answer, design: Design, wording: str) -> str:
    """The number, its interval, and whether it can be told from no difference."""
    value = answer.value
    share = f"{100 * design.level:g} %"
    limits = f"{share} interval {figure(value.ci_low)} to {figure(value.ci_high)}"
    number = f"{value.scale or answer.headline} {figure(value.estimate)} ({limits})"
    if value.null is None:
        return f"{_capital(number)}."
    return f"{_capital(number)}. {verdict(value, wording)}"


def verdict(value: Value, wording: str) -> str:
    """Higher, lower or cannot tell."""
    if value.null is None or value.ci_low <= value.null <= value.ci_high:
        return "From these data we cannot tell whether there is a difference, or in which direction."
    direction = "higher" if value.estimate > value.null else "lower"
    if wording == "effect":
        return f"If the design holds, it made the outcome {direction}."
    return f"The outcome goes with a {direction} value; this is an association, not an effect."


def figure(number: float) -> str:
    """Four significant digits, without an exponent for the numbers of daily life."""
    return f"{number:.4g}" if 1e-4 <= abs(number) < 1e6 or number == 0 else f"{number:.3e}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
