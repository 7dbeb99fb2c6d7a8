"""The faults of a credential's file that does not fit, each as `key: reason`."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path as FilePath
from typing import Any, Final

from beenthere.certification.jurisdictions.keys import (
    ALSO,
    CERTIFICATE,
    CHOICES,
    COMBINING,
    COMMON,
    FEE,
    FILE,
    KINDS,
    NOT_EMPTY,
    NUMBER,
    RANGES,
    RECIPROCITY,
    RECIPROCITY_MORE,
    RENEWAL,
    RENEWAL_MORE,
    RETENTION,
    SCHOLARSHIP,
    SOURCE,
    SOURCE_MORE,
    STAGE,
    TABLES,
    TIME,
    VERSION,
    VERSION_MORE,
    Keys,
)
from beenthere.certification.rules.vocabulary import Anchor, Medicaid, Mode, Topic
from beenthere.kernel.decision import Confidence

DOMAINS: Final = FilePath(__file__).parent / "domains.toml"
# By its name, the confidence of each source.
Sources = Mapping[str, object]


def faults_of(data: Mapping[str, Any]) -> list[str]:
    """Every fault, each as `key: reason`."""
    faults = _misfits("", data, FILE, {})
    told = data.get("sources")
    named: Mapping[str, Any] = told if isinstance(told, dict) else {}
    faults += ["sources: name at least one"] if told == {} else []
    for name, source in named.items():
        faults += _table(f"sources.{name}", source, SOURCE, SOURCE_MORE)
    sources = {name: one.get("confidence") if isinstance(one, dict) else None for name, one in named.items()}
    faults += _medicaid(data, sources)
    for at, version in _tables("", "versions", data, faults):
        faults += _misfits(at, version, VERSION, VERSION_MORE) + _version(at, version, sources)
    return faults


def _medicaid(data: Mapping[str, Any], sources: Sources) -> list[str]:
    told = (data.get("medicaid_mental_health"), data.get("medicaid_substance_use"))
    known = any(one != Medicaid.UNKNOWN for one in told)
    return _cited("", "medicaid_sources", data, sources, some=known)


def _version(at: str, version: Mapping[str, Any], sources: Sources) -> list[str]:
    faults: list[str] = []
    for where, one in _tables(at, "requirements", version, faults):
        faults += _requirement(where, one, sources)
    for name, must, may in (
        ("fees", FEE, {"usd": NUMBER, "up_to": NUMBER}),
        ("scholarships", SCHOLARSHIP, {}),
        ("times", TIME, {"note": str}),
        ("keeps", RETENTION, {"note": str}),
        ("certificates", CERTIFICATE, {"note": str}),
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


def _renewal(at: str, renewal: object, sources: Sources) -> list[str]:
    faults = _table(at, renewal, RENEWAL, RENEWAL_MORE)
    if not isinstance(renewal, dict):
        return faults
    faults += _cited(f"{at}.", "sources", renewal, sources)
    faults += _cited(f"{at}.", "minimums_sources", renewal, sources, some=False)
    least = renewal.get("minimums")
    faults += _hours_of(f"{at}.minimums", least, domains()) if isinstance(least, dict) else []
    faults += _anchor(at, renewal)
    for where, one in _tables(f"{at}.", "also", renewal, faults):
        faults += _misfits(where, one, ALSO, {"sources": list}) + _cited(where, "sources", one, sources)
    return faults


def _anchor(at: str, renewal: Mapping[str, Any]) -> list[str]:
    """A fixed day is one that every year has."""
    month, day = (renewal.get(key) for key in ("month", "day"))
    if renewal.get("anchor") != Anchor.FIXED_DAY or not (_is(month, int) and _is(day, int)):
        fixed = renewal.get("anchor") == Anchor.FIXED_DAY
        return [f"{at}.anchor: fixed_day needs month and day"] if fixed else []
    try:
        date(2023, month or 0, day or 0)
    except ValueError:
        return [f"{at}.day: no year has day {day} of month {month}, or not every year"]
    return []


def _hours_of(at: str, told: Mapping[str, object], names: Iterable[str]) -> list[str]:
    """Hours by domain, or by mode."""
    odd = [name for name, hours in told.items() if not _is(hours, NUMBER) or not _positive(hours)]
    known = set(names)
    return [
        *(f"{at}.{name}: must be a number of hours, more than 0" for name in odd),
        *(f"{at}: {name!r} is not in jurisdictions/{DOMAINS.name}" for name in told if name not in known),
    ]


def _positive(number: object) -> bool:
    return isinstance(number, int | float) and number > 0


def _none(at: str, none: object, sources: Sources) -> list[str]:
    """Topic by topic: who says that nothing is asked for."""
    topics: Mapping[str, Any] = none if isinstance(none, dict) else {}
    odd = [topic for topic in topics if topic not in set(Topic)]
    no_list = [topic for topic, names in topics.items() if not isinstance(names, list)]
    return [
        *(f"{at}none: {topic!r} is none of {', '.join(Topic)}" for topic in odd),
        *(f"{at}none.{topic}: must be a list" for topic in no_list),
        *(fault for topic in topics for fault in _cited(f"{at}none.", topic, topics, sources)),
        *(fault for topic, names in topics.items() for fault in _values(f"{at}none.", topic, names)),
    ]


def _cited(at: str, key: str, one: Mapping[str, Any], sources: Sources, *, some: bool = True) -> list[str]:
    """A key that is not there, or is no list, is told elsewhere."""
    named = one.get(key)
    if not isinstance(named, list):
        return []
    faults = [f"{at}{key}: {name!r} is not among [sources]" for name in _texts(named) if name not in sources]
    return faults + ([f"{at}{key}: name at least one"] if some and not named else [])


def _requirement(at: str, one: Mapping[str, Any], sources: Sources) -> list[str]:
    faults = _rule(at, one, {**COMMON, "kind": str}, {"note": str}) + _cited(at, "sources", one, sources)
    levels = [sources.get(name) for name in _texts(one.get("sources"))]
    unfounded = one.get("confidence") == Confidence.PRIMARY and Confidence.PRIMARY not in levels
    return faults + ([f"{at}confidence: primary, and none of its sources is"] if unfounded else [])


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
    odd = [name for name in _texts(one.get("domains")) if name not in domains()]
    faults += [f"{at}domains: {name!r} is not in jurisdictions/{DOMAINS.name}" for name in odd]
    return faults + _caps(at, one.get("at_most"))


@cache
def domains() -> Mapping[str, Mapping[str, str]]:
    """By its tag, each domain: `title`, and `icrc` and `samhsa` where a title of theirs says the same."""
    return tomllib.loads(DOMAINS.read_text(encoding="utf-8"))


def _caps(at: str, caps: object) -> list[str]:
    if not isinstance(caps, dict):
        return []
    modes = set(Mode) & set(caps)
    mixed = bool(modes) and modes != set(caps)
    return [
        *([f"{at}at_most: cap domains or modes, not both in one requirement"] if mixed else []),
        *_hours_of(f"{at}at_most", caps, (*domains(), *Mode)),
    ]


def _silence(at: str, version: Mapping[str, Any]) -> list[str]:
    """A topic left out by oversight is no known absence, so each is spoken of exactly once."""
    given = set(_texts([one.get("topic") for one in _dicts(version.get("requirements"))]))
    none, unknown = (set(_texts(version.get(key))) for key in ("none", "unknown"))
    silent = [topic for topic in Topic if topic not in given | none | unknown]
    # A topic may be given and unknown: a part of it is known, not that this is all.
    both = [topic for topic in Topic if topic in none & (given | unknown)]
    return [
        *(f"{at}{topic}: give a requirement, or list it under none or unknown" for topic in silent),
        *(f"{at}none: {topic} is asked for, or is unknown" for topic in both),
    ]


def _twice(at: str, version: Mapping[str, Any]) -> list[str]:
    keys = _texts([one.get("key") for one in _dicts(version.get("requirements"))])
    return [f"{at}requirements: the key {key!r} is there twice" for key in set(keys) if keys.count(key) > 1]


def _texts(told: object) -> list[str]:
    """The names in a list, or of a table; what is no text among them is told elsewhere."""
    return [one for one in told if isinstance(one, str)] if isinstance(told, list | dict) else []


def _dicts(told: object) -> list[Mapping[str, Any]]:
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


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
    faults = []
    if isinstance(value, list) and key not in TABLES:
        faults += [f"{at}{key}[{i}]: must be text" for i, one in enumerate(value) if not isinstance(one, str)]
    if key in CHOICES:
        told = _texts(value if isinstance(value, list) else [value])
        choices = ", ".join(CHOICES[key])
        faults += [f"{at}{key}: {one!r} is none of {choices}" for one in told if one not in set(CHOICES[key])]
    if key in NOT_EMPTY and not value:
        faults.append(f"{at}{key}: must not be empty")
    return faults + _number(at, key, value)


def _number(at: str, key: str, value: object) -> list[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return []
    least, most = RANGES.get(key, (0, 1_000_000))
    if key in RANGES and value <= 0:
        return [f"{at}{key}: must be more than 0; when nothing is asked, list the topic under none"]
    return [] if least <= value <= most else [f"{at}{key}: must be from {least:g} to {most:g}"]


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    """`isinstance` takes true for the number 1; infinity and what is no number are of no use to anybody."""
    fits = type(value) in (kind if isinstance(kind, tuple) else (kind,))
    return fits and (not isinstance(value, float) or isfinite(value))


def _named(kind: type | tuple[type, ...]) -> str:
    names = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
    return "a number" if isinstance(kind, tuple) else names.get(kind, f"a {kind.__name__}")
