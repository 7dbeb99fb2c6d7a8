"""Counts and costs: of the time before as covariates, of the follow-up as outcomes per enrolled month."""

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.study.protocol import Outcome, Protocol

MONTH = 30


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
            column=f"{outcome.key}_without_month_0", words="month 0 out", first=origin + MONTH, last=last
        )


def with_totals(
    claims: Claims, table: ir.Table, near: ir.Table, outcome: Outcome, protocol: Protocol
) -> ir.Table:
    """`table` with the total of each window, 0 where there is nothing."""
    for window in windows(outcome, protocol):
        told = _total(claims, table, near, outcome.kind, window)
        table = table.left_join(told, table.person_id == told.total_person).drop("total_person")
        table = table.mutate(**{window.column: table[window.column].fill_null(0)})
    return table


def _total(claims: Claims, table: ir.Table, near: ir.Table, kind: str, window: Window) -> ir.Table:
    """total_person and the total, for people with any."""
    if kind == "emergency visits":
        inside = near.apart.between(window.first, window.last)
        seen = near.filter(claims.codes.matches(near, "emergency") & inside)
        return seen.group_by(total_person="person_id").aggregate(**{window.column: seen.apart.nunique()})
    if kind == "hospital days":
        return _hospital_days(claims, table, window)
    return _paid(claims, table, near, window)


def _hospital_days(claims: Claims, table: ir.Table, window: Window) -> ir.Table:
    """Days of acute stays that lie in the window; a stay on one day is one."""
    mine = table.select(mine="person_id", zero="day")
    stays = claims.stays("acute")
    joined = stays.join(mine, stays.person_id == mine.mine)
    begins = joined.admission.delta(joined.zero, unit="day")
    ends = ibis.greatest(joined.discharge.delta(joined.zero, unit="day") - 1, begins)
    inside = ibis.least(ends, window.last) - ibis.greatest(begins, window.first) + 1
    # The index stay ended at time zero; its last night lies before the window.
    counted = joined.mutate(inside=inside).filter((inside > 0) & (begins > 0))
    return counted.group_by(total_person="person_id").aggregate(**{window.column: counted.inside.sum()})


def _paid(claims: Claims, table: ir.Table, near: ir.Table, window: Window) -> ir.Table:
    """Paid amounts of medical lines and of pharmacy."""
    mine = table.select(mine="person_id", zero="day")
    fills = claims.pharmacy.join(mine, claims.pharmacy.person_id == mine.mine)
    fills = fills.mutate(apart=fills.dispensing_date.delta(fills.zero, unit="day"))
    columns = ("person_id", "apart", "paid_amount")
    spent = near.select(*columns).union(fills.select(*columns))
    inside = spent.filter(spent.apart.between(window.first, window.last))
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


def months(rows: pd.DataFrame, outcome: Outcome, end: pd.Series, protocol: Protocol) -> dict[str, pd.Series]:
    """Enrolled months in each window, and the total per month; empty for who was not followed into it."""
    made: dict[str, pd.Series] = {}
    for window in windows(outcome, protocol):
        days = (end.clip(upper=window.last) - window.first + 1).clip(lower=0)
        made[window.column_months] = (days / MONTH).where(days > 0)
        made[window.per_month] = rows[window.column].astype(float) / made[window.column_months]
    return made
