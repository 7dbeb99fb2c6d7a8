"""Everything collected, with sources, as JSON and CSV. Reference: docs/look-up/certification-data.md."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final

from beenthere.certification.answers import source_json
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.rules.assess import INFORMATION
from beenthere.certification.rules.told import Cited
from beenthere.certification.rules.vocabulary import Credential, Requirement, Topic, Version
from beenthere.certification.rules.wording import asked, in_words

LICENCE: Final = (
    "AGPL-3.0-or-later, like the program this comes from. Titles, notes and quoted words belong to their"
    " sources."
)
COLUMNS: Final = (
    "credential", "jurisdiction", "title", "track", "issuer", "offered", "medicaid_mental_health",
    "medicaid_substance_use", "medicaid_note", "from", "until", "basis", "dated", "reviewer", "topic",
    "requirement", "says", "in_words", "rule", "note", "confidence", "sources", "collected", "retrieved",
)  # fmt: skip


@cache
def dataset_json() -> bytes:
    """UTF-8. The same bytes as long as the process lives, since the data do not change under it."""
    whole = {
        "notice": INFORMATION,
        "licence": LICENCE,
        "credentials": [_credential(one) for one in credentials().values()],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


@cache
def dataset_csv() -> bytes:
    """UTF-8. One line for each requirement, for each topic that is not asked for or not known, and for each
    fee, scholarship, time, record kept, certificate, stage, renewal and path from elsewhere.
    """
    told = io.StringIO()
    writer = csv.DictWriter(told, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row for one in credentials().values() for row in _rows(one))
    return told.getvalue().encode()


def _credential(one: Credential) -> dict[str, Any]:
    """All that is in it names its sources by place in the credential's own list."""
    own = ("sources", "versions")
    return {
        **{
            field.name: _plain(getattr(one, field.name), one.sources)
            for field in fields(one)
            if field.name not in own
        },
        "sources": [source_json(source) for source in one.sources],
        "versions": [_version(version, one.sources) for version in one.versions],
    }


def _version(one: Version, sources: tuple[Cited, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "from": one.effective.start.isoformat(),
        "until": one.effective.end.isoformat() if one.effective.end else None,
    }
    for field in fields(one):
        if field.name != "effective":
            told[field.name] = _plain(getattr(one, field.name), sources)
    return told


def _plain(value: Any, sources: tuple[Cited, ...]) -> Any:
    if isinstance(value, Cited):
        return sources.index(value)
    if is_dataclass(value) and not isinstance(value, type):
        kind = {} if isinstance(value, Requirement) else {"kind": _kind(value)}
        return kind | {field.name: _plain(getattr(value, field.name), sources) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(one, sources) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one, sources) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _kind(value: object) -> str:
    """`BackgroundCheck` is "background_check", as in the folders."""
    name = type(value).__name__
    return name[0].lower() + "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in name[1:]
    )


def _rows(one: Credential) -> Iterator[dict[str, object]]:
    shared: dict[str, object] = {name: getattr(one, name) for name in COLUMNS[1:8] if name != "offered"} | {
        "credential": one.key,
        "offered": "yes" if one.offered else "no",
    }
    for version in one.versions:
        held: dict[str, object] = shared | {
            "from": version.effective.start,
            "until": version.effective.end or "",
            "basis": version.basis.value,
            "dated": version.dated,
            "reviewer": version.reviewer,
        }
        yield from (held | _asked(requirement) for requirement in version.requirements)
        yield from (
            held | _bare(topic, "nothing asked") | _sourced(told) for topic, told in version.none.items()
        )
        yield from (held | _bare(topic, "not known") for topic in version.unknown)
        yield from (held | told for told in _beside(version))


def _asked(one: Requirement) -> dict[str, object]:
    return {
        "topic": one.topic.value,
        "requirement": one.key,
        "says": "asked",
        "in_words": in_words(asked(one.rule)),
        "rule": json.dumps(_plain(one.rule, ()), ensure_ascii=False),
        "note": one.note,
        "confidence": one.confidence.value,
        **_sourced(one.sources),
    }


def _sourced(sources: Iterable[Cited]) -> dict[str, object]:
    """Newest days; `retrieved` is empty when none of the texts was read for this collection."""
    told = tuple(sources)
    return {
        "sources": " | ".join(f"{source.title} ({source.locator})" for source in told),
        "collected": max((source.collected.isoformat() for source in told), default=""),
        "retrieved": max((source.retrieved.isoformat() for source in told if source.retrieved), default=""),
    }


def _beside(version: Version) -> Iterator[dict[str, object]]:
    """What a version says beside its topics; `in_words` where it has words of its own, `rule` whole."""
    renewal = [version.renewal] if version.renewal else []
    for topic, all_of_it, words in (
        ("fee", version.fees, "words"),
        ("scholarship", version.scholarships, "words"),
        ("time", version.times, "note"),
        ("kept", version.keeps, "note"),
        ("certificate", version.certificates, "note"),
        ("stage", version.stages, "title"),
        ("renewal", renewal, ""),
        ("path", version.reciprocity, "note"),
    ):
        for one in all_of_it:
            rule = json.dumps(_without_sources(one), ensure_ascii=False)
            said = getattr(one, words) if words else ""
            yield {"topic": topic, "says": "told", "in_words": said, "rule": rule, **_sourced(one.sources)}


def _without_sources(value: Any) -> Any:
    """As in the JSON, with no places in a list of sources, which a table does not have."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _without_sources(one) for name, one in told.items() if not name.endswith("sources")}
    if isinstance(value, tuple):
        return [_without_sources(one) for one in value]
    return _plain(value, ())


def _bare(topic: Topic, says: str) -> dict[str, object]:
    return {"topic": topic.value, "says": says}
