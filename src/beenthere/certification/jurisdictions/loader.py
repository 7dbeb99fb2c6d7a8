"""Reads the jurisdictions' folders. A fault is told with file, key and reason, all of a file at once."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path as FilePath
from typing import Any, Final

from beenthere.certification.jurisdictions import JURISDICTIONS
from beenthere.certification.jurisdictions.reading import faults_of
from beenthere.certification.rules.told import (
    Certificate,
    Cited,
    Clock,
    Fee,
    Kept,
    Paper,
    Retention,
    Scholarship,
    Shown,
    Time,
    Unit,
)
from beenthere.certification.rules.vocabulary import (
    Age,
    AllOf,
    Also,
    Anchor,
    AnyOf,
    BackgroundCheck,
    Basis,
    Credential,
    Education,
    Exam,
    Holds,
    Hours,
    Medicaid,
    Mode,
    Path,
    Readings,
    Reciprocity,
    Recovery,
    References,
    Renewal,
    Requirement,
    Rule,
    Schooling,
    Sitting,
    Stage,
    Statement,
    Topic,
    Version,
    Work,
)
from beenthere.certification.rules.wording import leaves
from beenthere.kernel.decision import Confidence
from beenthere.kernel.periods import Period

FOLDER: Final = FilePath(__file__).parent
Sources = Mapping[str, Cited]


class JurisdictionFileError(ValueError):
    """One line for each fault: file, key, reason."""


@cache
def credentials() -> Mapping[str, Credential]:
    """Every credential by its key. JurisdictionFileError when folders and register differ."""
    found = {file.parent.name for file in FOLDER.glob("*/*.toml")}
    if found != set(JURISDICTIONS) or len(found) != len(JURISDICTIONS):
        odd = ", ".join(sorted(found ^ set(JURISDICTIONS))) or "a code that is there twice"
        raise JurisdictionFileError(
            f"jurisdictions/__init__.py: JURISDICTIONS: folders and register differ: {odd}"
        )
    files = [file for code in JURISDICTIONS for file in sorted((FOLDER / code).glob("*.toml"))]
    read = {one.key: one for one in map(read_credential, files)}
    odd_keys = [fault for one in read.values() for fault in unknown_keys(one, read)]
    if odd_keys:
        raise JurisdictionFileError("\n".join(odd_keys))
    return read


def unknown_keys(one: Credential, known: Collection[str]) -> list[str]:
    """A path or a requirement that names a credential which is in no folder."""
    file = f"jurisdictions/{one.key.lower()}.toml"
    paths = [path for version in one.versions for path in version.reciprocity]
    asked = [*(each for version in one.versions for each in version.requirements)]
    asked += [each for path in paths for each in path.requirements]
    held = [leaf for each in asked for leaf in leaves(each.rule) if isinstance(leaf, Holds)]
    return [
        *(
            f"{file}: accepts: {key!r} is in no folder"
            for path in paths
            for key in path.accepts
            if key not in known
        ),
        *(
            f"{file}: credentials: {key!r} is in no folder"
            for each in held
            for key in each.credentials
            if key not in known
        ),
    ]


def read_credential(path: FilePath) -> Credential:
    """The key comes from the path: `oh/prs.toml` is OH/PRS."""
    code, name = path.parent.name.upper(), path.stem.upper()
    named = f"jurisdictions/{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise JurisdictionFileError(f"{named}: not readable as UTF-8: {fault}") from fault
    return parse_credential(f"{code}/{name}", text, named=named)


def parse_credential(key: str, text: str, *, named: str) -> Credential:
    """JurisdictionFileError with every fault found."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise JurisdictionFileError(f"{named}: not readable as TOML: {fault}") from fault
    faults = [f"{named}: {fault}" for fault in faults_of(data)]
    if faults:
        raise JurisdictionFileError("\n".join(faults))
    try:
        return _credential(key, data)
    except ValueError as fault:
        raise JurisdictionFileError(f"{named}: versions: {fault}") from fault


