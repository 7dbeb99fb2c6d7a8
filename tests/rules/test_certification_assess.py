"""What must be true of every assessment, for any record."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.jurisdictions.reading import domains
from beenthere.certification.rules.assess import Assessment, Outcome, Status, assess
from beenthere.certification.rules.measure import Standing
from beenthere.certification.rules.record import (
    ExamEntry,
    Held,
    HourEntry,
    Record,
    Studies,
)
from beenthere.certification.rules.vocabulary import Mode, Schooling, Topic, Version, Work
from beenthere.kernel.decision import Confidence
from beenthere.kernel.periods import Period

EVERY = credentials()
TODAY = date(2026, 11, 22)
RANK = {Status.NOT_YET: 0, Status.CANNOT_KNOW: 1, Status.MEETS_KNOWN: 2, Status.ELIGIBLE: 3}
DOMAINS = (
    "",
    "",
    "",
    "advocacy",
    "mentoring",
    "recovery",
    "ethics",
    "core-functions",
    "core",
    "e-academy",
    "hiv",
)

DOMAINS_OF_RULES = sorted(domains())

keys = st.sampled_from(sorted(EVERY))
days = st.dates(date(2012, 1, 1), date(2026, 12, 31))


@st.composite
def entries(draw: st.DrawFn) -> HourEntry:
    first = draw(days)
    return HourEntry(
        id=str(draw(st.integers(0, 10**6))),
        spent_on=draw(st.sampled_from(Work)),
        hours=Fraction(draw(st.integers(1, 4_000)), 4),
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 900))),
        domain=draw(st.sampled_from(DOMAINS)),
        mode=draw(st.sampled_from([None, *Mode])),
        maybe=frozenset(draw(st.sets(st.sampled_from([*DOMAINS_OF_RULES, *Mode]), max_size=4))),
    )


@st.composite
def records(draw: st.DrawFn) -> Record:
    exams = draw(st.lists(st.sampled_from(["icrc-pr", "OH/PRS", "CA/CMPSS"]), max_size=2))
    levels = draw(st.lists(st.sampled_from(Schooling), max_size=2))
    return Record(
        hours=tuple(draw(st.lists(entries(), max_size=6))),
        exams=tuple(ExamEntry(exam=one, passed_on=draw(days)) for one in exams),
        education=tuple(Studies(level=level) for level in levels),
        credentials=tuple(
            Held(credential=one, issued=draw(days), expires=draw(st.none() | days))
            for one in draw(st.lists(keys, max_size=2))
        ),
        birth_date=draw(st.none() | st.dates(date(1950, 1, 1), date(2010, 1, 1))),
        recovery_since=draw(st.none() | days),
        references=draw(st.none() | st.integers(0, 4)),
        background_check_passed=draw(st.none() | st.booleans()),
    )


def answers(told: Assessment) -> list[tuple[object, ...]]:
    return [(one.key, one.standing, one.words, one.lacks, one.earliest) for one in told.findings]


@given(keys, records(), entries())
def test_an_approved_hour_never_makes_anyone_less_eligible(key: str, record: Record, more: HourEntry) -> None:
    before = assess(record, EVERY[key], TODAY)
    after = assess(replace(record, hours=(*record.hours, more)), EVERY[key], TODAY)
    assert RANK[after.status] >= RANK[before.status]
    pairs = zip(before.findings, after.findings, strict=True)
    assert all(then.standing >= now.standing for now, then in pairs)


@given(keys, records(), entries(), st.integers(1, 899), st.fractions(0, 1))
def test_cutting_an_entry_by_days_or_hours_changes_nothing(
    key: str, record: Record, entry: HourEntry, cut: int, share: Fraction
) -> None:
    whole = replace(record, hours=(*record.hours, entry))
    by_hours = [replace(entry, hours=entry.hours * share), replace(entry, hours=entry.hours * (1 - share))]
    day = entry.first + timedelta(days=cut)
    length = (entry.last - entry.first).days + 1
    by_days = [entry]
    if day <= entry.last:
        part = entry.hours * Fraction(cut, length)
        by_days = [
            replace(entry, hours=part, last=day - timedelta(days=1)),
            replace(entry, hours=entry.hours - part, first=day),
        ]
    for pieces in (by_hours, by_days):
        pieces_of = replace(record, hours=(*record.hours, *pieces))
        assert answers(assess(pieces_of, EVERY[key], TODAY)) == answers(assess(whole, EVERY[key], TODAY))


@given(keys, records(), st.randoms())
def test_the_order_of_entries_is_irrelevant(key: str, record: Record, random: object) -> None:
    hours, exams = list(record.hours), list(record.exams)
    random.shuffle(hours)  # type: ignore[attr-defined]
    random.shuffle(exams)  # type: ignore[attr-defined]
    shuffled = replace(record, hours=tuple(hours), exams=tuple(exams))
    assert assess(shuffled, EVERY[key], TODAY) == assess(record, EVERY[key], TODAY)


def said_to_be(entry: HourEntry, data: st.DataObject) -> HourEntry:
    """One of what it may be, or nothing in particular."""
    domains_left, modes_left = sorted(entry.maybe - set(Mode)), sorted(entry.maybe & set(Mode))
    domain = entry.domain or data.draw(st.sampled_from(["", *domains_left]))
    mode = entry.mode or data.draw(st.sampled_from([None, *map(Mode, modes_left)]))
    return replace(entry, domain=domain, mode=mode, maybe=frozenset())


@given(st.data(), keys, records())
def test_what_the_record_does_not_say_of_hours_decides_nothing(
    data: st.DataObject, key: str, record: Record
) -> None:
    """Whatever the silent hours turn out to be, what was met stays met and what was missing stays missing."""
    told = assess(record, EVERY[key], TODAY)
    hours = tuple(said_to_be(one, data) for one in record.hours)
    said = assess(replace(record, hours=hours), EVERY[key], TODAY)
    settled = {Standing.MET, Standing.MISSING}
    pairs = zip(told.findings, said.findings, strict=True)
    assert all(then.standing is now.standing for now, then in pairs if now.standing in settled)


@given(keys, records())
def test_unknown_never_becomes_yes(key: str, record: Record) -> None:
    told = assess(record, EVERY[key], TODAY)
    version = EVERY[key].version_on(TODAY)
    if told.status is Status.ELIGIBLE:
        assert version is not None
        assert not version.unknown
        assert all(one.outcome is Outcome.MET for one in told.findings)
    unsure = [one for one in told.findings if one.confidence is Confidence.UNVERIFIED]
    assert all(one.outcome is Outcome.UNKNOWN for one in unsure)


def complete(version: Version) -> Version:
    """As if a person had found out that nothing else is asked for, in the issuer's own text."""
    asked = tuple(replace(one, confidence=Confidence.PRIMARY) for one in version.requirements)
    return replace(
        version, unknown=(), none={**version.none, Topic.OTHER: asked[0].sources}, requirements=asked
    )


