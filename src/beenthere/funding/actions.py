"""Counting the units of signed notes, and setting the rule by which a program's are counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from beenthere.foundation import clock
from beenthere.funding import events
from beenthere.funding.access import May
from beenthere.funding.facts import RuleFields
from beenthere.funding.models import EncounterUnits, ProgramRule
from beenthere.funding.payers.loader import unit_rule
from beenthere.funding.queries import note_facts, rules_between, rules_on
from beenthere.funding.rules.counting import Counted, count_day
from beenthere.kernel.ids import uuid7
from beenthere.support import api as support
from beenthere.support.api import EncounterFacts
from beenthere.trust.api import Acting, Refused, action, record, step
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
    rules = list(rules_between(acting, on, on).filter(program_id=program_id))
    rows = _standing(acting, program_id).filter(person_id=person_id, on=on)
    _replace(rows, _rows(acting, notes, rules))


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


def _alone(program_id: UUID) -> None:
    """Nothing of this program is counted while its rule changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"units {program_id}"])


def _standing(acting: Acting, program_id: UUID) -> QuerySet[EncounterUnits]:
    return EncounterUnits.objects.filter(
        organization_id=acting.organization_id, program_id=program_id, withdrawn_at=None
    )


def _rows(
    acting: Acting, notes: Iterable[EncounterFacts], rules: Sequence[ProgramRule]
) -> list[EncounterUnits]:
    """What these notes of one program bring. They are all the notes of their days, or a day is short."""
    days: dict[tuple[UUID, date], list[EncounterFacts]] = defaultdict(list)
    for note in notes:
        days[note.person_id, note.happened_on].append(note)
    workers = workforce.standing_of(
        acting=acting, ids={note.worker_id for some in days.values() for note in some}
    )
    rows: list[EncounterUnits] = []
    for (_person, on), some in days.items():
        judged = [note_facts(note, workers[note.worker_id]) for note in some]
        counted = count_day(judged, rules_on(rules, some[0].program_id, on))
        rows += [_row(acting, note, counted[note.id]) for note in some if note.id in counted]
    return rows


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


def _replace(standing: QuerySet[EncounterUnits], rows: list[EncounterUnits]) -> None:
    """`rows` stand from now on; what stood before and is not among them stays marked as withdrawn."""
    standing.update(withdrawn_at=clock.now())
    EncounterUnits.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["organization", "encounter"], update_fields=DERIVED,
        batch_size=1000,
    )  # fmt: skip


@action
def set_rule(*, acting: Acting, id: UUID, fields: RuleFields) -> int:
    """Count a program's units by this rule from a day on: the one before ends there, and one that began on
    the same day is replaced. Notes signed since are counted anew. How many bring units now.

    Raises `Refused` for a rule whose source says nothing about that day, and for a day after which another
    rule for the same code already begins.
    """
    if not acting.may(May.SET_RULES, program_id=fields.program_id):
        raise Refused(_("Your role doesn't set rules for this program. Ask your administrator."))
    if unit_rule(fields.rule_key, on=fields.effective_from) is None:
        raise Refused(_("The source of this rule says nothing about that day. Choose another rule or day."))
    _alone(fields.program_id)
    former = _make_room(acting, fields)
    rule = ProgramRule.objects.create(id=id, organization_id=acting.organization_id, **fields.columns())
    record(
        acting, events.RULE_SET, object_type="program_rule", object_id=rule.id,
        detail={
            "rule": fields.rule_key, "code": fields.code, "former": former,
            "from": fields.effective_from.isoformat(),
        },
    )  # fmt: skip
    return _count_since(acting, fields.program_id, fields.effective_from)


def _make_room(acting: Acting, fields: RuleFields) -> str:
    """End the rule before, or replace the one of the same first day. Returns its key, or nothing."""
    of_code = ProgramRule.objects.filter(
        organization_id=acting.organization_id, program_id=fields.program_id, code=fields.code
    )
    later = of_code.filter(effective_from__gt=fields.effective_from).order_by("effective_from").first()
    if later and (fields.effective_until is None or fields.effective_until > later.effective_from):
        raise Refused(
            _("From %(day)s another rule already counts %(code)s. Give a last day before that.")
            % {"day": date_format(later.effective_from, "DATE_FORMAT"), "code": fields.code}
        )
    before = of_code.filter(effective_from__lte=fields.effective_from)
    holding = before.filter(Q(effective_until=None) | Q(effective_until__gt=fields.effective_from)).first()
    if holding is None:
        return ""
    if holding.effective_from == fields.effective_from:
        holding.delete()
    else:
        holding.effective_until = fields.effective_from
        holding.save(update_fields=["effective_until"])
    return holding.rule_key


def _count_since(acting: Acting, program_id: UUID, first: date) -> int:
    notes = support.signed_in_program(acting=acting, program_id=program_id, first=first, last=date.max)
    rules = list(rules_between(acting, first, date.max).filter(program_id=program_id))
    rows = _rows(acting, notes, rules)
    _replace(_standing(acting, program_id).filter(on__gte=first), rows)
    return len(rows)
