"""Covariates as terms. Lists and formulas say the same thing and become the same terms.

The formula is read by our own twenty lines, not by a library that evaluates Python: a design file may come
from a stranger, and `age + __import__('os')` is no covariate.

    formula := term ("+" term)*          term := part ((":" | "*") part)*
    part    := name | name "^" k | name "**" k | I(name ** k) | C(name) | log(name)      a * b is a + b + a:b
"""

import re
from dataclasses import dataclass
from itertools import combinations

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Covariates

NAME = r"(`[^`]+`|[^\W\d][\w.]*)"
PLAIN = re.compile(rf"^{NAME}$")
POWER = re.compile(rf"^(?:I\(\s*)?{NAME}\s*(?:\^|\*\*)\s*(\d)\s*\)?$")
CALL = re.compile(rf"^(C|log)\(\s*{NAME}\s*\)$")


@dataclass(frozen=True)
class Part:
    """One column as it enters a term: plain, power, factor or log."""

    column: str
    how: str = "plain"
    power: int = 1


Term = tuple[Part, ...]


def terms_of(covariates: Covariates, *, where: str = "design") -> tuple[Term, ...]:
    """Main effects first, then squares, then interactions; none twice."""
    if covariates.formula:
        found = [term for word in _sum(covariates.formula) for term in _product(word, covariates, where)]
    else:
        found = [(_part(name, covariates),) for name in covariates.covariates]
        found += [(Part(name, "power", 2),) for name in covariates.squares]
        found += [tuple(_part(name, covariates) for name in names) for names in covariates.interactions]
    return tuple(dict.fromkeys(found))


def columns_of(covariates: Covariates) -> list[str]:
    """The columns those terms use, once each."""
    named = [part.column for term in terms_of(covariates) for part in term]
    return list(dict.fromkeys([*named, *covariates.factors]))


def _part(name: str, covariates: Covariates) -> Part:
    return Part(name, "factor") if name in covariates.factors else Part(name)


def _sum(formula: str) -> list[str]:
    right = formula.rpartition("~")[2]
    return [word.strip() for word in right.split("+") if word.strip() not in ("", "1")]


def _product(word: str, covariates: Covariates, where: str) -> list[Term]:
    crossed = [piece.strip() for piece in re.split(r"(?<!\*)\*(?!\*)", word)]
    pieces = [tuple(_read(one, covariates, where) for one in piece.split(":")) for piece in crossed]
    chosen = (some for size in range(1, len(pieces) + 1) for some in combinations(pieces, size))
    return [tuple(part for piece in some for part in piece) for some in chosen]


def _read(text: str, covariates: Covariates, where: str) -> Part:
    text = text.strip()
    if found := PLAIN.match(text):
        return _part(found[1].strip("`"), covariates)
    if found := POWER.match(text):
        return Part(found[1].strip("`"), "power", int(found[2]))
    if found := CALL.match(text):
        return Part(found[2].strip("`"), "factor" if found[1] == "C" else "log")
    raise Unfit(
        f'the formula holds "{text}". It takes column names, a^2, C(a), log(a), a:b and a*b, joined by +.',
        where=where,
    )
