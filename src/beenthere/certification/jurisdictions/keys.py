"""What a credential's file may contain, key by key. Reference: docs/look-up/certification-requirements.md."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from beenthere.certification.rules.told import Clock, Kept, Paper, Shown, Unit
from beenthere.certification.rules.vocabulary import (
    Anchor,
    Basis,
    Medicaid,
    Mode,
    Path,
    Schooling,
    Sitting,
    Topic,
    Work,
)
from beenthere.kernel.decision import Confidence

NUMBER: Final = (int, float)
Keys = Mapping[str, type | tuple[type, ...]]

FILE: Final[Keys] = {
    "title": str,
    "acronym": str,
    "track": str,
    "issuer": str,
    "offered": bool,
    "medicaid_mental_health": str,
    "medicaid_substance_use": str,
    "medicaid_note": str,
    "medicaid_sources": list,
    "notes": list,
    "conflicts": list,
    "sources": dict,
    "versions": list,
}
SOURCE: Final[Keys] = {"title": str, "locator": str, "collected": date, "confidence": str}
SOURCE_MORE: Final[Keys] = {"retrieved": date}
VERSION: Final[Keys] = {
    "from": date,
    "basis": str,
    "dated": str,
    "reviewer": str,
    "none": dict,
    "unknown": list,
}
VERSION_MORE: Final[Keys] = {
    "until": date,
    "requirements": list,
    "fees": list,
    "scholarships": list,
    "times": list,
    "keeps": list,
    "certificates": list,
    "stages": list,
    "renewal": dict,
    "reciprocity": list,
}
COMMON: Final[Keys] = {"key": str, "topic": str, "confidence": str, "sources": list}
KINDS: Final[Mapping[str, tuple[Keys, Keys]]] = {
    "hours": (
        {"spent_on": str, "hours": NUMBER},
        {"domains": list, "modes": list, "within_months": int, "over_months": int, "at_most": dict},
    ),
    "exam": (
        {"exams": list},
        {"at_least_percent": int, "attempts": int, "attempts_in": str, "again_after_days": int},
    ),
    "recovery": ({"months": int}, {}),
    "age": ({"years": int}, {}),
    "education": ({"level": str}, {"field": str}),
    "references": ({"count": int}, {}),
    "background_check": ({}, {}),
    "statement": ({"statement": str, "words": str}, {}),
    "holds": ({"credentials": list}, {}),
    "any_of": ({"of": list}, {}),
    "all_of": ({"of": list}, {}),
    "readings": ({"of": list}, {}),
}
COMBINING: Final = frozenset({"any_of", "all_of", "readings"})
FEE: Final[Keys] = {"words": str, "sources": list}
SCHOLARSHIP: Final[Keys] = {"words": str, "sources": list}
TIME: Final[Keys] = {"about": str, "count": int, "unit": str, "sources": list}
RETENTION: Final[Keys] = {"record": str, "count": int, "unit": str, "sources": list}
CERTIFICATE: Final[Keys] = {"paper": str, "shows": list, "sources": list}
STAGE: Final[Keys] = {"words": str, "before": list, "sources": list}
ALSO: Final[Keys] = {"words": str}
RENEWAL: Final[Keys] = {"anchor": str, "sources": list}
RENEWAL_MORE: Final[Keys] = {
    "years": int,
    "month": int,
    "day": int,
    "odd_years": bool,
    "ce_hours": NUMBER,
    "minimums": dict,
    "also": list,
    "late_days": int,
    "late_note": str,
    "keep_proof_years": int,
    "hours_per_ceu": NUMBER,
    "minimums_sources": list,
}
RECIPROCITY: Final[Keys] = {"path": str, "note": str, "sources": list}
RECIPROCITY_MORE: Final[Keys] = {"accepts": list, "waives": list, "requirements": list}
CHOICES: Final[Mapping[str, Iterable[str]]] = {
    "spent_on": Work,
    "level": Schooling,
    "topic": Topic,
    "confidence": (Confidence.PRIMARY, Confidence.SECONDARY, Confidence.UNVERIFIED),
    "basis": Basis,
    "anchor": Anchor,
    "path": Path,
    "modes": Mode,
    "before": Topic,
    "waives": Topic,
    "unknown": Topic,
    "about": Clock,
    "unit": Unit,
    "record": Kept,
    "paper": Paper,
    "shows": Shown,
    "attempts_in": Sitting,
    "medicaid_mental_health": Medicaid,
    "medicaid_substance_use": Medicaid,
}
# (least, most) of a number; what is not here may be any from 0.
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "at_least_percent": (1, 100),
    "month": (1, 12),
    "day": (1, 31),
    "years": (1, 100),
    "keep_proof_years": (1, 100),
    **dict.fromkeys(("months", "within_months", "over_months"), (1, 1_200)),
    **dict.fromkeys(("count", "attempts"), (1, 1_000)),
    **dict.fromkeys(("late_days", "again_after_days"), (1, 3_660)),
    **dict.fromkeys(("hours", "ce_hours", "hours_per_ceu", "up_to"), (0.01, 100_000)),
}
# Lists that would say nothing if they were empty, and texts that would.
NOT_EMPTY: Final = frozenset(
    {
        "title",
        "locator",
        "track",
        "issuer",
        "dated",
        "key",
        "words",
        "statement",
        "exams",
        "shows",
        "versions",
    }
)
# Lists of tables; every other list is one of texts.
TABLES: Final = frozenset(
    {
        "versions", "requirements", "fees", "scholarships", "times", "keeps", "certificates", "stages",
        "reciprocity", "also", "of",
    }
)  # fmt: skip
