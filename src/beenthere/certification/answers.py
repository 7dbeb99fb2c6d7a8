"""Answers as JSON of a stable shape and as plain text. Reference: docs/look-up/certification-answers.md."""

from collections.abc import Iterable, Iterator
from typing import Any

from beenthere.certification.rules.assess import INFORMATION, NOT_READ_AGAIN, OUTCOMES, Assessment, Finding
from beenthere.certification.rules.measure import Standing, number
from beenthere.certification.rules.plan import Plan, Step
from beenthere.certification.rules.reciprocity import ReciprocityAnswer
from beenthere.certification.rules.renewal import RenewalAnswer
from beenthere.certification.rules.told import Cited
from beenthere.kernel.words import Words, english

SIGNS = {"met": "+", "missing": "-", "unknown": "?"}


def source_json(source: Cited) -> dict[str, str | None]:
    """`retrieved` None: the text itself was not read again for this collection."""
    return {
        "title": source.title,
        "locator": source.locator,
        "collected": source.collected.isoformat(),
        "retrieved": source.retrieved.isoformat() if source.retrieved else None,
        "confidence": source.confidence.value,
    }


def finding_json(one: Finding) -> dict[str, Any]:
    return {
        "requirement": one.key,
        "topic": one.topic.value,
        "outcome": one.outcome.value,
        "because": one.standing.name.lower(),
        "reason": english(one.words),
        "next_step": _said(one.next_step),
        "unless": _said(one.unless),
        "fields": list(one.fields),
        "entries": list(one.entries),
        "earliest": one.earliest.isoformat() if one.earliest else None,
        "note": one.note,
        "confidence": one.confidence.value if one.confidence else None,
        "sources": [source_json(source) for source in one.sources],
    }


def assessment_json(told: Assessment) -> dict[str, Any]:
    return {
        "status": told.status.value,
        "credential": told.credential,
        "on": told.on.isoformat(),
        "reason": english(told.words),
        "earliest": told.earliest.isoformat() if told.earliest else None,
        "stages": list(told.stages),
        "requirements": [finding_json(one) for one in told.findings],
        "conflicts": list(told.conflicts),
        "established": _said(told.basis),
        "dated": told.dated,
        "later": _said(told.later),
        "sources": [source_json(source) for source in told.sources],
        "notice": INFORMATION,
    }


def assessment_text(told: Assessment) -> Iterator[str]:
    yield f"{told.credential} on {told.on}: {told.status.value.replace('_', ' ')}"
    yield english(told.words)
    yield from finding_lines(told.findings, told.sources)
    if told.earliest and told.earliest > told.on:
        yield f"Earliest day that time allows: {told.earliest}"
    yield from (f"Open to you, as far as known: {stage}" for stage in told.stages)
    yield from (f"Conflict: {conflict}" for conflict in told.conflicts)
    if told.basis is not None:
        yield f"Dated {told.dated}. {english(told.basis)}"
    yield from [english(told.later)] if told.later else []
    yield from source_lines(told.sources)
    yield INFORMATION


def finding_lines(findings: Iterable[Finding], sources: tuple[Cited, ...]) -> Iterator[str]:
    for one in findings:
        told = f"{one.topic.value.replace('_', ' ')}: {english(one.words)}"
        yield f"  {SIGNS[one.outcome]} {told}{cited(one.sources, sources)}"
        said = [field for field in one.fields if field.startswith("statements.")]
        if said and one.standing is Standing.RECORD_SILENT:
            yield f"      In the record: {', '.join(said)}"
        if one.unless:
            yield f"      Unless this is so: {english(one.unless)}"
        if one.note:
            yield f"      {one.note}"
        if one.entries:
            yield f"      by {', '.join(one.entries)}"


def cited(own: Iterable[Cited], sources: tuple[Cited, ...]) -> str:
    """Numbers in the list of sources that stands below: " [1, 3]"."""
    numbers = ", ".join(str(sources.index(source) + 1) for source in own)
    return f" [{numbers}]" if numbers else ""


