"""The twin of `beenthere.evidence.claims`: the same rules by the slowest plain means, sharing nothing with
it but code lists."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from typing import Any

from twins.rows import Enrolled, Line, World

from beenthere.evidence.claims.codes import COLUMNS, CodeLists

FOREVER = date(9999, 12, 31)


def has(
    codes: CodeLists, thing: object, group: str, *, diagnoses: Iterable[str | None] = (), on: date
) -> bool:
    for row in codes.of(group):
        looked = diagnoses if row.system == "diagnosis" else [getattr(thing, COLUMNS[row.system], None)]
        if any(row.holds(code, on) for code in looked):
            return True
    return False


def holds(codes: CodeLists, code: str | None, on: date, *groups: str) -> bool:
    return any(row.holds(code, on) for group in groups for row in codes.of(group))


def standing(lines: Iterable[Line]) -> list[Line]:
    """One line after the other, as a clerk would."""
    versions: dict[tuple[str, str, int], set[Line]] = {}
    for line in lines:
        versions.setdefault((line.person_id, line.claim_id, line.claim_line_number), set()).add(line)
    settled = (_settled(sorted(group, key=_order)) for group in versions.values())
    return [line for line in settled if line is not None]


def _order(line: Line) -> tuple[object, ...]:
    """Empty before filled; false sorts before true."""
    told = (line.paid_date, *astuple(line))
    return tuple((value is not None, value if value is not None else 0) for value in told)


def _settled(versions: list[Line]) -> Line | None:
    paid = [line for line in versions if (line.paid_amount or 0) >= 0]
    lowered = 0.0
    for reversal in (line for line in versions if (line.paid_amount or 0) < 0):
        met = next((line for line in paid if (line.paid_amount or 0) == -(reversal.paid_amount or 0)), None)
        if met:
            paid.remove(met)
        else:
            lowered += reversal.paid_amount or 0
    if not paid:
        return None
    return replace(paid[-1], paid_amount=(paid[-1].paid_amount or 0) + lowered) if lowered else paid[-1]


@dataclass(frozen=True, kw_only=True)
class Claim:
    claim_id: str
    admission: date
    discharge: date
    principal: str | None
    psychiatric: bool
    nonacute: bool
    planned: bool
    newborn: bool
    died: bool
    against_advice: bool
    self_harm: bool


@dataclass(frozen=True, kw_only=True)
class Stay:
    admission: date
    discharge: date
    principal: str | None
    psychiatric: bool
    planned: bool
    newborn: bool
    died: bool
    against_advice: bool
    self_harm: bool


@dataclass(frozen=True, kw_only=True)
class Person:
    """All that is known of one person, settled."""

    id: str
    codes: CodeLists
    lines: list[Line]
    spans: list[tuple[date, date]]
    born: date | None
    died: date | None
    gender: str
    race: str
    world: World

    def on_lines(self, wanted: Callable[[Line], bool]) -> set[date]:
        return {line.day for line in self.lines if wanted(line)}

    def is_(self, line: Line, *groups: str, diagnoses: Iterable[str | None] = ()) -> bool:
        return any(has(self.codes, line, group, diagnoses=diagnoses, on=line.day) for group in groups)

    def age(self, on: date) -> int | None:
        if self.born is None:
            return None
        years = on.year - self.born.year
        return years - 1 if (on.month, on.day) < (self.born.month, self.born.day) else years

    def covered(self, first: date, middle: date, last: date) -> bool:
        return any(
            start <= first and middle <= end and start <= middle and last <= end for start, end in self.spans
        )

    def dispensed(self, group: str) -> set[date]:
        mine = (fill for fill in self.world.pharmacy if fill.person_id == self.id)
        return {
            fill.dispensing_date for fill in mine if has(self.codes, fill, group, on=fill.dispensing_date)
        }

    def inpatient_claims(self, *groups: str) -> list[Claim]:
        beds = [line for line in self.lines if self.is_(line, *(groups or ("inpatient",)))]
        return [
            self._claim(name, [line for line in beds if line.claim_id == name])
            for name in {line.claim_id for line in beds}
        ]

    def _claim(self, name: str, lines: list[Line]) -> Claim:
        admission = min(line.admission_date or line.claim_start_date for line in lines)
        ends = [line.discharge_date or line.claim_end_date or line.claim_start_date for line in lines]
        told = [line.diagnosis_code_1 for line in lines if line.diagnosis_code_1 is not None]

        def any_of(group: str, *, everywhere: bool = False) -> bool:
            return any(
                self.is_(line, group, diagnoses=line.diagnoses if everywhere else line.diagnoses[:1])
                for line in lines
            )

        return Claim(
            claim_id=name,
            admission=admission,
            discharge=max(admission, *ends),
            principal=min(told) if told else None,
            psychiatric=any_of("psychiatric"),
            nonacute=any_of("nonacute"),
            planned=any_of("planned_admission"),
            newborn=any_of("newborn_admission"),
            died=any_of("died"),
            against_advice=any_of("against_advice"),
            self_harm=any_of("self_harm", everywhere=True),
        )

    def stays(self, kind: str = "acute", *, groups: tuple[str, ...] = ()) -> list[Stay]:
        claims = self.inpatient_claims(*groups)
        wanted = [c for c in claims if kind == "any" or c.nonacute == (kind == "nonacute")]
        return [_stay(part) for part in touching(wanted, lambda c: (c.admission, c.discharge))]


def touching(things: list[Any], span: Callable[[Any], tuple[date, date]]) -> list[list[Any]]:
    """Groups of things whose periods touch or overlap, directly or through others: pairs joined until none
    is left."""
    groups = [[thing] for thing in things]
    while True:
        pair = next(
            (
                (one, other)
                for place, one in enumerate(groups)
                for other in groups[place + 1 :]
                if any(_touch(span(a), span(b)) for a in one for b in other)
            ),
            None,
        )
        if pair is None:
            return groups
        groups = [group for group in groups if group is not pair[0] and group is not pair[1]]
        groups.append(pair[0] + pair[1])


def _touch(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """At most one day from the end of the earlier to the start of the later."""
    return one[0].toordinal() <= other[1].toordinal() + 1 and other[0].toordinal() <= one[1].toordinal() + 1


def _stay(claims: list[Claim]) -> Stay:
    last = max(claims, key=lambda c: (c.discharge, c.admission, c.claim_id))
    first = min(claims, key=lambda c: (c.admission, c.discharge, c.claim_id))
    return Stay(
        admission=min(c.admission for c in claims),
        discharge=max(c.discharge for c in claims),
        principal=last.principal,
        psychiatric=last.psychiatric,
        planned=first.planned,
        newborn=first.newborn,
        died=last.died,
        against_advice=last.against_advice,
        self_harm=any(c.self_harm for c in claims),
    )


def people(world: World, codes: CodeLists) -> Iterator[Person]:
    lines = standing(world.lines)
    known = {row.person_id for rows in (world.lines, world.eligibility, world.events) for row in rows}
    for name in sorted(known):
        rows = [row for row in world.eligibility if row.person_id == name]
        yield Person(
            id=name,
            codes=codes,
            lines=[line for line in lines if line.person_id == name],
            spans=[
                (min(start for start, _ in part), max(end for _, end in part))
                for part in touching([_span(row) for row in rows], lambda span: span)
            ],
            world=world,
            **_facts(rows),
        )


def _span(row: Enrolled) -> tuple[date, date]:
    return row.enrollment_start_date, row.enrollment_end_date or FOREVER


def _facts(rows: list[Enrolled]) -> dict[str, object]:
    if not rows:
        return {"born": None, "died": None, "gender": "unknown", "race": "unknown"}
    names = ("enrollment_start_date", "enrollment_end_date", "birth_date", "gender", "race")
    last = max(rows, key=lambda row: [(getattr(row, n) is not None, getattr(row, n) or 0) for n in names])
    deaths = [row.death_date for row in rows if row.death_date]
    return {
        "born": last.birth_date,
        "died": max(deaths) if deaths else None,
        "gender": last.gender or "unknown",
        "race": last.race or "unknown",
    }


def band(age: int | None) -> str:
    if age is None or age < 0:
        return "unknown"
    for low, high in ((0, 12), (13, 17), (18, 34), (35, 64)):
        if low <= age <= high:
            return f"{low} to {high}"
    return "65 and over"


def days(number: int) -> timedelta:
    return timedelta(days=number)


def nearest(day: date, others: Iterable[date], *, least: int, most: int) -> int | None:
    apart = [(other - day).days for other in others]
    inside = [number for number in apart if least <= number <= most]
    return min(inside) if inside else None


def row(person: Person, day: date, **said: object) -> dict[str, object]:
    """One event as the measure's own table tells it."""
    strata = {"age_band": band(person.age(day)), "gender": person.gender, "race": person.race}
    return {"person_id": person.id, "day": day, **strata, **said}
