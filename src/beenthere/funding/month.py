"""The page of a month's units: what each signed note counts for, and what still needs someone.

It reads what was found when the notes were signed (`JudgedNote`). Only overlaps are joined here: whether one
may be told depends on who asks. No figure is kept or shown by specialist: billed hours are not a race.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beenthere.consent import api as consent
from beenthere.funding.access import May
from beenthere.funding.facts import FindingLine
from beenthere.funding.judging import by_day_and_code
from beenthere.funding.models import EncounterUnits, JudgedNote, NoteOverlap, ProgramRule
from beenthere.funding.queries import (
    day_units,
    groups_in,
    lines,
    payer_of,
    rules_between,
    sentence_of,
    under_way,
)
from beenthere.funding.rules.billable import Weight
from beenthere.funding.rules.judging import Overlap, State, recalled, state_with
from beenthere.people import api as people
from beenthere.trust.api import Acting, ProgramFacts, programs, visible
from beenthere.workforce import api as workforce

AT_ONCE = 2000
OF_A_NOTE: Final = (
    "encounter_id", "person_id", "program_id", "worker_id", "on", "minutes", "units", "code", "state",
    "findings",
)  # fmt: skip
OF_UNITS: Final = (
    "encounter_id", "person_id", "program_id", "on", "code", "rule_key", "minutes", "group", "units",
    "dropped_minutes", "capped_units",
)  # fmt: skip
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
class UnitsMonth:
    """A month in figures. `notes` are looked up when they are asked for, `rows` named and explained.

    `counting_again`: figures may still change by themselves, since a job is at it.
    """

    acting: Acting
    month: Month
    programs: Mapping[UUID, ProgramFacts]
    totals: tuple[TotalRow, ...]
    demonstration: bool
    counting_again: bool
    count: int
    needs: int

    @property
    def shows_notes(self) -> bool:
        """False for who follows programs in figures only."""
        return bool(self._open_to())

    def notes(self, *, needs_only: bool = False) -> QuerySet[JudgedNote, Any]:
        """Those whose units the reader's role sees, latest first, as plain rows."""
        rows = _judged(self.acting, self.month).filter(program_id__in=self._open_to())
        if needs_only:
            rows = rows.filter(Q(state=State.NEEDS) | _stands_in_time(self.acting, self.month))
        return rows.order_by("-on", "-starts_at", "encounter_id").values_list(*OF_A_NOTE, named=True)

    def _open_to(self) -> set[UUID]:
        return {id_ for id_ in self.programs if _sees(self.acting, id_, consent.FieldGroup.UNITS)}

    def rows(self, some: Sequence[Any]) -> Iterator[UnitsRow]:
        """Of `notes`. Four queries for each two thousand: names, specialists, overlaps, the days' units."""
        named = {id_ for id_ in self.programs if _sees(self.acting, id_, consent.FieldGroup.NAME)}
        said: dict[Hashable, Any] = {}
        for start in range(0, len(some), AT_ONCE):
            yield from _rows(self.acting, some[start : start + AT_ONCE], self.programs, named, said)

    def every_row(self, *, needs_only: bool = False) -> Iterator[UnitsRow]:
        """Of all `notes`, day by day: a file of a month takes the memory of a day. Looks when it is asked
        for the first; five queries a day, and four more where a day has more than two thousand."""
        notes = self.notes(needs_only=needs_only)
        for day in list(notes.order_by("-on").values_list("on", flat=True).distinct()):
            yield from self.rows(list(notes.filter(on=day)))


