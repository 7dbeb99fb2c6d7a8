"""What a credential's file may contain, key by key, and the faults of one that does not fit."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final

from beenthere.certification.rules.vocabulary import (
    Anchor,
    Basis,
    Clock,
    Medicaid,
    Mode,
    Path,
    Schooling,
    Sitting,
    Topic,
    Unit,
    Work,
)
from beenthere.kernel.decision import Confidence

DOMAINS: Final = FilePath(__file__).parent / "domains.toml"
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
FEE: Final[Keys] = {"title": str, "sources": list}
SCHOLARSHIP: Final[Keys] = {"words": str, "sources": list}
TIME: Final[Keys] = {"about": str, "count": int, "unit": str, "sources": list}
STAGE: Final[Keys] = {"title": str, "before": list, "sources": list}
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
    "minimums_sources": list,
}
RECIPROCITY: Final[Keys] = {"path": str, "note": str, "sources": list}
RECIPROCITY_MORE: Final[Keys] = {"accepts": list, "waives": list, "requirements": list}
CHOICES: Final[Mapping[str, Iterable[str]]] = {
    "spent_on": Work,
    "level": Schooling,
    "topic": Topic,
    "confidence": Confidence,
    "basis": Basis,
    "anchor": Anchor,
    "path": Path,
    "modes": Mode,
    "before": Topic,
    "waives": Topic,
    "unknown": Topic,
    "about": Clock,
    "unit": Unit,
    "attempts_in": Sitting,
    "medicaid_mental_health": Medicaid,
    "medicaid_substance_use": Medicaid,
}
POSITIVE: Final = frozenset(
    {
        "hours", "years", "months", "count", "within_months", "over_months", "ce_hours", "late_days", "up_to",
        "attempts", "again_after_days", "keep_proof_years",
    }
)  # fmt: skip


def faults_of(data: Mapping[str, Any]) -> list[str]:
    """Every fault, each as `key: reason`."""
    faults = _misfits("", data, FILE, {})
    told = data.get("sources")
    sources: Mapping[str, Any] = told if isinstance(told, dict) else {}
    for name, source in sources.items():
        faults += _table(f"sources.{name}", source, SOURCE, SOURCE_MORE)
    faults += _medicaid(data, set(sources))
    for at, version in _tables("", "versions", data, faults):
        faults += _misfits(at, version, VERSION, VERSION_MORE) + _version(at, version, set(sources))
    return faults


def _medicaid(data: Mapping[str, Any], sources: set[str]) -> list[str]:
    unknown = {data.get("medicaid_mental_health"), data.get("medicaid_substance_use")} == {Medicaid.UNKNOWN}
    return _cited("", "medicaid_sources", data, sources, some=not unknown)


def _version(at: str, version: Mapping[str, Any], sources: set[str]) -> list[str]:
    faults: list[str] = []
    for where, one in _tables(at, "requirements", version, faults):
        faults += _requirement(where, one, sources)
    for name, must, may in (
        ("fees", FEE, {"usd": NUMBER, "up_to": NUMBER}),
        ("scholarships", SCHOLARSHIP, {}),
        ("times", TIME, {"note": str}),
        ("stages", STAGE, {"months": int, "note": str}),
        ("reciprocity", RECIPROCITY, RECIPROCITY_MORE),
    ):
        for where, one in _tables(at, name, version, faults):
            faults += _misfits(where, one, must, may) + _cited(where, "sources", one, sources)
            for below, asked in _tables(where, "requirements", one, faults):
                faults += _requirement(below, asked, sources)
    if "renewal" in version:
        faults += _renewal(f"{at}renewal", version["renewal"], sources)
    return faults + _none(at, version.get("none"), sources) + _silence(at, version) + _twice(at, version)


def _renewal(at: str, renewal: object, sources: set[str]) -> list[str]:
    faults = _table(at, renewal, RENEWAL, RENEWAL_MORE)
    if not isinstance(renewal, dict):
        return faults
    faults += _cited(f"{at}.", "sources", renewal, sources)
    faults += _cited(f"{at}.", "minimums_sources", renewal, sources, some=False)
    least = renewal.get("minimums")
    faults += _domains(f"{at}.minimums", least) if isinstance(least, dict) else []
    for where, one in _tables(f"{at}.", "also", renewal, faults):
        faults += _misfits(where, one, ALSO, {"sources": list}) + _cited(where, "sources", one, sources)
    return faults


def _none(at: str, none: object, sources: set[str]) -> list[str]:
    """Topic by topic: who says that nothing is asked for."""
    topics: Mapping[str, Any] = none if isinstance(none, dict) else {}
    odd = [topic for topic in topics if topic not in set(Topic)]
    no_list = [topic for topic, names in topics.items() if not isinstance(names, list)]
    return [
        *(f"{at}none: {topic!r} is none of {', '.join(Topic)}" for topic in odd),
        *(f"{at}none.{topic}: must be a list" for topic in no_list),
        *(fault for topic in topics for fault in _cited(f"{at}none.", topic, topics, sources)),
    ]


def _cited(at: str, key: str, one: Mapping[str, Any], sources: set[str], *, some: bool = True) -> list[str]:
    """A key that is not there, or is no list, is told elsewhere."""
    named = one.get(key)
    if not isinstance(named, list):
        return []
    faults = [f"{at}{key}: {name!r} is not among [sources]" for name in named if name not in sources]
    return faults + ([f"{at}{key}: name at least one"] if some and not named else [])


def _requirement(at: str, one: Mapping[str, Any], sources: set[str]) -> list[str]:
    return _rule(at, one, {**COMMON, "kind": str}, {"note": str}) + _cited(at, "sources", one, sources)


def _rule(at: str, one: Mapping[str, Any], common: Keys, more: Keys) -> list[str]:
    kind = str(one.get("kind"))
    if kind not in KINDS:
        return [f"{at}kind: {kind!r} is none of {', '.join(KINDS)}"]
    must, may = KINDS[kind]
    faults = _misfits(at, one, {**common, **must}, {**more, **may})
    if kind in COMBINING:
        parts = list(_tables(at, "of", one, faults))
        faults += [] if len(parts) > 1 else [f"{at}of: needs at least two"]
        for where, part in parts:
            faults += _rule(where, part, {"kind": str}, {})
    named = one.get("domains")
    faults += _domains(f"{at}domains", named) if isinstance(named, list) else []
    return faults + _caps(at, one.get("at_most"))


@cache
def domains() -> Mapping[str, Mapping[str, str]]:
    """By its tag, each domain: `title`, and `icrc` and `samhsa` where a title of theirs says the same."""
    return tomllib.loads(DOMAINS.read_text(encoding="utf-8"))


def _domains(at: str, named: Iterable[Any]) -> list[str]:
    return [f"{at}: {one!r} is not in jurisdictions/{DOMAINS.name}" for one in named if one not in domains()]


def _caps(at: str, caps: object) -> list[str]:
    if not isinstance(caps, dict):
        return []
    modes = set(Mode) & set(caps)
    mixed = bool(modes) and modes != set(caps)
    numbers = [name for name, most in caps.items() if not _is(most, NUMBER)]
    return [
        *([f"{at}at_most: cap domains or modes, not both in one requirement"] if mixed else []),
        *(f"{at}at_most.{name}: must be a number" for name in numbers),
        *_domains(f"{at}at_most", set(caps) - set(Mode)),
    ]


def _silence(at: str, version: Mapping[str, Any]) -> list[str]:
    """A topic left out by oversight is no known absence, so each is spoken of exactly once."""
    given = {one.get("topic") for one in version.get("requirements", []) if isinstance(one, dict)}
    none, unknown = (set(version.get(key, ())) for key in ("none", "unknown"))
    silent = [topic for topic in Topic if topic not in given | none | unknown]
    # A topic may be given and unknown: a part of it is known, not that this is all.
    both = [topic for topic in Topic if topic in none & (given | unknown)]
    return [
        *(f"{at}{topic}: give a requirement, or list it under none or unknown" for topic in silent),
        *(f"{at}none: {topic} is asked for, or is unknown" for topic in both),
    ]


def _twice(at: str, version: Mapping[str, Any]) -> list[str]:
    keys = [one.get("key") for one in version.get("requirements", []) if isinstance(one, dict)]
    return [f"{at}requirements: the key {key!r} is there twice" for key in set(keys) if keys.count(key) > 1]


def _tables(
    at: str, name: str, data: Mapping[str, Any], faults: list[str]
) -> Iterable[tuple[str, Mapping[str, Any]]]:
    rows = data.get(name, [])
    for i, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield f"{at}{name}[{i}].", row
        else:
            faults.append(f"{at}{name}[{i}]: must be a table")


def _table(at: str, data: object, must: Keys, may: Keys) -> list[str]:
    return _misfits(f"{at}.", data, must, may) if isinstance(data, dict) else [f"{at}: must be a table"]


def _misfits(at: str, data: Mapping[str, Any], must: Keys, may: Keys) -> list[str]:
    known = {**must, **may}
    fitting = {key: value for key, value in data.items() if key in known and _is(value, known[key])}
    return [
        *(f"{at}{key}: is missing" for key in must if key not in data),
        *(f"{at}{key}: is not a key we know" for key in data if key not in known),
        *(
            f"{at}{key}: must be {_named(known[key])}, not {value!r}"
            for key, value in data.items()
            if key in known and key not in fitting
        ),
        *(fault for key, value in fitting.items() for fault in _values(at, key, value)),
    ]


def _values(at: str, key: str, value: object) -> list[str]:
    told = value if isinstance(value, list) else [value]
    if key in CHOICES:
        choices = set(CHOICES[key])
        return [
            f"{at}{key}: {one!r} is none of {', '.join(CHOICES[key])}" for one in told if one not in choices
        ]
    if key in POSITIVE and isinstance(value, int | float) and value <= 0:
        return [f"{at}{key}: must be more than 0; when nothing is asked, list the topic under none"]
    return []


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    """`isinstance` takes true for the number 1."""
    return type(value) in (kind if isinstance(kind, tuple) else (kind,))


def _named(kind: type | tuple[type, ...]) -> str:
    names = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
    return "a number" if isinstance(kind, tuple) else names.get(kind, f"a {kind.__name__}")
