"""Months as they stand in an address: 2026-11."""

from datetime import date

# Beyond these a page cannot name the month before or after, and no record is that old.
YEARS = range(1900, 2200)


def first_of_month(text: str | None, *, otherwise: date) -> date:
    """The first day of the month written as 2026-11; of the month of `otherwise` for anything else."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return otherwise.replace(day=1)
    return first if first.year in YEARS else otherwise.replace(day=1)