def _credential(key: str, data: Mapping[str, Any]) -> Credential:
    sources = {name: _source(source) for name, source in data["sources"].items()}
    versions = tuple(_version(one, sources) for one in data["versions"])
    for one, other in combinations(versions, 2):
        if one.effective.overlaps(other.effective):
            raise ValueError(f"two versions hold on {max(one.effective.start, other.effective.start)}")
    plain = {name: data[name] for name in ("title", "acronym", "track", "issuer", "offered")}
    return Credential(
        key=key,
        jurisdiction=key.partition("/")[0],
        medicaid_mental_health=Medicaid(data["medicaid_mental_health"]),
        medicaid_substance_use=Medicaid(data["medicaid_substance_use"]),
        medicaid_note=data["medicaid_note"],
        medicaid_sources=_cited(data["medicaid_sources"], sources),
        notes=tuple(data["notes"]),
        conflicts=tuple(data["conflicts"]),
        sources=tuple(sources.values()),
        versions=versions,
        **plain,
    )


def _source(data: Mapping[str, Any]) -> Cited:
    return Cited(
        title=data["title"],
        locator=data["locator"],
        retrieved=data.get("retrieved"),
        collected=data["collected"],
        confidence=Confidence(data["confidence"]),
    )


def _cited(names: Iterable[str], sources: Sources) -> tuple[Cited, ...]:
    return tuple(sources[name] for name in names)


def _version(data: Mapping[str, Any], sources: Sources) -> Version:
    start: date = data["from"]
    basis, until = Basis(data["basis"]), data.get("until")
    if basis is Basis.ENDED and until != start + timedelta(days=1):
        raise ValueError(f"basis ended: established for one day alone, so until is the day after {start}")
    return Version(
        effective=Period(start, until),
        basis=basis,
        dated=data["dated"],
        reviewer=data["reviewer"],
        requirements=tuple(_requirement(one, sources) for one in data.get("requirements", ())),
        none={Topic(topic): _cited(names, sources) for topic, names in data["none"].items()},
        unknown=tuple(map(Topic, data["unknown"])),
        fees=tuple(_fee(one, sources) for one in data.get("fees", ())),
        scholarships=tuple(_scholarship(one, sources) for one in data.get("scholarships", ())),
        times=tuple(_time(one, sources) for one in data.get("times", ())),
        keeps=tuple(_retention(one, sources) for one in data.get("keeps", ())),
        certificates=tuple(_certificate(one, sources) for one in data.get("certificates", ())),
        stages=tuple(_stage(one, sources) for one in data.get("stages", ())),
        renewal=_renewal(data["renewal"], sources) if "renewal" in data else None,
        reciprocity=tuple(_reciprocity(one, sources) for one in data.get("reciprocity", ())),
    )


def _requirement(data: Mapping[str, Any], sources: Sources) -> Requirement:
    return Requirement(
        key=data["key"],
        topic=Topic(data["topic"]),
        rule=_rule(data),
        sources=_cited(data["sources"], sources),
        confidence=Confidence(data["confidence"]),
        note=data.get("note", ""),
    )


def _rule(data: Mapping[str, Any]) -> Rule:  # noqa: PLR0911 - one line for each kind
    match data["kind"]:
        case "hours":
            return _hours(data)
        case "exam":
            return _exam(data)
        case "recovery":
            return Recovery(months=data["months"])
        case "age":
            return Age(years=data["years"])
        case "education":
            return Education(level=Schooling(data["level"]), field=data.get("field", ""))
        case "references":
            return References(count=data["count"])
        case "background_check":
            return BackgroundCheck()
        case "statement":
            return Statement(statement=data["statement"], words=data["words"])
        case "holds":
            return Holds(credentials=tuple(data["credentials"]))
        case combined:
            return _combined(combined, tuple(_rule(one) for one in data["of"]))


