"""Which notes of a day are counted, under which of the program's rules, and what each brings.

A note is counted when nothing in itself stands against it: met, with clock times, not set aside, of a kind
and in a way that is paid, in time, not a volunteer's. Those that are not must not reach the unit rule either:
where minutes of a day are added up or a day has a limit, an unpaid visit would move the units of a paid one.
Two faults do not keep a note from being counted, because they are mended elsewhere: an overlap, and a
certification that is not on file yet. The findings name them before anything is billed.

The order in which notes were signed is irrelevant: a day is always counted whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from beenthere.funding.rules.billable import NoteFacts, ProgramRule, Standing, assess_billable
from beenthere.funding.rules.units import Allotment, Contact, DayUnits, units_for_day
from beenthere.kernel.periods import Period

ALWAYS = (Period(date.min),)
GROUP = "group"


@dataclass(frozen=True, kw_only=True)
class RuleOnDay:
    """A program's rule for one code as it stands on one day. `pays` has no unit rule where none is known."""

    rule_key: str
    code: str
    grant_tag: str
    pays: ProgramRule


@dataclass(frozen=True, kw_only=True)
class Counted:
    rule: RuleOnDay
    day: DayUnits
    own: Allotment


def rule_for(*, kind: str, mode: str, rules: Iterable[RuleOnDay]) -> RuleOnDay | None:
    """The rule a note falls under: in order of code, the first that pays its kind held in its way.

    Where none does, the first that pays the kind, then the first at all: somebody has to say why it is not
    paid. None where the program has no rule on that day.
    """
    ordered = sorted(rules, key=lambda one: one.code)
    by_kind = [one for one in ordered if _pays(one.pays.paid_kinds, kind)]
    by_both = [one for one in by_kind if _pays(one.pays.paid_modes, mode)]
    return next(iter([*by_both, *by_kind, *ordered]), None)


def count_day(notes: Iterable[NoteFacts], rules: Sequence[RuleOnDay]) -> Mapping[UUID, Counted]:
    """What each signed note of one person, in one program, on one day brings, by note. Others are absent."""
    by_code: dict[str, tuple[RuleOnDay, list[NoteFacts]]] = {}
    for note in notes:
        rule = rule_for(kind=note.kind, mode=note.mode, rules=rules)
        if rule is not None and is_counted(note, rule.pays):
            by_code.setdefault(rule.code, (rule, []))[1].append(note)
    return {found.own.contact_id: found for rule, some in by_code.values() for found in _counted(rule, some)}


def is_counted(note: NoteFacts, rule: ProgramRule) -> bool:
    alone = replace(note, others=(), certified=ALWAYS, day=None)
    return assess_billable(alone, rule).standing is Standing.READY


def _counted(rule: RuleOnDay, notes: Iterable[NoteFacts]) -> list[Counted]:
    if rule.pays.unit_rule is None:
        return []
    contacts = [Contact(id=one.id, segments=one.segments, group=one.kind == GROUP) for one in notes]
    day = units_for_day(rule.pays.unit_rule, contacts)
    return [Counted(rule=rule, day=day, own=own) for own in day.allotments]


def _pays(paid: frozenset[str] | None, what: str) -> bool:
    return paid is None or what in paid
