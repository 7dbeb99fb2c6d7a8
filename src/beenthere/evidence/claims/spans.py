"""Periods that touch are one period: used for enrollment, and for inpatient claims that make one stay."""

import ibis.expr.types as ir


def numbered(table: ir.Table, *, start: str, end: str, gap: int, tie: str) -> ir.Table:
    """`table` with `island`: per person, rows whose start lies at most `gap` days after the latest end
    before it share a number.

    tie: a column that orders rows alike in start and end, so that the number never depends on the order of
    rows.
    """
    order = [start, end, tie]
    reach = table.mutate(reach=table[end].max().over(group_by="person_id", order_by=order, rows=(None, -1)))
    apart = reach.reach.isnull() | (reach[start].delta(reach.reach, unit="day") > gap)
    begun = reach.mutate(begins=apart.cast("int64"))
    return begun.mutate(
        island=begun.begins.sum().over(group_by="person_id", order_by=order, rows=(None, 0))
    ).drop("reach", "begins")
