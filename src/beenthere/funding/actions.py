"""Counting and judging signed notes, and setting the rule by which a program's are counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from beenthere.foundation import clock, kept_queries
from beenthere.funding import events, recount_actions
from beenthere.funding.access import May
from beenthere.funding.facts import RuleFields
from beenthere.funding.judging import Workers, judged, overlap_rows
from beenthere.funding.models import EncounterUnits, JudgedNote, NoteOverlap, ProgramRule, Recount
from beenthere.funding.payers.loader import unit_rule
from beenthere.funding.queries import ONE_DAY, note_facts, of_organization, rules_between, rules_on
from beenthere.funding.rules.counting import Counted, count_day
from beenthere.kernel.ids import uuid7
from beenthere.support import api as support
from beenthere.support.api import EncounterFacts, EncounterSigned, EncounterWithdrawn
from beenthere.trust.api import Acting, Refused, action, insert_or_replace, programs, record, step
from beenthere.workforce import api as workforce

A_SLICE = 1000
A_NOTE = ("organization", "encounter")
DERIVED = (
    "person", "program", "rule_key", "code", "on", "group", "minutes", "units", "dropped_minutes",
    "capped_units", "counted_at", "withdrawn_at",
)  # fmt: skip


JUDGED = (
    "person", "program", "worker", "on", "starts_at", "code", "minutes", "units", "state", "findings",
)  # fmt: skip


@step
def count_signed(*, acting: Acting, signed: EncounterSigned) -> None:
    """Count that person's day in that program anew, judge its notes, and see what the new one overlaps."""
    _one_at_a_time(signed)
    around = _around(acting, signed, starts_at=signed.starts_at, ends_at=signed.ends_at)
    workers = _count_day(acting, signed, around, {signed.worker_id: signed.standing})
    own = [note for note in around if note.id == signed.encounter_id]
    _keep_overlaps(acting, own, around, workers)


@step
def count_without(*, acting: Acting, withdrawn: EncounterWithdrawn) -> None:
    """Count and judge that person's day in that program anew, from the notes that stand."""
    _one_at_a_time(withdrawn)
    _count_day(acting, withdrawn, _around(acting, withdrawn), {})
    _forget(acting, withdrawn.encounter_id)


Told = EncounterSigned | EncounterWithdrawn


