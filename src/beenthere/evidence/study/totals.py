"""Counts and costs: of the time before as covariates, of the follow-up as outcomes per enrolled month.

What happened after a person's follow-up ended is in no total, because those days are in no month either.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import DAYS_A_MONTH
from beenthere.evidence.study.protocol import Outcome, Protocol

#: Days of month 0, in which the index event itself still costs.
MONTH_0 = 30


@dataclass(frozen=True, kw_only=True)
class Window:
    """Days from time zero, both inside. column: of the total; column_months: of the enrolled months in it."""

    column: str
    words: str
    first: int
    last: int

    @property
    def column_months(self) -> str:
        return f"{self.column}_months"

    @property
    def per_month(self) -> str:
        return f"{self.column}_per_month"


def windows(outcome: Outcome, protocol: Protocol) -> Iterator[Window]:
    """With month 0 (the first 30 days) in, out, or one of each; counted from the landmark if there is one."""
    wanted, last = protocol.follow_up.month_0, protocol.follow_up.horizon
    origin = protocol.landmark + 1 if protocol.strategies.fixed == "within" else outcome.from_day
    if wanted in ("in", "both"):
        yield Window(column=outcome.key, words="month 0 in", first=origin, last=last)
    if wanted in ("out", "both"):
        yield Window(
            column=f"{outcome.key}_without_month_0", words="month 0 out", first=origin + MONTH_0, last=last
        )


def with_totals(
    claims: Claims, table: ir.Table, near: ir.Table, outcome: Outcome, protocol: Protocol
) -> ir.Table:
    """`table` with the total of each window up to `lost_day`, 0 where there is nothing."""
    for window in windows(outcome, protocol):
        if outcome.kind == "hospital days":
            told = _hospital_days(claims, table, window, at_discharge=protocol.eligibility.at_discharge)
        else:
            told = _total(claims, table, near, outcome.kind, window)
        table = table.left_join(told, table.person_id == told.total_person).drop("total_person")
        table = table.mutate(**{window.column: table[window.column].fill_null(0)})
    return table


def _total(claims: Claims, table: ir.Table, near: ir.Table, kind: str, window: Window) -> ir.Table:
    """total_person and the total, for people with any."""
    if kind == "emergency visits":
        visits = near.filter(claims.codes.matches(near, "emergency"))
        seen = visits.filter(_inside(visits, window))
        return seen.group_by(total_person="person_id").aggregate(**{window.column: seen.apart.nunique()})
    return _paid(claims, table, near, window)


def _inside(rows: ir.Table, window: Window) -> ir.BooleanValue:
    """Whether `apart` lies in the window, and not after the end of the person's follow-up."""
    return rows.apart.between(window.first, ibis.least(rows.lost_day, window.last))


def _hospital_days(claims: Claims, table: ir.Table, window: Window, *, at_discharge: bool) -> ir.Table:
    """Days of acute stays that lie in the window; a stay on one day is one.

    at_discharge: time zero is the day a stay ended, and that stay does not count. One that an emergency visit
    led to does.
    """
    mine = table.select("lost_day", mine="person_id", zero="day")
    stays = claims.stays("acute")
    joined = stays.join(mine, stays.person_id == mine.mine)
    if at_discharge:
        joined = joined.filter(joined.discharge != joined.zero)
    begins = joined.admission.delta(joined.zero, unit="day")
    ends = ibis.greatest(joined.discharge.delta(joined.zero, unit="day") - 1, begins)
    last = ibis.least(ends, joined.lost_day, window.last)
    counted = joined.mutate(inside=last - ibis.greatest(begins, window.first) + 1)
    counted = counted.filter(counted.inside > 0)
    return counted.group_by(total_person="person_id").aggregate(**{window.column: counted.inside.sum()})


def _paid(claims: Claims, table: ir.Table, near: ir.Table, window: Window) -> ir.Table:
    """Paid amounts of medical lines and of pharmacy."""
    mine = table.select("lost_day", mine="person_id", zero="day")
    fills = claims.pharmacy.join(mine, claims.pharmacy.person_id == mine.mine)
    fills = fills.mutate(apart=fills.dispensing_date.delta(fills.zero, unit="day"))
    columns = ("person_id", "apart", "lost_day", "paid_amount")
    spent = near.select(*columns).union(fills.select(*columns))
    inside = spent.filter(_inside(spent, window))
    paid = inside.paid_amount.cast("float64").sum().fill_null(0.0)
    return inside.group_by(total_person="person_id").aggregate(**{window.column: paid})


def prior(claims: Claims, table: ir.Table, near: ir.Table, name: str, *, look_back: int) -> ir.Table:
    """`table` with the fact: stays that ended, days with an emergency visit, or cost before time zero."""
    before = Window(column=name, words="before", first=-look_back, last=-1)
    if name == "prior_stays":
        mine = table.select(mine="person_id", zero="day")
        stays = claims.stays("acute")
        joined = stays.join(mine, stays.person_id == mine.mine)
        ended = joined.filter(joined.discharge.delta(joined.zero, unit="day").between(-look_back, -1))
        told = ended.group_by(total_person="person_id").aggregate(**{name: ended.count()})
    else:
        kind = "emergency visits" if name == "prior_emergency_visits" else "cost"
        told = _total(claims, table, near, kind, before)
    table = table.left_join(told, table.person_id == told.total_person).drop("total_person")
    return table.mutate(**{name: table[name].fill_null(0)})


def months(rows: pd.DataFrame, outcome: Outcome, protocol: Protocol) -> dict[str, pd.Series]:
    """Enrolled months in each window, and the total per month; empty for who was not followed into it."""
    made: dict[str, pd.Series] = {}
    for window in windows(outcome, protocol):
        days = (rows["lost_day"].clip(upper=window.last) - window.first + 1).clip(lower=0)
        made[window.column_months] = (days / DAYS_A_MONTH).where(days > 0)
        made[window.per_month] = rows[window.column].astype(float) / made[window.column_months]
    return made
