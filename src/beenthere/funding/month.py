"""The page of a month's units: what each signed note counts for, and what still needs someone.

Everything is judged anew when it is shown: an overlap appears or goes with another note, a certification is
recorded later. No figure is kept or shown by specialist: billed hours are not a race.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beenthere.consent import api as consent
from beenthere.funding.access import May
from beenthere.funding.models import EncounterUnits, ProgramRule
from beenthere.funding.queries import (
    ONE_DAY,
    day_units,
    facts_of,
    groups_in,
    lines,
    note_facts,
    payer_of,
    rules_between,
    rules_on,
    sentence_of,
)
from beenthere.funding.rules.billable import Findings, Standing, Weight, assess_billable
from beenthere.funding.rules.counting import rule_for
from beenthere.kernel.minutes import minutes_between
from beenthere.people import api as people
from beenthere.support import api as support
from beenthere.support.api import EncounterFacts
from beenthere.trust.api import Acting, ProgramFacts, programs, visible
from beenthere.workforce import api as workforce


class State(StrEnum):
    COUNTED = "counted"
    NEEDS = "needs"
    NOT_BILLABLE = "not_billable"


OF_STANDING: Final = {
    Standing.READY: State.COUNTED,
    Standing.MEND: State.NEEDS,
    Standing.NOT_ESTABLISHED: State.NEEDS,
    Standing.NOT_BILLABLE: State.NOT_BILLABLE,
}
WORDS: Final = {
    State.COUNTED: gettext_lazy("Counted"),
    State.NEEDS: gettext_lazy("Needs someone"),
    State.NOT_BILLABLE: gettext_lazy("Not billable"),
}
LOOKS: Final = {State.COUNTED: "done", State.NEEDS: "attention", State.NOT_BILLABLE: "neutral"}


@dataclass(frozen=True, kw_only=True)
class Month:
    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def key(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(year=day.year, month=day.month)


@dataclass(frozen=True, kw_only=True)
class UnitsRow:
    """One signed note. `units` are 0 unless it is counted or could be once somebody mended something."""

    id: UUID
    on: date
    person_id: UUID
    name: str
    program: str
    minutes: int
    units: int
    code: str
    words: str
    state: State

    @property
    def state_words(self) -> str:
        return str(WORDS[self.state])

    @property
    def look(self) -> str:
        return LOOKS[self.state]


@dataclass(frozen=True, kw_only=True)
class TotalRow:
    """`units` of what is counted; `waiting` of what needs someone first."""

    program: str
    code: str
    notes: int
    minutes: int
    units: int
    waiting: int
    needs: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A note of the month with what was found, before names and sentences are looked up."""

    note: EncounterFacts
    units: EncounterUnits | None
    code: str
    found: Findings
    state: State

    @property
    def minutes(self) -> int:
        if self.units is not None:
            return self.units.minutes
        starts, ends = self.note.starts_at, self.note.ends_at
        return minutes_between(starts, ends) if starts and ends else 0

    @property
    def counted_units(self) -> int:
        return self.units.units if self.units is not None and self.state is not State.NOT_BILLABLE else 0


@dataclass(frozen=True, kw_only=True)
class UnitsMonth:
    """A judged month. `rows()` names and explains only those it is asked for."""

    acting: Acting
    month: Month
    judged: tuple[Judged, ...]
    programs: Mapping[UUID, ProgramFacts]
    workers: Mapping[UUID, workforce.WorkerStanding]
    demonstration: bool
    days: Mapping[tuple[UUID, UUID, date, str], list[EncounterUnits]] = field(repr=False)

    @property
    def shows_notes(self) -> bool:
        """False for who follows programs in figures only."""
        return any(_sees(self.acting, id_, consent.FieldGroup.UNITS) for id_ in self.programs)

    def notes(self, *, needs_only: bool = False) -> tuple[Judged, ...]:
        """Those whose units the reader's role sees, the latest first."""
        open_to = {id_ for id_ in self.programs if _sees(self.acting, id_, consent.FieldGroup.UNITS)}
        return tuple(
            one
            for one in self.judged
            if one.note.program_id in open_to and (one.state is State.NEEDS or not needs_only)
        )

    def rows(self, some: Iterable[Judged]) -> tuple[UnitsRow, ...]:
        """One query, for the names."""
        some = tuple(some)
        named = {id_ for id_ in self.programs if _sees(self.acting, id_, consent.FieldGroup.NAME)}
        ids = {one.note.person_id for one in some if one.note.program_id in named}
        cards = people.person_cards(acting=self.acting, ids=ids)
        return tuple(
            UnitsRow(
                id=one.note.id,
                on=one.note.happened_on,
                person_id=one.note.person_id,
                name=cards[one.note.person_id].name if one.note.program_id in named else "",
                program=self.programs[one.note.program_id].name,
                minutes=one.minutes,
                units=one.counted_units,
                code=one.code,
                words=self._words(one),
                state=one.state,
            )
            for one in some
        )

    def _words(self, one: Judged) -> str:
        """The arithmetic; what to mend and who was there; or the first reason why it is not billed."""
        found = lines(one.found)
        if one.state is State.NOT_BILLABLE:
            return next(line.sentence for line in found if line.weight == Weight.NOT_BILLABLE)
        if one.state is State.NEEDS:
            ask = _("Ask %(who)s.") % {"who": self.workers[one.note.worker_id].name}
            said = [line.sentence for line in found] or [_("Not counted yet: set the program's rule again.")]
            return " ".join([*said, ask])
        return self._arithmetic(one.units)

    def _arithmetic(self, row: EncounterUnits | None) -> str:
        return sentence_of(row, day_units(self.days[_day_key(row)])) if row else ""

    def totals(self) -> tuple[TotalRow, ...]:
        """By program and code, of every note in sight."""
        groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
        for one in self.judged:
            groups[self.programs[one.note.program_id].name, one.code].append(one)
        return tuple(_total(program, code, groups[program, code]) for program, code in sorted(groups))