def _combined(kind: str, rules: tuple[Rule, ...]) -> Rule:
    if kind == "any_of":
        return AnyOf(ways=rules)
    return AllOf(parts=rules) if kind == "all_of" else Readings(readings=rules)


def _exam(data: Mapping[str, Any]) -> Exam:
    return Exam(
        exams=tuple(data["exams"]),
        at_least_percent=data.get("at_least_percent"),
        attempts=data.get("attempts"),
        attempts_in=Sitting(data["attempts_in"]) if "attempts_in" in data else None,
        again_after_days=data.get("again_after_days"),
    )


def _hours(data: Mapping[str, Any]) -> Hours:
    return Hours(
        spent_on=Work(data["spent_on"]),
        hours=data["hours"],
        domains=tuple(data.get("domains", ())),
        modes=tuple(map(Mode, data.get("modes", ()))),
        within_months=data.get("within_months"),
        over_months=data.get("over_months"),
        at_most=data.get("at_most"),
    )


def _fee(data: Mapping[str, Any], sources: Sources) -> Fee:
    told = _cited(data["sources"], sources)
    return Fee(words=data["words"], usd=data.get("usd"), up_to=data.get("up_to"), sources=told)


def _scholarship(data: Mapping[str, Any], sources: Sources) -> Scholarship:
    return Scholarship(words=data["words"], sources=_cited(data["sources"], sources))


def _time(data: Mapping[str, Any], sources: Sources) -> Time:
    return Time(
        about=Clock(data["about"]),
        count=data["count"],
        unit=Unit(data["unit"]),
        sources=_cited(data["sources"], sources),
        note=data.get("note", ""),
    )


def _retention(data: Mapping[str, Any], sources: Sources) -> Retention:
    return Retention(
        record=Kept(data["record"]),
        count=data["count"],
        unit=Unit(data["unit"]),
        sources=_cited(data["sources"], sources),
        note=data.get("note", ""),
    )


def _certificate(data: Mapping[str, Any], sources: Sources) -> Certificate:
    return Certificate(
        paper=Paper(data["paper"]),
        shows=tuple(map(Shown, data["shows"])),
        sources=_cited(data["sources"], sources),
        note=data.get("note", ""),
    )


def _stage(data: Mapping[str, Any], sources: Sources) -> Stage:
    return Stage(
        title=data["words"],
        months=data.get("months"),
        before=tuple(map(Topic, data["before"])),
        sources=_cited(data["sources"], sources),
        note=data.get("note", ""),
    )


def _renewal(data: Mapping[str, Any], sources: Sources) -> Renewal:
    own = data["sources"]
    return Renewal(
        years=data.get("years"),
        anchor=Anchor(data["anchor"]),
        month=data.get("month"),
        day=data.get("day"),
        odd_years=data.get("odd_years", False),
        ce_hours=data.get("ce_hours"),
        minimums=data.get("minimums", {}),
        also=tuple(_also(one, own, sources) for one in data.get("also", ())),
        late_days=data.get("late_days"),
        late_note=data.get("late_note", ""),
        keep_proof_years=data.get("keep_proof_years"),
        hours_per_ceu=data.get("hours_per_ceu"),
        sources=_cited(own, sources),
        minimums_sources=_cited(data.get("minimums_sources", own), sources),
    )


def _also(data: Mapping[str, Any], own: Iterable[str], sources: Sources) -> Also:
    return Also(words=data["words"], sources=_cited(data.get("sources", own), sources))


def _reciprocity(data: Mapping[str, Any], sources: Sources) -> Reciprocity:
    return Reciprocity(
        path=Path(data["path"]),
        accepts=tuple(data.get("accepts", ())),
        waives=tuple(map(Topic, data.get("waives", ()))),
        requirements=tuple(_requirement(one, sources) for one in data.get("requirements", ())),
        note=data["note"],
        sources=_cited(data["sources"], sources),
    )
