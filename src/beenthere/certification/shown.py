"""What a credential asks for, before anybody's record is held against it, as JSON and as plain text.

Reference: docs/look-up/certification-answers.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from beenthere.certification.answers import cited, finding_json, source_json, source_lines
from beenthere.certification.rules.assess import BASES, INFORMATION, NOT_ESTABLISHED, assess
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.told import Cited, Fee, Paper
from beenthere.certification.rules.vocabulary import Credential, Renewal, Requirement, Version
from beenthere.certification.rules.wording import amount, asked, in_words
from beenthere.kernel.words import Words, english

PAPERS: Final = {
    Paper.TRAINING: "A certificate of training",
    Paper.CE: "A certificate of continuing education",
    Paper.CREDENTIAL: "The certificate of the credential",
}


def credential_row(one: Credential) -> dict[str, Any]:
    return {
        "credential": one.key,
        "title": one.title,
        "track": one.track,
        "offered": one.offered,
        "medicaid_mental_health": one.medicaid_mental_health,
        "medicaid_substance_use": one.medicaid_substance_use,
        "medicaid_note": one.medicaid_note,
    }


def credential_json(one: Credential, on: date) -> Mapping[str, Any]:
    """Each requirement as an empty record leaves it, with `asks`: what it says."""
    version = one.version_on(on)
    return {
        **credential_row(one),
        "status": "shown",
        "issuer": one.issuer,
        "on": on.isoformat(),
        "established": _established(version, on),
        "versions": [_held(each) for each in one.versions],
        "reviewer": version.reviewer if version else "",
        "requirements": _requirements_json(one, version, on),
        **(_beside(version) if version else {}),
        "notes": list(one.notes),
        "conflicts": list(one.conflicts),
        "sources": [source_json(source) for source in one.sources],
        "notice": INFORMATION,
    }


def _requirements_json(one: Credential, version: Version | None, on: date) -> list[dict[str, Any]]:
    asks = {each.key: in_words(asked(each.rule)) for each in version.requirements} if version else {}
    told = assess(Record(), replace(one, offered=True), on)
    return [{**finding_json(each), "asks": asks.get(each.key)} for each in told.findings]


def _held(version: Version) -> dict[str, str | None]:
    end = version.effective.end
    return {
        "from": version.effective.start.isoformat(),
        "until": end.isoformat() if end else None,
        "basis": version.basis.value,
        "dated": version.dated,
    }


def _established(version: Version | None, on: date) -> str:
    if version is None:
        return english(Words(NOT_ESTABLISHED, {"day": on.isoformat()}))
    return english(Words(BASES[version.basis]))


def _beside(version: Version) -> dict[str, Any]:
    """What a version says beside its requirements, each with the titles of its sources."""
    rule = version.renewal
    return {
        "renewal": _renewal_json(rule) if rule else None,
        "fees": [
            {"title": one.words, "usd": one.usd, "up_to": one.up_to, "sources": _titles(one.sources)}
            for one in version.fees
        ],
        "scholarships": [
            {"words": one.words, "sources": _titles(one.sources)} for one in version.scholarships
        ],
        "times": [
            {"about": one.about.value, **_lasting(one.count, one.unit, one.note, one.sources)}
            for one in version.times
        ],
        "keeps": [
            {"record": one.record.value, **_lasting(one.count, one.unit, one.note, one.sources)}
            for one in version.keeps
        ],
        "certificates": [
            {"paper": one.paper.value, "shows": list(one.shows), "note": one.note}
            | {"sources": _titles(one.sources)}
            for one in version.certificates
        ],
        "stages": [
            {"title": one.title, "months": one.months, "note": one.note, "sources": _titles(one.sources)}
            for one in version.stages
        ],
        "reciprocity": [
            {"path": one.path.value, "note": one.note, "sources": _titles(one.sources)}
            for one in version.reciprocity
        ],
    }


def _lasting(count: int, unit: str, note: str, sources: Iterable[Cited]) -> dict[str, Any]:
    return {"count": count, "unit": str(unit), "note": note, "sources": _titles(sources)}


def _renewal_json(rule: Renewal) -> dict[str, Any]:
    return {
        "years": rule.years,
        "anchor": rule.anchor.value,
        "ce_hours": rule.ce_hours,
        "minimums": dict(rule.minimums),
        "hours_per_ceu": rule.hours_per_ceu,
        "also": [one.words for one in rule.also],
        "late_days": rule.late_days,
        "late_note": rule.late_note,
        "keep_proof_years": rule.keep_proof_years,
        "sources": _titles(dict.fromkeys((*rule.sources, *rule.minimums_sources))),
    }


def _titles(sources: Iterable[Cited]) -> list[str]:
    return [source.title for source in sources]


def credential_text(one: Credential, on: date) -> Iterator[str]:
    """Plain text, in the order in which a person asks."""
    version = one.version_on(on)
    yield f"{one.key}: {one.title}"
    yield f"Given by: {one.issuer}. For: {one.track}." if one.offered else f"For: {one.track}."
    if not one.offered:
        yield "There is no such certification to apply for, as far as the sources say."
    yield f"Medicaid pays, mental health: {one.medicaid_mental_health}"
    yield f"Medicaid pays, substance use: {one.medicaid_substance_use}"
    yield from [f"  {one.medicaid_note}"] if one.medicaid_note else []
    yield f"On {on}: {_established(version, on)}"
    yield from (f"  {line}" for line in map(_held_line, one.versions))
    yield from _version_lines(version, one.sources) if version else ()
    yield from (f"Note: {note}" for note in one.notes)
    yield from (f"Conflict: {conflict}" for conflict in one.conflicts)
    yield from source_lines(one.sources)
    yield INFORMATION


def _held_line(version: Version) -> str:
    end = version.effective.end
    until = f" until {end}, that day not included" if end else ""
    return f"A version holds from {version.effective.start}{until} (sources dated {version.dated})"


def _version_lines(version: Version, sources: tuple[Cited, ...]) -> Iterator[str]:
    yield f"Compared with the text by: {version.reviewer or 'nobody yet'}"
    for asks in version.requirements:
        yield from _asked_lines(asks, sources)
    for topic, told in version.none.items():
        yield f"  Nothing is asked for: {topic.value.replace('_', ' ')}{cited(told, sources)}"
    if version.unknown:
        yield f"  Not known: {', '.join(topic.value.replace('_', ' ') for topic in version.unknown)}"
    yield from _renewal_lines(version.renewal, sources)
    yield from _beside_lines(version, sources)


def _asked_lines(asks: Requirement, sources: tuple[Cited, ...]) -> Iterator[str]:
    told = f"{asks.topic.value.replace('_', ' ')}: {in_words(asked(asks.rule))}"
    yield f"  {told} ({asks.confidence.value}){cited(asks.sources, sources)}"
    yield from [f"      {asks.note}"] if asks.note else []


def _renewal_lines(rule: Renewal | None, sources: tuple[Cited, ...]) -> Iterator[str]:
    if rule is None:
        yield "Renewal: not known"
        return
    years = f"every {rule.years} years" if rule.years else "how often is not known"
    hours = "not known" if rule.ce_hours is None else amount(rule.ce_hours)
    told = f"{years}; it ends: {_anchor(rule)}; hours of learning: {hours}"
    yield f"Renewal: {told}{cited(rule.sources, sources)}"
    for name, least in rule.minimums.items():
        yield f"  of these on {name}: {amount(least)}{cited(rule.minimums_sources, sources)}"
    if rule.hours_per_ceu is not None:
        yield f"  one CEU is {amount(rule.hours_per_ceu)} hours"
    if rule.late_days is not None:
        yield f"  late for {rule.late_days} days. {rule.late_note}".rstrip()
    if rule.keep_proof_years is not None:
        yield f"  keep the proof for {rule.keep_proof_years} years"
    yield from (f"  also: {one.words}{cited(one.sources, sources)}" for one in rule.also)


def _anchor(rule: Renewal) -> str:
    if rule.month and rule.day:
        return f"on day {rule.day} of month {rule.month}{' of an odd year' if rule.odd_years else ''}"
    return "not known" if rule.anchor == "unknown" else rule.anchor.value


def _beside_lines(version: Version, sources: tuple[Cited, ...]) -> Iterator[str]:
    for fee in version.fees:
        yield f"Fee: {fee.words}, {_price(fee)}{cited(fee.sources, sources)}"
    for help_ in version.scholarships:
        yield f"Help: {help_.words}{cited(help_.sources, sources)}"
    for time in version.times:
        yield _timed("Time", time.about, time.count, time.unit, time.note) + cited(time.sources, sources)
    for kept in version.keeps:
        told = _timed("The issuer keeps", kept.record, kept.count, kept.unit, kept.note)
        yield told + cited(kept.sources, sources)
    for one in version.certificates:
        told = ", ".join(each.replace("_", " ") for each in one.shows)
        shown = f"{PAPERS[one.paper]} shows: {told}. {one.note}".rstrip()
        yield shown + cited(one.sources, sources)
    for stage in version.stages:
        months = f" for {stage.months} months" if stage.months else ""
        yield f"First stage: {stage.title}{months}. {stage.note}".rstrip() + cited(stage.sources, sources)
    for path in version.reciprocity:
        yield f"From elsewhere: {path.path.replace('_', ' ')}. {path.note}" + cited(path.sources, sources)


def _timed(what: str, about: str, count: int, unit: str, note: str) -> str:
    told = f"{about.replace('_', ' ')}, {count} {unit.replace('_', ' ')}"
    return f"{what}: {told}. {note}".rstrip()


def _price(fee: Fee) -> str:
    if fee.usd is None:
        return "amount not known" if fee.up_to is None else f"up to ${fee.up_to:g}"
    return f"${fee.usd:g}" if fee.up_to is None else f"${fee.usd:g} to ${fee.up_to:g}"