def _total(program: str, code: str, some: list[Judged]) -> TotalRow:
    return TotalRow(
        program=program,
        code=code,
        notes=len(some),
        minutes=sum(one.minutes for one in some),
        units=sum(one.counted_units for one in some if one.state is State.COUNTED),
        waiting=sum(one.counted_units for one in some if one.state is State.NEEDS),
        needs=sum(one.state is State.NEEDS for one in some),
    )


def _sees(acting: Acting, program_id: UUID, group: consent.FieldGroup) -> bool:
    return group in groups_in(acting, program_id)


def units_month(*, acting: Acting, month: Month) -> UnitsMonth:
    """Every signed note of the month in sight of `acting`, judged. Five queries, however many notes."""
    seen = support.seen_between(
        acting=acting, may=May.SEE_UNITS, first=month.first - ONE_DAY, last=month.last + ONE_DAY
    )
    near = facts_of(seen.order_by("-happened_on", "-starts_at", "id"))
    workers = workforce.standing_of(acting=acting, ids={note.worker_id for note in near})
    counted = _counted(acting, month)
    rules = list(rules_between(acting, month.first, month.last))
    days: dict[tuple[UUID, UUID, date, str], list[EncounterUnits]] = defaultdict(list)
    for row in counted.values():
        days[_day_key(row)].append(row)
    judge = _Judge(near=_by_day(near), counted=counted, days=days, rules=rules, workers=workers)
    own = [note for note in near if month.first <= note.happened_on <= month.last]
    in_sight = _programs_in_sight(acting)
    return UnitsMonth(
        acting=acting,
        month=month,
        judged=tuple(judge(note) for note in own),
        programs=in_sight,
        workers=workers,
        demonstration=any(_is_demonstration(rule) for rule in rules if rule.program_id in in_sight),
        days=days,
    )


def _programs_in_sight(acting: Acting) -> dict[UUID, ProgramFacts]:
    return {
        program.id: program
        for program in programs(acting=acting)
        if acting.may(May.SEE_UNITS, program_id=program.id)
    }


def _is_demonstration(rule: ProgramRule) -> bool:
    payer = payer_of(rule.rule_key)
    return payer is not None and payer.demonstration


def _counted(acting: Acting, month: Month) -> dict[UUID, EncounterUnits]:
    rows = visible(acting, EncounterUnits, may=May.SEE_UNITS).filter(withdrawn_at=None)
    return {row.encounter_id: row for row in rows.filter(on__range=(month.first, month.last))}


def _day_key(row: EncounterUnits) -> tuple[UUID, UUID, date, str]:
    return row.person_id, row.program_id, row.on, row.code


Days = Mapping[tuple[UUID, date], list[EncounterFacts]]


def _by_day(notes: Iterable[EncounterFacts]) -> Days:
    """Notes by specialist and day, and by person and day: where to look for an overlap."""
    found: dict[tuple[UUID, date], list[EncounterFacts]] = defaultdict(list)
    for note in notes:
        found[note.worker_id, note.happened_on].append(note)
        found[note.person_id, note.happened_on].append(note)
    return found


@dataclass(frozen=True, kw_only=True)
class _Judge:
    near: Days
    counted: Mapping[UUID, EncounterUnits]
    days: Mapping[tuple[UUID, UUID, date, str], list[EncounterUnits]]
    rules: list[ProgramRule]
    workers: Mapping[UUID, workforce.WorkerStanding]

    def __call__(self, note: EncounterFacts) -> Judged:
        on_day = rules_on(self.rules, note.program_id, note.happened_on)
        rule = rule_for(kind=note.kind, mode=note.mode, rules=on_day)
        row = self.counted.get(note.id)
        facts = note_facts(
            note,
            self.workers[note.worker_id],
            others=self._overlapping(note),
            day=day_units(self.days[_day_key(row)]) if row else None,
        )
        found = assess_billable(facts, rule.pays if rule else None)
        state = OF_STANDING[found.standing]
        if state is State.COUNTED and row is None:
            state = State.NEEDS
        return Judged(note=note, units=row, code=rule.code if rule else "", found=found, state=state)

    def _overlapping(self, note: EncounterFacts) -> list[EncounterFacts]:
        around = (note.happened_on - ONE_DAY, note.happened_on, note.happened_on + ONE_DAY)
        near = (
            other
            for on in around
            for whose in (note.worker_id, note.person_id)
            for other in self.near.get((whose, on), ())
        )
        return list({other.id: other for other in near if _share_a_minute(note, other)}.values())


def _share_a_minute(note: EncounterFacts, other: EncounterFacts) -> bool:
    if not (note.starts_at and note.ends_at and other.starts_at and other.ends_at) or note.id == other.id:
        return False
    return other.starts_at < note.ends_at and note.starts_at < other.ends_at