@pytest.mark.parametrize("unknown", list(Topic))
def test_one_unknown_topic_is_enough_to_keep_eligible_away(unknown: Topic) -> None:
    utah = EVERY["UT/CPSS"]
    version = complete(utah.versions[0])
    record = Record(
        hours=(HourEntry(id="a", spent_on=Work.TRAINING, hours=Fraction(40), first=TODAY, last=TODAY),),
        exams=(ExamEntry(exam="UT/CPSS", passed_on=TODAY),),
        birth_date=date(1990, 1, 1),
        recovery_since=date(2020, 1, 1),
        references=2,
    )
    assert assess(record, replace(utah, versions=(version,)), TODAY).status is Status.ELIGIBLE
    unsure = replace(utah, versions=(replace(version, unknown=(unknown,)),))
    assert assess(record, unsure, TODAY).status is Status.MEETS_KNOWN
    second_hand = replace(version.requirements[0], confidence=Confidence.SECONDARY)
    told = replace(version, requirements=(second_hand, *version.requirements[1:]))
    assert assess(record, replace(utah, versions=(told,)), TODAY).status is Status.MEETS_KNOWN


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), days, st.integers(1, 400))
def test_a_version_applies_exactly_between_its_dates(on: date, start: date, length: int) -> None:
    ohio = EVERY["OH/PRS"]
    end = start + timedelta(days=length)
    bounded = replace(ohio.versions[0], effective=Period(start, end))
    told = assess(Record(), replace(ohio, versions=(bounded,)), on)
    assert bool(told.findings) is (start <= on < end)
    if not told.findings:
        assert told.status is Status.CANNOT_KNOW


def test_an_entry_that_is_not_approved_or_lies_ahead_does_not_count() -> None:
    hour = HourEntry(id="a", spent_on=Work.TRAINING, hours=Fraction(60), first=TODAY, last=TODAY)
    ahead = replace(hour, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))
    for one in (replace(hour, approved=False), ahead):
        told = assess(Record(hours=(one,)), EVERY["UT/CPSS"], TODAY)
        assert next(each for each in told.findings if each.key == "training").standing is Standing.MISSING


def test_an_answer_names_the_first_day_that_time_allows() -> None:
    record = Record(birth_date=date(1990, 1, 1), recovery_since=date(2026, 3, 31))
    assert assess(record, EVERY["UT/CPSS"], TODAY).earliest == date(2027, 3, 31)
