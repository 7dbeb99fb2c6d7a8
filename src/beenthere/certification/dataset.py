"""Everything collected, with sources, as JSON and CSV. Reference: docs/look-up/certification-data.md."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final

from beenthere.certification.answers import source_json
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.rules.assess import INFORMATION, NOT_READ_AGAIN
from beenthere.certification.rules.vocabulary import Credential, Requirement, Topic, Version
from beenthere.certification.rules.wording import Asked, asked
from beenthere.kernel.decision import Source
from beenthere.kernel.words import english

LICENCE: Final = (
    "AGPL-3.0-or-later, like the program this comes from. Titles, notes and quoted words belong to their"
    " sources."
)
COLUMNS: Final = (
    "credential", "jurisdiction", "title", "track", "issuer", "offered", "medicaid_mental_health",
    "medicaid_substance_use", "from", "until", "basis", "dated", "reviewer", "topic", "requirement", "says",
    "in_words", "rule", "note", "confidence", "sources", "collected",
)  # fmt: skip


@cache
def dataset_json() -> bytes:
    """UTF-8. The same bytes as long as the process lives, since the data do not change under it."""
    whole = {
        "notice": [INFORMATION, NOT_READ_AGAIN],
        "licence": LICENCE,
        "credentials": [_credential(one) for one in credentials().values()],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


@cache
def dataset_csv() -> bytes:
    """UTF-8. One line for each requirement, and for each topic that is asked for nowhere or not known."""
    told = io.StringIO()
    writer = csv.DictWriter(told, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row for one in credentials().values() for row in _rows(one))
    return told.getvalue().encode()


def _credential(one: Credential) -> dict[str, Any]:
    """Requirements and paths name their sources by place in the credential's own list."""
    plain = {field.name: getattr(one, field.name) for field in fields(one)}
    return {
        **{name: value for name, value in plain.items() if name not in ("sources", "versions")},
        "sources": [source_json(source) for source in one.sources],
        "versions": [_version(version, one.sources) for version in one.versions],
    }


def _version(one: Version, sources: tuple[Source, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "from": one.effective.start.isoformat(),
        "until": one.effective.end.isoformat() if one.effective.end else None,
    }
    for field in fields(one):
        if field.name != "effective":
            told[field.name] = _plain(getattr(one, field.name), sources)
    return told


def _plain(value: Any, sources: tuple[Source, ...]) -> Any:
    if isinstance(value, Source):
        return sources.index(value)
    if is_dataclass(value) and not isinstance(value, type):
        kind = {} if isinstance(value, Requirement) else {"kind": _kind(value)}
        return kind | {field.name: _plain(getattr(value, field.name), sources) for field in fields(value)}
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
        yield from (held | _bare(topic, "nothing asked") for topic in version.none)
        yield from (held | _bare(topic, "not known") for topic in version.unknown)


def _asked(one: Requirement) -> dict[str, object]:
    return {
        "topic": one.topic.value,
        "requirement": one.key,
        "says": "asked",
        "in_words": in_words(asked(one.rule)),
        "rule": json.dumps(_plain(one.rule, ()), ensure_ascii=False),
        "note": one.note,
        "confidence": one.confidence.value,
        "sources": " | ".join(f"{source.title} ({source.locator})" for source in one.sources),
        "collected": max((str(source.retrieved) for source in one.sources if source.retrieved), default=""),
    }


def _bare(topic: Topic, says: str) -> dict[str, object]:
    return {"topic": topic.value, "says": says}


def in_words(told: Asked) -> str:
    """English, on one line."""
    said = ", ".join([english(told.words), *(english(one) for one in told.details)])
    return f"{said} {'; '.join(f'({in_words(one)})' for one in told.parts)}".strip()
