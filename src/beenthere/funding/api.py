"""The door of funding: what other contexts may call."""

from beenthere.funding.access import May
from beenthere.funding.facts import FindingLine, UnitsLine
from beenthere.funding.queries import findings, units_line

__all__ = [
    "FindingLine",
    "May",
    "UnitsLine",
    "findings",
    "units_line",
]
