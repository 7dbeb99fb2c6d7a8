"""What the ledger holds of a claim, and a strict reading of `claims.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from beenthere.evidence.errors import Unfit

CLAIMS = Path(__file__).parent / "claims.toml"
HOW_READ = ("full text", "abstract", "slides", "tables", "second-hand", "not found")
VERDICTS = ("stands as quoted", "stands with limits", "not reproducible", "source not found", "contradicted")
KINDS = ("two_by_two", "percentages", "means", "before_after")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One row of the ledger.

    claim: the wording as it circulates. n: who was analysed, and of how many eligible or engaged.
    recompute: the counts in a form to calculate with (`recomputed.py`); None where none are published.
    because: the verdict in plain words. unverified: what nobody has checked at its source.
    """

    key: str
    claim: str
    authors: str
    year: int
    published_in: str
    doi: str
    how_read: str
    design: str
    setting: str
    n: str
    time_zero: str
    window: str
    month_0: str
    denominator: str
    counts: str
    published: str
    warnings: tuple[str, ...]
    verdict: str
    because: str
    unverified: tuple[str, ...]
    recompute: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """collected: the day the entries were put together; no page was read again since."""

    version: str
    collected: date
    claims: tuple[Claim, ...]


def read_ledger(path: Path = CLAIMS) -> Ledger:
    """Raises Unfit with the entry and the key that does not fit."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    claims = tuple(_claim(one, path.name) for one in raw["claim"])
    keys = [claim.key for claim in claims]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise Unfit(f"these keys stand there twice: {', '.join(twice)}.", where=path.name)
    return Ledger(version=raw["version"], collected=raw["collected"], claims=claims)


def _claim(raw: Mapping[str, Any], name: str) -> Claim:
    where = f"{name}: {raw.get('key', 'an entry without a key')}"
    known = {field.name for field in fields(Claim)}
    for wrong, words in ((set(raw) - known, "not known"), (known - set(raw) - {"recompute"}, "missing")):
        if wrong:
            raise Unfit(f"{words}: {', '.join(sorted(wrong))}.", where=where)
    for key, allowed in (("how_read", HOW_READ), ("verdict", VERDICTS)):
        if raw[key] not in allowed:
            raise Unfit(f"{key} = {raw[key]!r} is none of: {', '.join(allowed)}.", where=where)
    if raw.get("recompute", {"kind": KINDS[0]}).get("kind") not in KINDS:
        raise Unfit(f"recompute has no kind; there are: {', '.join(KINDS)}.", where=where)
    return Claim(**{**raw, "warnings": tuple(raw["warnings"]), "unverified": tuple(raw["unverified"])})
