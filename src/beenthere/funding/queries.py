"""From rows of notes, rules and units to what the rules can judge, and from their answers to sentences."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from beenthere.consent import api as consent
from beenthere.foundation.words import told
from beenthere.funding.facts import FindingLine, UnitsLine
from beenthere.funding.models import CountedBy, EncounterUnits, ProgramRule, Recount
from beenthere.funding.payers.fingerprint import fingerprint
from beenthere.funding.payers.loader import Payer, payers, unit_rule
from beenthere.funding.rules import billable
from beenthere.funding.rules.counting import GROUP, RuleOnDay, rule_for
from beenthere.funding.rules.explanation import explain
from beenthere.funding.rules.units import Allotment, DayUnits, Segment
from beenthere.support import api as support
from beenthere.support.api import EncounterFacts
from beenthere.trust.api import Acting, Grant
from beenthere.workforce import api as workforce

ONE_DAY = timedelta(days=1)
VOLUNTEER = "volunteer"


def units_line(*, acting: Acting, encounter_id: UUID) -> UnitsLine | None:
    """What a signed note counts for; None where it is not counted, or the role sees no units there.

    One query. The caller has gated the note.
    """
    rows = list(_day_of(acting, encounter_id))
    own = next((row for row in rows if row.encounter_id == encounter_id), None)
    if own is None or consent.FieldGroup.UNITS not in groups_in(acting, own.program_id):
        return None
    payer = payer_of(own.rule_key)
    return UnitsLine(
        units=own.units,
        minutes=own.minutes,
        code=own.code,
        payer=gettext(payer.title) if payer else own.rule_key,
        demonstration=payer is not None and payer.demonstration,
        sentence=sentence_of(own, day_units(rows)),
        grant_tag=own.grant_tag or "",  # type: ignore[attr-defined]  # annotated in `_day_of`
    )


def groups_in(acting: Acting, program_id: UUID) -> frozenset[consent.FieldGroup]:
    """What the visibility table opens of records of one program, for the roles held there. No query.

    Asked as under Part 2, which never opens more. A consent opens units to no other program.
    """
    seen: frozenset[consent.FieldGroup] = frozenset()
    for grant in acting.grants:
        seen |= consent.field_groups(
            roles=[grant.role], relation=_relation(grant, program_id), part2=True, consented=False
        )
    return seen


def _relation(grant: Grant, program_id: UUID) -> consent.Relation:
    if grant.program_id is None:
        return consent.Relation.ORGANIZATION
    own = grant.program_id == program_id
    return consent.Relation.OWN_PROGRAM if own else consent.Relation.OTHER_PROGRAM


def _day_of(acting: Acting, encounter_id: UUID) -> QuerySet[EncounterUnits]:
    """The rows counted together with this note's: one person, program, code and day."""
    counted = EncounterUnits.objects.filter(organization_id=acting.organization_id, withdrawn_at=None)
    same = {name: OuterRef(name) for name in ("person_id", "program_id", "code", "on")}
    tags = rules_between(acting, OuterRef("on"), OuterRef("on")).filter(
        program_id=OuterRef("program_id"), code=OuterRef("code")
    )
    return counted.filter(Exists(counted.filter(encounter_id=encounter_id, **same))).annotate(
        grant_tag=Subquery(tags.values("grant_tag")[:1])
    )


def day_units(rows: Iterable[EncounterUnits]) -> DayUnits:
    """The day as it was counted, for explaining one of its parts."""
    ordered = sorted(rows, key=lambda row: row.encounter_id)
    allotments = tuple(
        Allotment(
            contact_id=row.encounter_id,
            minutes=row.minutes,
            group=row.group,
            units=row.units,
            remainder_minutes=row.dropped_minutes,
            capped_units=row.capped_units,
        )
        for row in ordered
    )
    return DayUnits(rule_key=ordered[0].rule_key if ordered else "", allotments=allotments)


def sentence_of(row: EncounterUnits, day: DayUnits) -> str:
    """Why this note brought that many; empty when the rule it was counted by is no longer shipped."""
    rule = unit_rule(row.rule_key, on=row.on)
    return told(explain(rule, day, row.encounter_id)) if rule else ""


def payer_of(rule_key: str) -> Payer | None:
    """The payer whose folder holds that rule."""
    everyone = payers().values()
    return next((one for one in everyone if any(rule_key == r.rule.key for r in one.rules)), None)


def rules_between(acting: Acting, first: date | OuterRef, last: date | OuterRef) -> QuerySet[ProgramRule]:
    """The rules of the organization's programs that hold on some day from `first` to `last`."""
    return of_organization(acting.organization_id, first, last)


def of_organization(
    organization_id: UUID, first: date | OuterRef, last: date | OuterRef
) -> QuerySet[ProgramRule]:
    rows = ProgramRule.objects.filter(organization_id=organization_id, effective_from__lte=last)
    return rows.filter(Q(effective_until=None) | Q(effective_until__gt=first))


