"""A CSV or Parquet file as rows, with nothing guessed that could move a value into another column."""

import csv
import hashlib
import io
import warnings
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pandas as pd

from beenthere.evidence.errors import Unfit

#: What an empty cell of a CSV looks like. "None" and "n/a" are words, and stay values.
GAPS = ["", "NA", "NaN", "nan", "NULL", "null"]


def read_table(path: Path) -> tuple[pd.DataFrame, str]:
    """The table and the SHA-256 of the file. CSV has one header line; anything else is read as Parquet."""
    try:
        content = path.read_bytes()
        frame = _csv(content, path) if path.suffix.casefold() == ".csv" else _parquet(content)
    except (OSError, ValueError, csv.Error, pd.errors.ParserError, pd.errors.ParserWarning) as fault:
        first = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise Unfit(f"it cannot be read as {path.suffix or 'a table'}: {first}", where=path.name) from fault
    if frame.empty:
        raise Unfit("it has no rows.", where=path.name)
    return frame, hashlib.sha256(content).hexdigest()


def _csv(content: bytes, path: Path) -> pd.DataFrame:
    text = content.decode("utf-8-sig")
    _header(text, path)
    with warnings.catch_warnings():
        # Without index_col=False a row with one cell more than the header makes its first cell a row name,
        # and every value slides into the column before; with it, the surplus is a warning: here an error.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            io.StringIO(text), low_memory=False, index_col=False, keep_default_na=False, na_values=GAPS
        )


def _header(text: str, path: Path) -> None:
    """Raises Unfit for two columns of one name, which the library would rename, and for another separator."""
    names = next(csv.reader(io.StringIO(text)), [])
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise Unfit(f"two columns are called {twice[0]!r}.", where=path.name)
    other = next((mark for mark in (";", "\t", "|") if len(names) == 1 and mark in names[0]), None)
    if other:
        raise Unfit(f"its columns are separated by {other!r}. Save it with commas.", where=path.name)


def _parquet(content: bytes) -> pd.DataFrame:
    """Named row labels are columns, and exact decimals are numbers."""
    frame = pd.read_parquet(io.BytesIO(content))
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    exact = [name for name in frame if _decimal(frame[name])]
    return frame.astype(dict.fromkeys(exact, "float64")) if exact else frame


def _decimal(series: pd.Series) -> bool:
    if series.dtype != object:
        return False
    first = series.dropna().head(1)
    return bool(len(first)) and isinstance(first.iloc[0], Decimal)
