"""The answer of a rule: yes or no, always with reasons a person can read and check."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How far a source was checked. Only `PRIMARY` and `PAYER` may be stated as fact."""

    PRIMARY = "primary"  # the rule, statute or agency text itself was read
    PAYER = "payer"  # the payer's own manual or bulletin was read
    SECONDARY = "secondary"  # a vendor, a blog, the press, another project's data
    MEASURED = "measured"  # tried, with a named tool and version
    UNVERIFIED = "unverified"  # remembered or inferred
    LOCAL = "local"  # the organization set it itself


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a rule comes from, precisely enough to look it up again."""

    title: str
    locator: str
    retrieved: date | None
    confidence: Confidence


@dataclass(frozen=True)
class Reason:
    """`code` is stable and never shown; `sentence` says what is so and what to do about it.

    The sentence is a message id, so it carries no names or numbers; `about` is what it speaks of, when one
    answer gives the same reason for several things.
    """

    code: str
    sentence: str
    source: Source | None = None
    about: str = ""


@dataclass(frozen=True)
class Decision:
    """True in a condition exactly when allowed. A refusal has at least one reason."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        if not self.allowed and not self.reasons:
            raise ValueError("A refusal must give a reason: nobody should hear only no")

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


def allow(*reasons: Reason) -> Decision:
    return Decision(True, reasons)


def refuse(code: str, sentence: str, source: Source | None = None) -> Decision:
    return Decision(False, (Reason(code, sentence, source),))


def refuse_for(*reasons: Reason) -> Decision:
    """Refuse for several reasons at once, so that all can be mended in one go."""
    return Decision(False, reasons)


def and_(*decisions: Decision) -> Decision:
    """Allowed when all are; then with every reason. Refused otherwise, with the reasons of each refusal.

    It does not stop at the first refusal: someone who mends one fault should not find the next one
    behind it. Reasons of the parts that would have allowed are left out of a refusal. Repeats are dropped.
    """
    refused = [one for one in decisions if not one.allowed]
    reasons = [reason for one in refused or decisions for reason in one.reasons]
    return Decision(not refused, tuple(dict.fromkeys(reasons)))