def units_month(*, acting: Acting, month: Month) -> UnitsMonth:
    """The month in figures, of every signed note in sight of `acting`. Five queries, however many notes."""
    in_sight = {
        program.id: program
        for program in programs(acting=acting)
        if acting.may(May.SEE_UNITS, program_id=program.id)
    }
    rules = [one for one in rules_between(acting, month.first, month.last) if one.program_id in in_sight]
    figures = _figures(acting, month)
    open_to = [one for one in figures if _sees(acting, one.program_id, consent.FieldGroup.UNITS)]
    return UnitsMonth(
        acting=acting,
        month=month,
        programs=in_sight,
        totals=_totals(figures, in_sight),
        demonstration=any(_is_demonstration(rule) for rule in rules),
        counting_again=under_way(acting, set(in_sight)),
        count=sum(one.notes for one in open_to),
        needs=sum(one.notes for one in open_to if one.state is State.NEEDS),
    )


def _sees(acting: Acting, program_id: UUID, group: consent.FieldGroup) -> bool:
    return group in groups_in(acting, program_id)


def _is_demonstration(rule: ProgramRule) -> bool:
    payer = payer_of(rule.rule_key)
    return payer is not None and payer.demonstration


def _judged(acting: Acting, month: Month) -> QuerySet[JudgedNote]:
    return visible(acting, JudgedNote, may=May.SEE_UNITS).filter(on__range=(month.first, month.last))


def _overlaps(acting: Acting) -> QuerySet[NoteOverlap]:
    """Those with a note that the reader may see."""
    return visible(acting, NoteOverlap, may=May.SEE_UNITS)


def _stands_in_time(acting: Acting, month: Month) -> Q:
    """Counted but for an overlap."""
    near = _overlaps(acting).filter(on__range=(month.first, month.last))
    return Q(state=State.COUNTED, encounter_id__in=near.values("encounter_id"))


@dataclass(frozen=True, kw_only=True)
class _Figures:
    program_id: UUID
    code: str
    state: State
    notes: int
    minutes: int
    units: int


def _figures(acting: Acting, month: Month) -> list[_Figures]:
    """Sums by program, code and state. What overlaps is taken from what is counted and waits. Two queries."""
    notes = _judged(acting, month)
    every, overlapped = _summed(notes), _summed(notes.filter(_stands_in_time(acting, month)))
    waiting = {(one.program_id, one.code): one for one in overlapped}
    left = [
        _less(one, waiting[one.program_id, one.code])
        if one.state is State.COUNTED and (one.program_id, one.code) in waiting
        else one
        for one in every
    ]
    return [*left, *(replace(one, state=State.NEEDS) for one in overlapped)]


def _summed(notes: QuerySet[JudgedNote]) -> list[_Figures]:
    sums = notes.values("program_id", "code", "state").annotate(
        notes=Count("encounter_id"), minutes=Sum("minutes"), units=Sum("units")
    )
    return [
        _Figures(
            program_id=row["program_id"], code=row["code"], state=State(row["state"]), notes=row["notes"],
            minutes=row["minutes"], units=row["units"],
        )
        for row in sums.order_by("program_id", "code")
    ]  # fmt: skip


def _less(one: _Figures, other: _Figures) -> _Figures:
    return replace(
        one,
        notes=one.notes - other.notes,
        minutes=one.minutes - other.minutes,
        units=one.units - other.units,
    )


def _totals(figures: Iterable[_Figures], in_sight: Mapping[UUID, ProgramFacts]) -> tuple[TotalRow, ...]:
    """By program and code, of every note in sight. What is not billable brings no units."""
    groups: dict[tuple[str, str, UUID], list[_Figures]] = defaultdict(list)
    for one in figures:
        groups[in_sight[one.program_id].name, one.code, one.program_id].append(one)
    return tuple(_total(program, code, groups[program, code, id_]) for program, code, id_ in sorted(groups))


def _total(program: str, code: str, some: list[_Figures]) -> TotalRow:
    needs = [one for one in some if one.state is State.NEEDS]
    return TotalRow(
        program=program,
        code=code,
        notes=sum(one.notes for one in some),
        minutes=sum(one.minutes for one in some),
        units=sum(one.units for one in some if one.state is State.COUNTED),
        waiting=sum(one.units for one in needs),
        needs=sum(one.notes for one in needs),
    )


