"""May this person be certified? Requirement by requirement, with what it rests on.

*Eligible* is rare: it needs a version in force, nothing unknown, no source disagreeing, and every text read
at its origin. The usual honest answer is *meets everything known; ask the issuer about ...*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from beenthere.certification.rules.measure import HoursLack, Measure, Standing, measure
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.told import Cited
from beenthere.certification.rules.vocabulary import (
    Age,
    BackgroundCheck,
    Basis,
    Credential,
    Education,
    Exam,
    Holds,
    Hours,
    Leaf,
    Recovery,
    References,
    Requirement,
    Statement,
    Topic,
    Version,
)
from beenthere.certification.rules.wording import leaves
from beenthere.kernel.decision import Confidence
from beenthere.kernel.words import Words, gettext_noop

NO_PROGRAM = gettext_noop("There is no such certification to apply for, as far as the sources say.")
NOT_ESTABLISHED = gettext_noop("What held on %(day)s is not established.")
NOTHING_KNOWN = gettext_noop("No collected source says what is asked for. Ask the issuer.")
UNKNOWN_TOPIC = gettext_noop("No collected source says what is asked for here. Ask the issuer.")
UNVERIFIED = gettext_noop("Only an unverified source speaks of this. Ask the issuer.")
ASKED_NONE = gettext_noop("The source says that nothing is asked for here.")
ELIGIBLE = gettext_noop("Every requirement is met, and each was read in the issuer's own text.")
MEETS_KNOWN = gettext_noop("Everything known is met. Ask the issuer about: %(topics)s.")
MEETS_SECOND_HAND = gettext_noop(
    "Everything known is met, by second-hand sources. Ask the issuer to confirm."
)
NOT_YET = gettext_noop("Not yet: %(count)s of %(all)s known requirements are still to be met.")
RECORD_SILENT = gettext_noop("The record does not say enough to answer: %(topics)s.")
BASES = {
    Basis.DAY: gettext_noop("The source names the day from which this holds."),
    Basis.MONTH: gettext_noop(
        "The source gives a month only; this is held to be established from its last day."
    ),
    Basis.ENDED: gettext_noop(
        "The source says until when this held and not since when; it is established for the last day alone."
    ),
    Basis.YEAR: gettext_noop(
        "The source gives a year only; this is held to be established from its last day."
    ),
    Basis.READING: gettext_noop(
        "The source gives no date; this is established from the day it was collected."
    ),
}
LATER = gettext_noop(
    "The sources were collected on %(collected)s. Whether this still holds on %(day)s, ask the issuer."
)
INFORMATION = gettext_noop("This is information, not the issuer's decision.")
NOT_READ_AGAIN = gettext_noop("The text itself was not read again for this collection.")

FIELDS: Final[Mapping[type[Leaf], str]] = {
    Hours: "hours",
    Exam: "exams",
    Recovery: "recovery_since",
    Age: "birth_date",
    Education: "education",
    References: "references",
    BackgroundCheck: "background_check_passed",
    Holds: "credentials",
}


class Status(StrEnum):
    ELIGIBLE = "eligible"
    MEETS_KNOWN = "meets_everything_known"
    NOT_YET = "not_yet"
    CANNOT_KNOW = "cannot_know"


class Outcome(StrEnum):
    MET = "met"
    MISSING = "missing"
    UNKNOWN = "unknown"


OUTCOMES = {
    Standing.MET: Outcome.MET,
    Standing.MISSING: Outcome.MISSING,
    Standing.RECORD_SILENT: Outcome.UNKNOWN,
    Standing.SOURCE_UNSURE: Outcome.UNKNOWN,
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How one requirement stands. `next_step` None: nothing is to be done here.

    `unless`: what the record does not say, and would make `next_step` needless if it were so.
    `fields` are those of a record that it is judged by.
    """

    key: str
    topic: Topic
    outcome: Outcome
    standing: Standing
    words: Words
    next_step: Words | None
    sources: tuple[Cited, ...]
    confidence: Confidence | None
    entries: tuple[str, ...] = ()
    earliest: date | None = None
    lacks: tuple[HoursLack, ...] = ()
    note: str = ""
    unless: Words | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """`earliest` is the first day that time allows; hours, exams and letters may take longer.

    `stages` names the provisional certificates whose requirements, as far as known, are met.
    """

    credential: str
    on: date
    status: Status
    words: Words
    conflicts: tuple[str, ...]
    sources: tuple[Cited, ...]
    findings: tuple[Finding, ...] = ()
    earliest: date | None = None
    stages: tuple[str, ...] = ()
    basis: Words | None = None
    dated: str = ""
    later: Words | None = None