def _around(
    acting: Acting, told: Told, *, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> tuple[EncounterFacts, ...]:
    return support.signed_around(
        acting=acting, person_id=told.person_id, worker_id=told.worker_id, on=told.happened_on,
        starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip


def _count_day(acting: Acting, told: Told, around: Iterable[EncounterFacts], known: Workers) -> Workers:
    """A program's units never depend on another program's notes, though a payer may add both up: the sentence
    "10 min of the day's 30" would tell one program that the person was somewhere else.

    `known` are workers whose standing is at hand; returned with those of the day's other notes.
    """
    on, program_id = told.happened_on, told.program_id
    day = (told.person_id, program_id, on)
    notes = [note for note in around if (note.person_id, note.program_id, note.happened_on) == day]
    rules = kept_queries.ask(_rules_on, organization=acting.organization_id, program=program_id, on=on)
    workers = {**_workers(acting, [note for note in notes if note.worker_id not in known]), **known}
    rows = _rows(acting, notes, rules, workers)
    if [note.id for note in notes] != [told.encounter_id]:
        # Otherwise a note was signed that is the first of its day: nothing stood before.
        _give_way(_standing(acting, program_id).filter(person_id=told.person_id, on=on))
    _stand(rows)
    _keep(judged(acting, notes, rules=rules, workers=workers, counted=rows))
    return workers


def _rules_on(*, organization: UUID, program: UUID, on: date) -> QuerySet[ProgramRule]:
    return of_organization(organization, on, on).filter(program_id=program)


def _one_at_a_time(told: Told) -> None:
    """Two notes of one person or one specialist signed at the same moment: without the locks neither
    transaction sees the other's note; the day keeps whichever count came last, and nobody notices that the
    two overlap. The program is locked too, shared, so that a rule is not changed under a count. Always in
    this order: whoever holds a specialist waits for nothing more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0)),"
            " pg_advisory_xact_lock(hashtextextended(%s, 0)), pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"units {told.program_id}", f"units of {told.person_id}", f"units by {told.worker_id}"],
        )


def _alone(*program_ids: UUID) -> None:
    """Nothing of these programs is counted meanwhile. In one order, so that no two wait in a ring."""
    with connection.cursor() as cursor:
        for program_id in sorted(program_ids):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"units {program_id}"])


def _standing(acting: Acting, program_id: UUID) -> QuerySet[EncounterUnits]:
    return EncounterUnits.objects.filter(
        organization_id=acting.organization_id, program_id=program_id, withdrawn_at=None
    )


def _rows(
    acting: Acting, notes: Iterable[EncounterFacts], rules: Sequence[ProgramRule], workers: Workers
) -> list[EncounterUnits]:
    """What these notes of one program bring. They are all the notes of their days, or a day is short."""
    days: dict[tuple[UUID, date], list[EncounterFacts]] = defaultdict(list)
    for note in notes:
        days[note.person_id, note.happened_on].append(note)
    rows: list[EncounterUnits] = []
    for (_person, on), some in days.items():
        facts = [note_facts(note, workers[note.worker_id]) for note in some]
        counted = count_day(facts, rules_on(rules, some[0].program_id, on))
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


def _give_way(standing: QuerySet[EncounterUnits]) -> None:
    """What stood before and is not among the rows that stand next stays marked as withdrawn."""
    standing.update(withdrawn_at=clock.now())


def _stand(rows: list[EncounterUnits]) -> None:
    insert_or_replace(rows, unique=A_NOTE, replaced=DERIVED)


def _workers(acting: Acting, notes: Iterable[EncounterFacts]) -> Workers:
    return workforce.standing_of(acting=acting, ids={note.worker_id for note in notes})


def _keep(rows: list[JudgedNote]) -> None:
    insert_or_replace(rows, unique=A_NOTE, replaced=JUDGED)


def _forget(acting: Acting, encounter_id: UUID) -> None:
    """A note that was withdrawn is judged no more and stands in nobody's time."""
    mine = {"organization_id": acting.organization_id}
    JudgedNote.objects.filter(encounter_id=encounter_id, **mine).delete()
    NoteOverlap.objects.filter(Q(encounter_id=encounter_id) | Q(other_id=encounter_id), **mine).delete()


def _keep_overlaps(
    acting: Acting, notes: Iterable[EncounterFacts], near: Sequence[EncounterFacts], workers: Workers
) -> None:
    """Notes are final, so what overlaps once does so until one of the two is withdrawn."""
    rows = overlap_rows(acting, notes, near, workers)
    if rows:
        NoteOverlap.objects.bulk_create(rows, ignore_conflicts=True)


@action(quiet="what changed has its own event: the rule that was set, the credential that was recorded")
def count_slice(*, acting: Acting, recount_id: UUID) -> bool:
    """Count or judge again the next slice of what was asked for. True when more is left to do."""
    asked = Recount.objects.filter(organization_id=acting.organization_id, id=recount_id)
    before = asked.first()
    if before is None:
        return False
    _alone(*([before.program_id] if before.program_id else [one.id for one in programs(acting=acting)]))
    recount = asked.first()
    if recount is None:
        return False
    if recount.program_id:
        last = _count_again(acting, recount.program_id, recount.next_on)
    else:
        last = _judge_again(acting, recount)
    return recount_actions.move(acting=acting, recount=recount, next_on=last and last + ONE_DAY)


def _count_again(acting: Acting, program_id: UUID, first: date) -> date | None:
    """A program's notes of the next days: units, what is found, overlaps. The last day; None at the end."""
    notes, last = support.signed_slice(acting=acting, first=first, at_least=A_SLICE, program_id=program_id)
    span = (first, last or date.max)
    rules = list(rules_between(acting, *span).filter(program_id=program_id))
    near = support.signed_near(acting=acting, notes=notes)
    workers = _workers(acting, notes)
    rows = _rows(acting, notes, rules, workers)
    _give_way(_standing(acting, program_id).filter(on__range=span))
    _stand(rows)
    kept = JudgedNote.objects.filter(organization_id=acting.organization_id, program_id=program_id)
    kept.filter(on__range=span).exclude(encounter_id__in=[note.id for note in notes]).delete()
    _keep(judged(acting, notes, rules=rules, workers=workers, counted=rows))
    _keep_overlaps(acting, notes, near, workers)
    return last


def _judge_again(acting: Acting, recount: Recount) -> date | None:
    """A worker's notes of the next days: only what is found. A credential moves no units, see `counting`."""
    notes, last = support.signed_slice(
        acting=acting, first=recount.next_on, at_least=A_SLICE, worker_id=recount.worker_id
    )
    if notes:
        span = (notes[0].happened_on, notes[-1].happened_on)
        rules = list(rules_between(acting, *span))
        counted = EncounterUnits.objects.filter(
            organization_id=acting.organization_id, withdrawn_at=None, on__range=span,
            person_id__in={note.person_id for note in notes},
        )  # fmt: skip
        _keep(judged(acting, notes, rules=rules, workers=_workers(acting, notes), counted=counted))
    return last


@action(quiet="that rules came with a new version is no one's deed; which ones is in the version's notes")
def begin_counting(*, acting: Acting) -> list[UUID]:
    """Have all notes counted again when they were judged by other rules than those of now, and go on with
    what stands still. The ids for the jobs."""
    return [
        *recount_actions.ask_for_everything(acting=acting),
        *recount_actions.standing_still(acting=acting),
    ]


@step
def judge_worker_again(*, acting: Acting, worker_id: UUID, since: date) -> UUID:
    """Somebody's credential or employment changed: have their notes since that day judged again."""
    return recount_actions.ask(acting=acting, worker_id=worker_id, since=since)


@action
def set_rule(*, acting: Acting, id: UUID, fields: RuleFields) -> UUID:
    """Count a program's units by this rule from a day on: the one before ends there, and one that began on
    the same day is replaced. The id for the job that counts the notes since then again.

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
    return recount_actions.ask(acting=acting, program_id=fields.program_id, since=fields.effective_from)


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
