"""A panel of the shape of `mpdta` (500 counties, 2003 to 2007; first treated 2004: 20, 2006: 40, 2007:
131, never 309), made by a formula, without chance. Its figures come from another implementation, which was
asked for standard errors, other controls and covariates too.
"""

import math

import pandas as pd

YEARS = range(2003, 2008)
STARTS = [2004] * 20 + [2006] * 40 + [2007] * 131 + [None] * 309


def panel() -> pd.DataFrame:
    """Columns county, year, first (empty for never), size, y."""
    rows = [_row(county, year, first) for county, first in enumerate(STARTS) for year in YEARS]
    return pd.DataFrame(rows, columns=["county", "year", "first", "size", "y"])


def _row(county: int, year: int, first: int | None) -> tuple[int, int, int | None, float, float]:
    size = round(math.sin(county * 1.7) + math.cos(county * 0.3), 4)
    wobble = math.sin(county * 12.9898 + year * 78.233) * 0.3
    effect = -0.03 - 0.02 * (year - first) * (1 + size / 2) if first is not None and year >= first else 0.0
    return county, year, first, size, round(size + 0.02 * (year - 2003) * (1 + size) + wobble + effect, 6)
