"""One rule held against a record: how far it is met, by which entries, and what is lacking.

Four standings in rising order. The order is what makes an answer safe: combining takes the lowest of all
parts or the highest of several ways, so one more approved hour can only raise it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from fractions import Fraction
from typing import Final

from beenthere.certification.rules.counting import (
    Counted,
    counted_entries,
    exact,
    least,
    months_later,
    room,
    span_begins,
    spans,
    total,
)
from beenthere.certification.rules.record import ANY_STATE, Record
from beenthere.certification.rules.vocabulary import (
    Age,
    AllOf,
    AnyOf,
    BackgroundCheck,
    Education,
    Exam,
    Holds,
    Hours,
    Readings,
    Recovery,
    References,
    Rule,
    Schooling,
    Statement,
)
from beenthere.kernel.words import Words, gettext_noop

HOURS_MET = gettext_noop("%(have)s of %(need)s hours (%(what)s)")
HOURS_SHORT = gettext_noop("%(have)s of %(need)s hours (%(what)s): %(short)s to go")
HOURS_SHORT_UNLESS = gettext_noop(
    "%(have)s of %(need)s hours (%(what)s): %(short)s to go, fewer if more of your hours were this"
)
HOURS_SILENT = gettext_noop(
    "Say how many of your hours were this: %(what)s. %(need)s are asked for, and %(have)s are said"
)
CAP_SILENT = gettext_noop("Say how many of your hours were this: %(capped)s. Not all of them count")
SPAN_SHORT = gettext_noop("The hours (%(what)s) must stretch over at least %(months)s months")
EXAM_MET = gettext_noop("The exam %(exam)s is passed")
EXAM_SHORT = gettext_noop("Pass the exam: %(exam)s")
SCORE_SILENT = gettext_noop("Say the score of the exam: %(percent)s %% is asked for")
SCORE_SHORT = gettext_noop("Pass the exam with at least %(percent)s %%: %(exam)s")
SINCE_MET = gettext_noop("%(months)s months of recovery")
SINCE_SHORT = gettext_noop("%(months)s months of recovery are reached on %(day)s")
SINCE_SILENT = gettext_noop("Say since when you are in recovery: %(months)s months are asked for")
AGE_MET = gettext_noop("At least %(years)s years old")
AGE_SHORT = gettext_noop("%(years)s years of age are reached on %(day)s")
AGE_SILENT = gettext_noop("Say your date of birth: %(years)s years of age are asked for")
SCHOOL_MET = gettext_noop("Schooling is enough: %(level)s")
SCHOOL_SHORT = gettext_noop("Schooling asked for: %(level)s")
SCHOOL_SILENT = gettext_noop("Say your schooling. Asked for: %(level)s")
LETTERS_MET = gettext_noop("%(count)s letters of reference")
LETTERS_SHORT = gettext_noop("Letters of reference asked for: %(count)s. You have %(have)s")
LETTERS_SILENT = gettext_noop("Say how many letters of reference you have: %(count)s are asked for")
CHECK_MET = gettext_noop("The background check is passed")
CHECK_SHORT = gettext_noop("A background check must be passed")
CHECK_SILENT = gettext_noop("Say whether a background check was passed")
STATED = gettext_noop("Stated: %(words)s")
NOT_STATED = gettext_noop("Still asked for: %(words)s")
STATE_SILENT = gettext_noop("Say whether this is so: %(words)s")
HELD = gettext_noop("Held and in force: %(which)s")
END_SILENT = gettext_noop("Say until which day it holds: %(which)s")
NOT_HELD = gettext_noop("A credential in force is asked for: %(which)s")
_OF_A_STATE: Final = re.compile(r"[A-Z]{2}/")
DISAGREE = gettext_noop("Sources disagree, and you meet some of what they say. Ask the issuer.")


class Standing(IntEnum):
    MISSING = 0
    RECORD_SILENT = 1  # the record does not say
    SOURCE_UNSURE = 2  # no source says, or sources disagree
    MET = 3


@dataclass(frozen=True, kw_only=True)
class HoursLack:
    """Hours still to do. `room` is what capped groups may still bring."""

    spent_on: str
    hours: Fraction
    domains: tuple[str, ...]
    modes: tuple[str, ...]
    room: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """`earliest` is the first day on which what only time can bring is met; None when time brings nothing.

    `unless`: of several ways, `words` tell what one still takes in hours; if what the record does not say of
    another is so, they are not needed.
    """

    standing: Standing
    words: Words
    entries: tuple[str, ...] = ()
    have: Fraction | None = None
    need: Fraction | None = None
    earliest: date | None = None
    lacks: tuple[HoursLack, ...] = ()
    parts: tuple["Measure", ...] = ()
    unless: Words | None = None


def measure(rule: Rule, record: Record, on: date) -> Measure:  # noqa: PLR0911 - one line for each kind
    match rule:
        case Hours():
            return _hours(rule, record, on)
        case Exam():
            return _exam(rule, record, on)
        case Recovery():
            return _recovery(rule, record, on)
        case Age():
            return _age(rule, record, on)
        case Education():
            return _education(rule, record)
        case References():
            return _references(rule, record)
        case BackgroundCheck():
            return _background_check(record)
        case Statement():
            return _statement(rule, record)
        case Holds():
            return _holds(rule, record, on)
        case AnyOf(ways=rules) | AllOf(parts=rules) | Readings(readings=rules):
            return _combined(rule, tuple(measure(one, record, on) for one in rules))


def number(value: Fraction) -> str:
    """At most two decimals, none when whole. Never rounded up to what was not reached."""
    hundredths = value * 100 // 1
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def _what(rule: Hours) -> str:
    return ", ".join((rule.spent_on.value, *rule.domains, *(mode.value for mode in rule.modes)))


def _hours(rule: Hours, record: Record, on: date) -> Measure:
    counted = counted_entries(rule, record.hours, on)
    sure = [one for one in counted if one.sure]
    have, need = total(rule, sure), exact(rule.hours)
    short = max(Fraction(), need - have)
    standing = _hours_standing(rule, counted, on)
    missing = standing is Standing.MISSING
    begun = span_begins(counted, on)
    return Measure(
        standing=standing,
        words=_hours_words(rule, standing, have, unsaid=len(sure) < len(counted)),
        entries=tuple(sorted({one.entry.id for one in (sure if missing else counted)})),
        have=have,
        need=need,
        earliest=months_later(begun, rule.over_months) if rule.over_months and missing else None,
        lacks=(_hours_lack(rule, short, sure),) if short and missing else (),
    )


def _hours_standing(rule: Hours, counted: list[Counted], on: date) -> Standing:
    """Met when it is whatever the silent hours were, missing when it is not whatever they were."""
    sure, need = [one for one in counted if one.sure], exact(rule.hours)
    if least(rule, counted) >= need and spans(rule, sure, on):
        return Standing.MET
    could = total(rule, counted) >= need and spans(rule, counted, on)
    return Standing.RECORD_SILENT if could else Standing.MISSING


def _hours_words(rule: Hours, standing: Standing, have: Fraction, *, unsaid: bool) -> Words:
    need = exact(rule.hours)
    told: dict[str, str | int] = {
        "have": number(have),
        "need": number(need),
        "what": _what(rule),
        "short": number(need - have),
        "months": rule.over_months or 0,
        "capped": ", ".join(rule.at_most or ()),
    }
    if standing is Standing.MET:
        return Words(HOURS_MET, told)
    if standing is Standing.RECORD_SILENT:
        return Words(CAP_SILENT if have >= need else HOURS_SILENT, told)
    if have >= need:
        return Words(SPAN_SHORT, told)
    return Words(HOURS_SHORT_UNLESS if unsaid else HOURS_SHORT, told)


def _hours_lack(rule: Hours, short: Fraction, sure: list[Counted]) -> HoursLack:
    return HoursLack(
        spent_on=rule.spent_on,
        hours=short,
        domains=rule.domains,
        modes=tuple(mode.value for mode in rule.modes),
        room=room(rule, sure),
    )


def _exam(rule: Exam, record: Record, on: date) -> Measure:
    passed = [one for one in record.exams if one.exam in rule.exams and one.passed_on <= on]
    told: dict[str, str | int] = {"exam": " / ".join(rule.exams), "percent": rule.at_least_percent or 0}
    asked = rule.at_least_percent
    if not passed:
        return Measure(standing=Standing.MISSING, words=Words(EXAM_SHORT, told))
    if asked is None or any(one.percent is not None and one.percent >= asked for one in passed):
        names = tuple(sorted({one.exam for one in passed}))
        return Measure(standing=Standing.MET, words=Words(EXAM_MET, told), entries=names)
    if any(one.percent is None for one in passed):
        return Measure(standing=Standing.RECORD_SILENT, words=Words(SCORE_SILENT, told))
    return Measure(standing=Standing.MISSING, words=Words(SCORE_SHORT, told))


def _recovery(rule: Recovery, record: Record, on: date) -> Measure:
    return _by_time(record.recovery_since, rule.months, on, (SINCE_MET, SINCE_SHORT, SINCE_SILENT))


def _age(rule: Age, record: Record, on: date) -> Measure:
    return _by_time(record.birth_date, rule.years * 12, on, (AGE_MET, AGE_SHORT, AGE_SILENT))


def _by_time(since: date | None, months: int, on: date, sentences: tuple[str, str, str]) -> Measure:
    met, short, silent = sentences
    told: dict[str, str | int] = {"months": months, "years": months // 12}
    if since is None:
        return Measure(standing=Standing.RECORD_SILENT, words=Words(silent, told))
    day = months_later(since, months)
    if day <= on:
        return Measure(standing=Standing.MET, words=Words(met, told), earliest=day)
    return Measure(
        standing=Standing.MISSING, words=Words(short, {**told, "day": day.isoformat()}), earliest=day
    )


def _education(rule: Education, record: Record) -> Measure:
    order = list(Schooling)
    level = rule.named
    high = [one for one in record.education if order.index(one.level) >= order.index(rule.level)]
    fields = {one.field.casefold() for one in high}
    if rule.level is Schooling.NONE or rule.field.casefold() in fields or (high and not rule.field):
        return Measure(standing=Standing.MET, words=Words(SCHOOL_MET, {"level": level}))
    if not record.education or "" in fields:
        return Measure(standing=Standing.RECORD_SILENT, words=Words(SCHOOL_SILENT, {"level": level}))
    return Measure(standing=Standing.MISSING, words=Words(SCHOOL_SHORT, {"level": level}))


def _references(rule: References, record: Record) -> Measure:
    told: dict[str, str | int] = {"count": rule.count, "have": record.references or 0}
    if record.references is None:
        return Measure(standing=Standing.RECORD_SILENT, words=Words(LETTERS_SILENT, told))
    if record.references >= rule.count:
        return Measure(standing=Standing.MET, words=Words(LETTERS_MET, told))
    return Measure(standing=Standing.MISSING, words=Words(LETTERS_SHORT, told))


def _background_check(record: Record) -> Measure:
    return _said(record.background_check_passed, (CHECK_MET, CHECK_SHORT, CHECK_SILENT), {})


def _statement(rule: Statement, record: Record) -> Measure:
    said = record.statements.get(rule.statement)
    return _said(said, (STATED, NOT_STATED, STATE_SILENT), {"words": rule.words})


def _said(said: bool | None, sentences: tuple[str, str, str], told: Mapping[str, str]) -> Measure:
    met, short, silent = sentences
    if said is None:
        return Measure(standing=Standing.RECORD_SILENT, words=Words(silent, told))
    if said:
        return Measure(standing=Standing.MET, words=Words(met, told))
    return Measure(standing=Standing.MISSING, words=Words(short, told))


def _holds(rule: Holds, record: Record, on: date) -> Measure:
    named = [one for one in record.credentials if _is_named(rule, one.credential) and one.issued <= on]
    sure = [one for one in named if one.expires is not None and one.expires >= on]
    which = ", ".join(sorted(one.credential for one in sure)) or rule.named
    if sure:
        return Measure(standing=Standing.MET, words=Words(HELD, {"which": which}))
    unsaid = any(one.expires is None for one in named)
    return Measure(
        standing=Standing.RECORD_SILENT if unsaid else Standing.MISSING,
        words=Words(END_SILENT if unsaid else NOT_HELD, {"which": which}),
    )


def _is_named(rule: Holds, credential: str) -> bool:
    """Any state's: its key begins with the two letters of the state. Whatever else is held says nothing."""
    if rule.credentials:
        return credential in rule.credentials
    return credential == ANY_STATE or bool(_OF_A_STATE.match(credential))


