"""Counting the units of signed notes, and setting the rule by which a program's are counted."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from beenthere.foundation import clock
from beenthere.funding.models import EncounterUnits
from beenthere.funding.queries import note_facts, rules_between, rules_on
from beenthere.funding.rules.counting import Counted, count_day
from beenthere.kernel.ids import uuid7
from beenthere.support import api as support
from beenthere.support.api import EncounterFacts
from beenthere.trust.api import Acting, step
from beenthere.workforce import api as workforce

DERIVED = (
    "person", "program", "rule_key", "code", "on", "group", "minutes", "units", "dropped_minutes",
    "capped_units", "counted_at", "withdrawn_at",
)  # fmt: skip


@step
def count_units(*, acting: Acting, person_id: UUID, program_id: UUID, on: date) -> None:
    """Count one person's day in one program anew, from the notes that stand.

    A program's units never depend on another program's notes, though a payer may add both up: the sentence
    "10 min of the day's 30" would tell one program that the person was somewhere else.
    """
    _one_at_a_time(program_id, person_id, on)
    day = support.signed_on_day(acting=acting, person_id=person_id, on=on)
    notes = [note for note in day if note.program_id == program_id]
    kept = _keep(acting, notes, program_id, on, on)
    rows = _standing(acting, program_id).filter(person_id=person_id, on=on)
    rows.exclude(encounter_id__in=kept).update(withdrawn_at=clock.now())


def _one_at_a_time(program_id: UUID, person_id: UUID, on: date) -> None:
    """Two notes of one day signed at the same moment: without the lock neither transaction sees the other's
    note, and the day keeps whichever count came last. The program is locked too, shared, so that a rule
    is not changed under a count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0)),"
            " pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"units {program_id}", f"units {program_id} {person_id} {on}"],
        )


def _standing(acting: Acting, program_id: UUID) -> QuerySet[EncounterUnits]:
    return EncounterUnits.objects.filter(
        organization_id=acting.organization_id, program_id=program_id, withdrawn_at=None
    )


def _keep(
    acting: Acting, notes: Iterable[EncounterFacts], program_id: UUID, first: date, last: date
) -> list[UUID]:
    """Write what each of these notes of whole days brings. Returns the ids of those that were counted."""
    notes = list(notes)
    workers = workforce.standing_of(acting=acting, ids={note.worker_id for note in notes})
    rules = list(rules_between(acting, first, last).filter(program_id=program_id))
    days: dict[tuple[UUID, date], list[EncounterFacts]] = defaultdict(list)
    for note in notes:
        days[note.person_id, note.happened_on].append(note)
    rows = [
        _row(acting, note, found[note.id])
        for (_person, on), some in days.items()
        for found in [
            count_day([note_facts(one, workers[one.worker_id]) for one in some], rules_on(rules, program_id, on))
        ]
        for note in some
        if note.id in found
    ]
    EncounterUnits.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["organization", "encounter"], update_fields=DERIVED,
        batch_size=1000,
    )  # fmt: skip
    return [row.encounter_id for row in rows]


def _row(acting: Acting, note: EncounterFacts, counted: Counted) -> EncounterUnits:
    return EncounterUnits(
        id=uuid7(),
        organization_id=acting.organization_id,
        encounter_id=note.id,
        person_id=note.person_id,
        program_id=note.program_id,
        rule_key=counted.rule.rule_key,
        code=counted.rule.code,
        on=note.happened_on,
        group=counted.own.group,
        minutes=counted.own.minutes,
        units=counted.own.units,
        dropped_minutes=counted.own.remainder_minutes,
        capped_units=counted.own.capped_units,
        counted_at=clock.now(),
        withdrawn_at=None,
    )