def source_lines(sources: Iterable[Cited]) -> Iterator[str]:
    for place, source in enumerate(sources, start=1):
        read = f"Read on {source.retrieved}." if source.retrieved else NOT_READ_AGAIN
        where = "" if source.locator in source.title else f" ({source.locator})"
        told = f"{source.title}{where}, collected {source.collected}, {source.confidence.value}"
        yield f"[{place}] {told}. {read}"


def renewal_json(told: RenewalAnswer) -> dict[str, Any]:
    return {
        "status": told.status.value,
        "credential": told.credential,
        "on": told.on.isoformat(),
        "reason": english(told.words),
        "ends": told.ends.isoformat() if told.ends else None,
        "computed": told.computed,
        "requirements": [
            {
                "outcome": OUTCOMES[line.standing].value,
                "because": line.standing.name.lower(),
                "reason": english(line.words),
                "entries": list(line.entries),
                "sources": [source_json(source) for source in line.sources],
            }
            for line in told.lines
        ],
        "keep_proof_years": told.keep_proof_years,
        "sources": [source_json(source) for source in told.sources],
        "notice": INFORMATION,
    }


def renewal_text(told: RenewalAnswer) -> Iterator[str]:
    yield f"{told.credential} on {told.on}: {told.status.value.replace('_', ' ')}"
    yield english(told.words)
    for line in told.lines:
        yield f"  {SIGNS[OUTCOMES[line.standing]]} {english(line.words)}{cited(line.sources, told.sources)}"
    if told.keep_proof_years is not None:
        yield f"Keep the proof for {told.keep_proof_years} years."
    yield from source_lines(told.sources)
    yield INFORMATION


def reciprocity_json(told: ReciprocityAnswer) -> dict[str, Any]:
    return {
        "status": told.status.value,
        "to": told.to,
        "from": told.from_,
        "on": told.on.isoformat(),
        "path": told.path.value if told.path else None,
        "reason": english(told.words),
        "note": told.note,
        "requirements": [finding_json(one) for one in told.remains],
        "sources": [source_json(source) for source in told.sources],
        "notice": INFORMATION,
    }


def reciprocity_text(told: ReciprocityAnswer) -> Iterator[str]:
    yield f"{told.from_} to {told.to} on {told.on}: {told.status.value.replace('_', ' ')}"
    yield english(told.words)
    yield from [told.note] if told.note else []
    yield from finding_lines(told.remains, told.sources)
    yield from source_lines(told.sources)
    yield INFORMATION


def plan_json(told: Plan) -> dict[str, Any]:
    return {
        "status": "planned",
        "on": told.on.isoformat(),
        "goals": [assessment_json(goal) for goal in told.goals],
        "hours": [
            {
                "spent_on": one.spent_on.value,
                "hours": number(one.hours),
                "domains": {name: number(hours) for name, hours in one.domains.items()},
                "modes": {name: number(hours) for name, hours in one.modes.items()},
            }
            for one in told.hours
        ],
        "steps": [_step_json(one) for one in told.steps],
        "ask": [_step_json(one) for one in told.ask],
        "unanswered": list(told.unanswered),
        "notice": INFORMATION,
    }


def plan_text(told: Plan) -> Iterator[str]:
    yield from (f"{goal.credential}: {english(goal.words)}" for goal in told.goals)
    for one in told.hours:
        parts = [f"{name} {number(hours)}" for name, hours in {**one.domains, **one.modes}.items()]
        yield f"  - {number(one.hours)} hours of {one.spent_on.value}" + (
            f", among them: {', '.join(parts)}" if parts else ""
        )
    for sign, steps in (("-", told.steps), ("?", told.ask)):
        yield from (
            f"  {sign} {one.topic.value.replace('_', ' ')}: {english(one.words)} ({', '.join(one.goals)})"
            for one in steps
        )
    yield INFORMATION


def _step_json(one: Step) -> dict[str, Any]:
    return {"topic": one.topic.value, "reason": english(one.words), "goals": list(one.goals)}


def _said(words: Words | None) -> str | None:
    return None if words is None else english(words)