def assess(record: Record, credential: Credential, on: date) -> Assessment:
    version = credential.version_on(on)
    if not credential.offered:
        return _unanswered(credential, on, Words(NO_PROGRAM))
    if version is None:
        return _unanswered(credential, on, Words(NOT_ESTABLISHED, {"day": on.isoformat()}))
    findings = (*(finding(one, record, on) for one in version.requirements), *_other_topics(version))
    status, words = _answer(version, findings)
    waiting = [one.earliest for one in findings if one.earliest is not None]
    return Assessment(
        credential=credential.key,
        on=on,
        status=status,
        words=words,
        findings=findings,
        earliest=max([on, *waiting]) if waiting else None,
        stages=_stages(version, findings),
        basis=Words(BASES[version.basis]),
        dated=version.dated,
        later=_later(credential, on),
        conflicts=credential.conflicts,
        sources=credential.sources,
    )


def _later(credential: Credential, on: date) -> Words | None:
    """A text without an end says nothing of the days after it was collected."""
    newest = max(source.collected for source in credential.sources)
    return Words(LATER, {"collected": newest.isoformat(), "day": on.isoformat()}) if on > newest else None


def finding(requirement: Requirement, record: Record, on: date) -> Finding:
    """An unverified requirement is shown and never decides."""
    told = measure(requirement.rule, record, on)
    if requirement.confidence is Confidence.UNVERIFIED:
        told = Measure(standing=Standing.SOURCE_UNSURE, words=Words(UNVERIFIED), entries=told.entries)
    return Finding(
        key=requirement.key,
        topic=requirement.topic,
        outcome=OUTCOMES[told.standing],
        standing=told.standing,
        words=told.words,
        next_step=None if told.standing is Standing.MET else told.words,
        entries=told.entries,
        earliest=told.earliest,
        lacks=told.lacks,
        sources=requirement.sources,
        confidence=requirement.confidence,
        note=requirement.note,
        unless=told.unless,
        fields=tuple(dict.fromkeys(map(_field, leaves(requirement.rule)))),
    )


def _field(leaf: Leaf) -> str:
    """Where a record speaks of it; a statement has a name of its own."""
    return f"statements.{leaf.statement}" if isinstance(leaf, Statement) else FIELDS[type(leaf)]


def _other_topics(version: Version) -> list[Finding]:
    """Topics nobody speaks of, and those of which the source says that nothing is asked."""
    unknown = [_bare(topic, Standing.SOURCE_UNSURE, Words(UNKNOWN_TOPIC)) for topic in version.unknown]
    none = version.none.items()
    return unknown + [_bare(topic, Standing.MET, Words(ASKED_NONE), sources) for topic, sources in none]


def _bare(topic: Topic, standing: Standing, words: Words, sources: tuple[Cited, ...] = ()) -> Finding:
    name = topic.value.replace("_", "-")
    sure = all(one.confidence is Confidence.PRIMARY for one in sources)
    return Finding(
        key=f"{name}-none" if standing is Standing.MET else f"{name}-not-known",
        topic=topic,
        outcome=OUTCOMES[standing],
        standing=standing,
        words=words,
        next_step=None if standing is Standing.MET else words,
        sources=sources,
        confidence=(Confidence.PRIMARY if sure else Confidence.SECONDARY) if sources else None,
    )


def _answer(version: Version, findings: tuple[Finding, ...]) -> tuple[Status, Words]:
    if not any(one.confidence is not Confidence.UNVERIFIED for one in version.requirements):
        return Status.CANNOT_KNOW, Words(NOTHING_KNOWN)
    lowest = min(one.standing for one in findings)
    lacking = [one for one in findings if one.standing is lowest]
    topics = ", ".join(dict.fromkeys(one.topic.value.replace("_", " ") for one in lacking))
    if lowest is Standing.MISSING:
        told: dict[str, str | int] = {"count": len(lacking), "all": len(version.requirements)}
        return Status.NOT_YET, Words(NOT_YET, told)
    if lowest is Standing.RECORD_SILENT:
        return Status.CANNOT_KNOW, Words(RECORD_SILENT, {"topics": topics})
    if lowest is Standing.SOURCE_UNSURE:
        return Status.MEETS_KNOWN, Words(MEETS_KNOWN, {"topics": topics})
    if any(one.confidence is not Confidence.PRIMARY for one in findings):
        return Status.MEETS_KNOWN, Words(MEETS_SECOND_HAND)
    return Status.ELIGIBLE, Words(ELIGIBLE)


def _stages(version: Version, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    def reached(before: tuple[Topic, ...]) -> bool:
        asked = [one.standing for one in findings if one.topic not in before]
        return min(asked, default=Standing.MISSING) >= Standing.SOURCE_UNSURE

    return tuple(stage.title for stage in version.stages if stage.before and reached(stage.before))


def _unanswered(credential: Credential, on: date, words: Words) -> Assessment:
    return Assessment(
        credential=credential.key,
        on=on,
        status=Status.CANNOT_KNOW,
        words=words,
        conflicts=credential.conflicts,
        sources=credential.sources,
    )
