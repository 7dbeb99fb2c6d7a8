"""Judging signed notes without a word of them: from facts, rules and unit rows to what is kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from beenthere.funding.models import EncounterUnits, JudgedNote, NoteOverlap, ProgramRule
from beenthere.funding.queries import ONE_DAY, day_units, note_facts, rules_on
from beenthere.funding.rules.billable import assess_billable, overlaps
from beenthere.funding.rules.counting import rule_for
from beenthere.funding.rules.judging import kept, state_of
from beenthere.kernel.ids import uuid7
from beenthere.kernel.minutes import minutes_between
from beenthere.support.api import EncounterFacts
from beenthere.trust.api import Acting
from beenthere.workforce.api import WorkerStanding

Workers = Mapping[UUID, WorkerStanding]
DayKey = tuple[UUID, UUID, date, str]


def judged(
    acting: Acting,
    notes: Iterable[EncounterFacts],
    *,
    rules: Sequence[ProgramRule],
    workers: Workers,
    counted: Iterable[EncounterUnits],
) -> list[JudgedNote]:
    """One row for each note, not saved. `counted` are the unit rows of the notes' days, all of each day."""
    days = by_day_and_code(counted)
    own = {row.encounter_id: row for some in days.values() for row in some}
    return [_judged(acting, note, rules, workers, own.get(note.id), days) for note in notes]


def by_day_and_code(rows: Iterable[EncounterUnits]) -> dict[DayKey, list[EncounterUnits]]:
    """Rows that were counted together: one person, program, day and code."""
    found: dict[DayKey, list[EncounterUnits]] = defaultdict(list)
    for row in rows:
        found[day_key(row)].append(row)
    return found


def day_key(row: EncounterUnits) -> DayKey:
    return row.person_id, row.program_id, row.on, row.code


def _judged(
    acting: Acting,
    note: EncounterFacts,
    rules: Sequence[ProgramRule],
    workers: Workers,
    row: EncounterUnits | None,
    days: Mapping[DayKey, list[EncounterUnits]],
) -> JudgedNote:
    on_day = rules_on(rules, note.program_id, note.happened_on)
    rule = rule_for(kind=note.kind, mode=note.mode, rules=on_day)
    day = day_units(days[day_key(row)]) if row else None
    found = assess_billable(note_facts(note, workers[note.worker_id], day=day), rule.pays if rule else None)
    return JudgedNote(
        id=uuid7(),
        organization_id=acting.organization_id,
        encounter_id=note.id,
        person_id=note.person_id,
        program_id=note.program_id,
        worker_id=note.worker_id,
        on=note.happened_on,
        starts_at=note.starts_at,
        code=rule.code if rule else "",
        minutes=row.minutes if row else _minutes(note),
        units=row.units if row else 0,
        state=state_of(found, counted=row is not None),
        findings=kept(found),
    )


def _minutes(note: EncounterFacts) -> int:
    return minutes_between(note.starts_at, note.ends_at) if note.starts_at and note.ends_at else 0


def overlap_rows(
    acting: Acting, notes: Iterable[EncounterFacts], near: Iterable[EncounterFacts], workers: Workers
) -> list[NoteOverlap]:
    """Where `notes` stand in the time of others `near` them, told from both sides. Not saved."""
    places = _places(near)
    found: dict[tuple[UUID, UUID], NoteOverlap] = {}
    for note in notes:
        others = {other.id: other for other in _around(note, places) if _share_a_minute(note, other)}
        facts = note_facts(note, workers[note.worker_id], others=others.values())
        for one in overlaps(facts):
            if one.about is not None:
                same, other = one.code == "overlap_same_person", others[one.about]
                found[note.id, other.id] = _overlap(acting, note, other, same)
                found[other.id, note.id] = _overlap(acting, other, note, same)
    return list(found.values())


def _overlap(acting: Acting, note: EncounterFacts, other: EncounterFacts, same_person: bool) -> NoteOverlap:
    return NoteOverlap(
        id=uuid7(),
        organization_id=acting.organization_id,
        encounter_id=note.id,
        other_id=other.id,
        person_id=other.person_id,
        program_id=other.program_id,
        on=note.happened_on,
        same_person=same_person,
    )


Places = Mapping[tuple[UUID, date], list[EncounterFacts]]


def _places(notes: Iterable[EncounterFacts]) -> Places:
    """Notes by specialist and day, and by person and day: where to look for an overlap."""
    found: dict[tuple[UUID, date], list[EncounterFacts]] = defaultdict(list)
    for note in notes:
        found[note.worker_id, note.happened_on].append(note)
        found[note.person_id, note.happened_on].append(note)
    return found


def _around(note: EncounterFacts, places: Places) -> Iterable[EncounterFacts]:
    days = (note.happened_on - ONE_DAY, note.happened_on, note.happened_on + ONE_DAY)
    return (
        other
        for on in days
        for whose in (note.worker_id, note.person_id)
        for other in places.get((whose, on), ())
    )


def _share_a_minute(note: EncounterFacts, other: EncounterFacts) -> bool:
    if not (note.starts_at and note.ends_at and other.starts_at and other.ends_at) or note.id == other.id:
        return False
    return other.starts_at < note.ends_at and note.starts_at < other.ends_at
