"""Emergency visits that might need follow-up, as FUM and FUA see them."""

from functools import reduce
from operator import and_

import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common
from beenthere.evidence.measures.measure import Step

#: Days that one visit keeps others out, its own among them; and so how many visits a year can hold.
WINDOW = 31
MOST = 12


def visits(claims: Claims, year: int, counts: ir.BooleanValue) -> ir.Table:
    """Emergency visits of the year, one a day, with `about_it`: whether any line of the day counts."""
    lines = claims.emergency_lines.mutate(about_it=counts)
    lines = lines.filter(lines.day.between(common.first_day(year), common.last_day(year)))
    days = lines.group_by("person_id", "day").aggregate(about_it=lines.about_it.any())
    rows = common.about(days, claims)
    stays = claims.stays("any")
    rows = common.days_to(rows, stays, least=0, most=30, named="admitted", other_day="admission")
    return _during_stay(rows, stays)


def _during_stay(rows: ir.Table, stays: ir.Table) -> ir.Table:
    """`in_stay`: the visit lies strictly inside a stay."""
    inside = stays.select(stay_person="person_id", stay_from="admission", stay_to="discharge")
    joined = rows.left_join(
        inside,
        [rows.person_id == inside.stay_person, rows.day > inside.stay_from, rows.day < inside.stay_to],
    )
    return joined.mutate(in_stay=joined.stay_person.notnull()).drop("stay_person", "stay_from", "stay_to")


def with_steps(claims: Claims, rows: ir.Table, year: int, *, name: str, least_age: int) -> ir.Table:
    """The steps both measures share. `first_in_window` is judged among visits that nothing else takes out."""
    rows = rows.mutate(
        of_age=(rows.age >= least_age).fill_null(False),
        in_time=rows.day <= common.last_index_day(year),
        not_admitted=rows.admitted.isnull() & ~rows.in_stay,
        enrolled=covered(rows, before=0, after=30),
    )
    rows = claims.keep(f"emergencies_{name}_{year}", rows)
    eligible = rows.filter(reduce(and_, (rows[step.key] for step in SHARED[:-1])))
    chosen = first_in_windows(claims, eligible.select("person_id", "day"), f"{name}_{year}")
    chosen = chosen.rename(chosen_person="person_id", chosen_day="day")
    joined = rows.left_join(chosen, [rows.person_id == chosen.chosen_person, rows.day == chosen.chosen_day])
    return joined.mutate(first_in_window=joined.chosen_person.notnull()).drop("chosen_person", "chosen_day")


def first_in_windows(claims: Claims, days: ir.Table, name: str) -> ir.Table:
    """Of a person's days the first, then the first at least 31 days later, and so on.

    Each choice rests on the one before, which no window function can say; so the first of each person is
    taken, its window is removed, and that is done as often as a year has windows.
    """
    chosen = []
    left = claims.keep(f"left_0_{name}", days)
    for turn in range(1, MOST + 1):
        first = left.group_by(first_person=left.person_id).aggregate(first_day=left.day.min())
        chosen.append(first.select(person_id="first_person", day="first_day"))
        joined = left.join(first, left.person_id == first.first_person)
        later = joined.filter(joined.day.delta(joined.first_day, unit="day") >= WINDOW)
        left = claims.keep(f"left_{turn}_{name}", later.select("person_id", "day"))
    return chosen[0].union(*chosen[1:])


SHARED = (
    Step(key="about_it", words="not for this"),
    Step(key="of_age", words="too young"),
    Step(key="in_time", words="after 1 December"),
    Step(key="not_admitted", words="admitted to a hospital on the day or within 30 days, or during a stay"),
    Step(key="enrolled", words="not enrolled from the visit to 30 days after"),
    Step(key="first_in_window", words="another visit that counts in the 30 days before"),
)


def steps(*, reason: str, age: str) -> tuple[Step, ...]:
    words = {"about_it": reason, "of_age": age}
    return tuple(Step(key=step.key, words=words.get(step.key, step.words)) for step in SHARED)