def _rows(
    acting: Acting,
    notes: Sequence[Any],
    programs: Mapping[UUID, ProgramFacts],
    named: set[UUID],
    said: dict[Hashable, Any],
) -> Iterator[UnitsRow]:
    """In the same order. A name is looked up only where the reader's role sees it."""
    cards = people.person_cards(
        acting=acting, ids={note.person_id for note in notes if note.program_id in named}
    )
    words = _Words(
        workers=workforce.worker_names(acting=acting, ids={note.worker_id for note in notes}),
        units=_units(acting, notes),
        said=said,
    )
    near = _near(acting, notes)
    for note in notes:
        overlaps = near.get(note.encounter_id, [])
        state = state_with(State(note.state), overlaps=bool(overlaps))
        yield UnitsRow(
            id=note.encounter_id,
            on=note.on,
            person_id=note.person_id,
            name=cards[note.person_id].name if note.program_id in named else "",
            program=programs[note.program_id].name,
            minutes=note.minutes,
            units=0 if state is State.NOT_BILLABLE else note.units,
            code=note.code,
            words=words.of(note, overlaps, state),
            state=state,
        )


def _near(acting: Acting, notes: Sequence[Any]) -> Mapping[UUID, list[Overlap]]:
    found: dict[UUID, list[Overlap]] = defaultdict(list)
    for row in _overlaps(acting).filter(encounter_id__in=[note.encounter_id for note in notes]):
        found[row.encounter_id].append(Overlap(other_id=row.other_id, same_person=row.same_person))
    return found


def _units(acting: Acting, notes: Sequence[Any]) -> Mapping[UUID, list[Any]]:
    """By note, the rows that were counted together with its own: of one person, program, code and day. Who
    sees the note sees them."""
    days = [note.on for note in notes]
    rows = EncounterUnits.objects.filter(
        organization_id=acting.organization_id, withdrawn_at=None,
        person_id__in={note.person_id for note in notes}, on__range=(min(days), max(days)),
    ).values_list(*OF_UNITS, named=True)  # fmt: skip
    return {row.encounter_id: some for some in by_day_and_code(rows).values() for row in some}


@dataclass(frozen=True, kw_only=True)
class _Words:
    """`said` keeps what was said once: thousands of notes of a month count and lack the same."""

    workers: Mapping[UUID, str]
    units: Mapping[UUID, list[Any]]
    said: dict[Hashable, Any]

    def of(self, note: Any, overlaps: Sequence[Overlap], state: State) -> str:
        """The arithmetic; what to mend and who was there; or the first reason why it is not billed."""
        if state is State.COUNTED:
            return self._arithmetic(note)
        said = self._findings(note, overlaps)
        if state is State.NOT_BILLABLE:
            return next(line.sentence for line in said if line.weight == Weight.NOT_BILLABLE)
        ask = _("Ask %(who)s.") % {"who": self.workers[note.worker_id]}
        sentences = [line.sentence for line in said] or [_("Not counted yet: set the program's rule again.")]
        return " ".join([*sentences, ask])

    def _findings(self, note: Any, overlaps: Sequence[Overlap]) -> Sequence[FindingLine]:
        key = (repr(note.findings), tuple(overlaps))
        if key not in self.said:
            self.said[key] = lines(recalled(note.findings, overlaps))
        found: Sequence[FindingLine] = self.said[key]
        return found

    def _arithmetic(self, note: Any) -> str:
        together = self.units[note.encounter_id]
        own = next(row for row in together if row.encounter_id == note.encounter_id)
        # Beside other visits of the day the sentence tells of them too, so only a lone one's is kept.
        key = (own.rule_key, own.on, own.minutes, own.group, own.units, own.dropped_minutes, own.capped_units)
        if len(together) > 1:
            return sentence_of(own, day_units(together))
        if key not in self.said:
            self.said[key] = sentence_of(own, day_units(together))
        sentence: str = self.said[key]
        return sentence