def _combined(rule: AnyOf | AllOf | Readings, parts: tuple[Measure, ...]) -> Measure:
    """Told by the part that decides; what all parts say stays in `parts`."""
    entries = tuple(sorted({entry for part in parts for entry in part.entries}))
    if isinstance(rule, AllOf):
        lowest = min(parts, key=lambda part: part.standing)
        lacks = tuple(lack for part in parts for lack in part.lacks)
        return replace(
            lowest, entries=entries, lacks=lacks, parts=parts, earliest=_latest(parts), have=None, need=None
        )
    if isinstance(rule, AnyOf):
        return _of_ways(parts)
    return _of_readings(parts, entries)


def _of_ways(parts: tuple[Measure, ...]) -> Measure:
    best = min(parts, key=_distance)
    hours = [part for part in parts if part.standing is Standing.MISSING and part.lacks and not _blocks(part)]
    if best.standing is not Standing.RECORD_SILENT or not hours:
        return replace(best, parts=parts)
    near = min(hours, key=_distance)
    return replace(near, standing=best.standing, unless=best.words, parts=parts)


def _distance(way: Measure) -> tuple[int, int, Fraction]:
    """Of ways that stand alike, hours still to do are nearer than a degree or a year that is not there."""
    return -way.standing, _blocks(way), sum((lack.hours for lack in way.lacks), Fraction())


def _blocks(told: Measure) -> int:
    if told.parts:
        return sum(_blocks(part) for part in told.parts)
    return int(told.standing is not Standing.MET and not told.lacks)


def _of_readings(parts: tuple[Measure, ...], entries: tuple[str, ...]) -> Measure:
    lowest, highest = (pick(parts, key=lambda part: part.standing) for pick in (min, max))
    if lowest.standing is Standing.MET:
        return replace(lowest, entries=entries, parts=parts, earliest=_latest(parts))
    # What one reading lacks in all, another may lack on a domain: both have to be planned for.
    lacks = tuple(lack for part in parts for lack in part.lacks)
    if highest.standing is not Standing.MET:
        standing = min(highest.standing, Standing.SOURCE_UNSURE)
        return replace(
            lowest, standing=standing, entries=entries, lacks=lacks, parts=parts, earliest=_latest(parts)
        )
    return Measure(
        standing=Standing.SOURCE_UNSURE,
        words=Words(DISAGREE),
        entries=entries,
        lacks=lacks,
        parts=parts,
        earliest=_latest(parts),
    )


def _latest(parts: tuple[Measure, ...]) -> date | None:
    return max((part.earliest for part in parts if part.earliest is not None), default=None)