def rules_on(rows: Iterable[ProgramRule], program_id: UUID, on: date) -> tuple[RuleOnDay, ...]:
    return tuple(_on_day(row, on) for row in rows if row.program_id == program_id and _holds(row, on))


def _holds(row: ProgramRule, on: date) -> bool:
    return row.effective_from <= on and (row.effective_until is None or on < row.effective_until)


def _on_day(row: ProgramRule, on: date) -> RuleOnDay:
    return RuleOnDay(
        rule_key=row.rule_key,
        code=row.code,
        grant_tag=row.grant_tag,
        pays=billable.ProgramRule(
            unit_rule=unit_rule(row.rule_key, on=on),
            paid_kinds=frozenset(row.paid_kinds) or None,
            paid_modes=frozenset(row.paid_modes) or None,
            group_maximum=row.group_maximum,
            note_within_hours=row.note_within_hours,
        ),
    )


def note_facts(
    note: EncounterFacts,
    worker: workforce.WorkerStanding,
    *,
    others: Iterable[EncounterFacts] = (),
    day: DayUnits | None = None,
) -> billable.NoteFacts:
    """ValueError for a draft: nothing is judged before it is signed."""
    if note.signed_at is None:
        raise ValueError(f"note {note.id} is not signed")
    return billable.NoteFacts(
        id=note.id,
        session_id=session_of(note),
        worker_id=note.worker_id,
        participant_id=note.person_id,
        on=note.happened_on,
        segments=segments_of(note),
        signed_at=note.signed_at,
        kind=note.kind,
        mode=note.mode,
        group_size=note.group_size,
        met=note.met,
        set_not_billable=note.not_billable,
        volunteer=worker.employment == VOLUNTEER,
        certified=worker.certified,
        others=tuple(_other(one) for one in others),
        day=day,
    )


def _other(note: EncounterFacts) -> billable.OtherNote:
    return billable.OtherNote(
        id=note.id,
        session_id=session_of(note),
        worker_id=note.worker_id,
        participant_id=note.person_id,
        segments=segments_of(note),
    )


def segments_of(note: EncounterFacts) -> tuple[Segment, ...]:
    if note.starts_at is None or note.ends_at is None:
        return ()
    return (Segment(note.starts_at, note.ends_at),)


def session_of(note: EncounterFacts) -> UUID | None:
    """One group sitting: the group notes of one specialist from and to the same minute. None: no group."""
    if note.kind != GROUP or note.starts_at is None or note.ends_at is None:
        return None
    return uuid5(note.worker_id, f"{note.starts_at.timestamp():.0f} {note.ends_at.timestamp():.0f}")


def findings(*, acting: Acting, encounter_id: UUID) -> tuple[FindingLine, ...]:
    """What stands between a signed note and a claim; nothing for a draft or a withdrawn note.

    Five queries, and the gate's where notes overlap. The caller has gated the note.
    """
    note = support.encounter_facts(acting=acting, encounter_id=encounter_id)
    if note is None or note.signed_at is None or note.withdrawn_at is not None:
        return ()
    on = note.happened_on
    rules = rules_on(rules_between(acting, on, on).filter(program_id=note.program_id), note.program_id, on)
    rule = rule_for(kind=note.kind, mode=note.mode, rules=rules)
    workers = workforce.standing_of(acting=acting, ids=[note.worker_id])
    counted = list(_day_of(acting, encounter_id))
    facts = note_facts(
        note, workers[note.worker_id], others=_near(acting, note), day=day_units(counted) if counted else None
    )
    return lines(billable.assess_billable(facts, rule.pays if rule else None))


def lines(found: billable.Findings) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(
            code=one.code, weight=one.weight.value, sentence=told(one.words), mend=one.mend, about=one.about
        )
        for one in found.findings
    )


def _near(acting: Acting, note: EncounterFacts) -> tuple[EncounterFacts, ...]:
    """Notes that share a minute with this one, of the same specialist or person, in sight of the reader.

    That a person was seen in another program is itself protected: a finding must not tell of what the gate
    does not show. The gate is only asked when there is something to ask about.
    """
    others = support.overlapping(acting=acting, encounter=note)
    if not others:
        return ()
    days = [other.happened_on for other in others]
    seen = support.seen_between(
        acting=acting, may=support.May.SEE_PEOPLE, first=min(days), last=max(days)
    ).filter(id__in=[other.id for other in others])
    in_sight = set(seen.values_list("id", flat=True))
    return tuple(other for other in others if other.id in in_sight)


def under_way(acting: Acting, program_ids: set[UUID]) -> bool:
    """True while the figures of these programs may still change by themselves. One query, seldom two."""
    asked = Recount.objects.filter(organization_id=acting.organization_id)
    concerned = asked.filter(Q(program_id__in=program_ids) | Q(worker__isnull=False))
    if concerned.exists():
        return True
    known = CountedBy.objects.filter(organization_id=acting.organization_id, fingerprint=fingerprint())
    return not known.exists()
