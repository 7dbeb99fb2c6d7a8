"""Which claim lines stand, when the same line was sent twice, corrected or taken back.

A line is known by person, claim and line number; its rows are its versions. The rules, in order:

1. Rows alike in every column that is read are one row sent twice.
2. A negative amount paid takes back one version with the same amount, the oldest first. An amount of zero,
   or none, counts as paid zero, so a line that was never paid cannot be taken back.
3. Of the versions left, the one paid last stands; those before it are superseded.
4. A negative amount that matches no version lowers the amount of the version that stands.
5. If no version is left, the line never happened.

Ties (same day paid) fall to the greater row, compared column by column: any fixed rule, so that the order
of rows in a file never changes a result. The same service sent under another claim id cannot be told from a
second service and stays; measures count days, not lines, for that reason.
"""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

KEY = ("person_id", "claim_id", "claim_line_number")
#: Stores a table under a name and gives back what stands for it; a test may give the table straight back.
Keep = Callable[[str, ir.Table], ir.Table]


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """lines: those that stand. The counts say what became of the others."""

    lines: ir.Table
    sent_twice: int
    taken_back: int
    superseded: int


def resolve(rows: ir.Table, keep: Keep) -> Resolved:
    """Only lines with more than one row, or a negative amount, are compared whole; a count finds them."""
    disputed = keep("disputed", _disputed(rows))
    if not disputed.count().to_pyarrow().as_py():
        return Resolved(lines=rows, sent_twice=0, taken_back=0, superseded=0)
    same = [_mark(rows) == disputed.mark]
    judged = keep("judged", judge(rows.semi_join(disputed, same)))
    lines = ibis.union(rows.anti_join(disputed, same), standing(judged).select(*rows.columns))
    return Resolved(lines=lines, **_counts(judged))


def _disputed(rows: ir.Table) -> ir.Table:
    marked = rows.select(mark=_mark(rows), negative=(rows.paid_amount < 0).fill_null(False))
    counted = marked.group_by("mark").aggregate(versions=marked.count(), negative=marked.negative.any())
    return counted.filter((counted.versions > 1) | counted.negative).select("mark")


def _mark(rows: ir.Table) -> ir.IntegerValue:
    """A number for claim and line: ten million of them are counted in two thirds of the time of the words.
    Two lines may share one; then both are compared whole, and the result is the same."""
    return rows.claim_id.hash() ^ rows.claim_line_number


def judge(rows: ir.Table) -> ir.Table:
    """Every different row with `copies`, and whether it is `taken_back` or `stands`; paid_amount is the
    final one."""
    columns = list(rows.columns)
    once = rows.group_by(columns).aggregate(copies=rows.count())
    paid = once.mutate(amount=once.paid_amount.fill_null(0.0))
    paid = paid.mutate(negative=paid.amount < 0, size=paid.amount.abs())
    # One sort by every column; what follows sorts by its number.
    order = [ibis.asc("paid_date", nulls_first=True), *(ibis.asc(c, nulls_first=True) for c in columns)]
    paid = paid.mutate(age=ibis.row_number().over(group_by=list(KEY), order_by=order))
    alike = [*KEY, "size"]
    placed = paid.mutate(
        place=ibis.row_number().over(group_by=[*alike, "negative"], order_by="age"),
        negatives=paid.negative.cast("int64").sum().over(group_by=alike),
        versions=(~paid.negative).cast("int64").sum().over(group_by=alike),
    )
    met = ibis.ifelse(placed.negative, placed.place < placed.versions, placed.place < placed.negatives)
    met = placed.mutate(met=met)
    left = met.mutate(open=~met.negative & ~met.met)
    last = left.mutate(
        latest=ibis.ifelse(left.open, left.age, -1).max().over(group_by=list(KEY)),
        lowered=ibis.ifelse(left.negative & ~left.met, left.amount, 0.0).sum().over(group_by=list(KEY)),
    )
    stands = last.open & (last.age == last.latest)
    final = ibis.ifelse(stands & (last.lowered < 0), last.amount + last.lowered, last.paid_amount)
    told = last.mutate(stands=stands, taken_back=last.negative | last.met, paid_amount=final)
    return told.select(*columns, "copies", "stands", "taken_back")


def standing(judged: ir.Table) -> ir.Table:
    return judged.filter(judged.stands)


def _counts(judged: ir.Table) -> dict[str, int]:
    superseded = ~judged.stands & ~judged.taken_back
    told = judged.aggregate(
        sent_twice=(judged.copies - 1).sum(),
        taken_back=judged.taken_back.cast("int64").sum(),
        superseded=superseded.cast("int64").sum(),
    )
    return {key: int(value or 0) for key, value in told.to_pyarrow().to_pylist()[0].items()}
