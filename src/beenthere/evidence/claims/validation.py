"""Is the folder fit to count with? One pass over each table; the rows at fault are looked up only if there
are any."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from beenthere.evidence.claims.columns import Column
from beenthere.evidence.claims.files import Source
from beenthere.evidence.errors import Unfit

EXAMPLES = 3
#: The type of a column in which nothing stands, by kind.
EMPTY = {"date": "date", "whole": "int64", "amount": "float64", "text": "string", "code": "string"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`bad` is true for a row that breaks the rule. An error stops the work, a warning is told and
    counted."""

    column: str
    sentence: str
    bad: ir.BooleanValue
    error: bool = True


@dataclass(frozen=True, kw_only=True)
class Finding:
    """rows: how many break the rule. examples: (file, row, value), rows counted as a spreadsheet shows
    them."""

    table: str
    column: str
    sentence: str
    error: bool
    rows: int
    of: int
    examples: tuple[tuple[str, int, str], ...]

    def __str__(self) -> str:
        begin = f"{self.table}, {self.column}: {self.sentence} in {self.rows:,} of {self.of:,} rows"
        seen = "; ".join(f"{file} row {row}: {value}" for file, row, value in self.examples)
        return f"{begin}. First: {seen}" if seen else begin


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What one pass learnt of a table: its size, what is wrong, and which columns hold anything or want
    tidying."""

    rows: int
    findings: tuple[Finding, ...]
    filled: frozenset[str]
    untidy: frozenset[str]


def readable(source: Source) -> Source:
    """Every column of a type that its kind can be read from. A column in which nothing stands has no type of
    its own (a Parquet file says null, or whatever its maker chose) and is taken as empty.

    Raises Unfit for a column that holds something else, such as a number where a date is wanted.
    """
    odd = [column for column in source.layout.columns if _odd(source.rows, column)]
    if not odd:
        return source
    asked = {column.name: source.rows[column.name].count() for column in odd}
    filled = source.rows.aggregate(**asked).to_pyarrow().to_pylist()[0]
    for column in odd:
        if filled[column.name]:
            raise Unfit(
                f"the column {column.name} holds {source.rows[column.name].type()}; {column.kind} is wanted",
                where=str(source.parts[0].given),
            )
    return replace(
        source, rows=source.rows.mutate(**{column.name: ibis.null(EMPTY[column.kind]) for column in odd})
    )


def _odd(rows: ir.Table, column: Column) -> bool:
    fits: tuple[type[dt.DataType], ...] = {
        "date": (dt.String, dt.Date, dt.Timestamp),
        "whole": (dt.String, dt.Integer),
        "amount": (dt.String, dt.Numeric),
    }.get(column.kind, (dt.String, dt.Integer))
    return column.name in rows.columns and not isinstance(rows[column.name].type(), fits)


def look(source: Source, backend: BaseBackend) -> Looked:
    rules = list(_rules(source))
    asked: dict[str, ir.Scalar] = {"rows": source.rows.count()}
    asked |= {f"rule_{number}": rule.bad.sum() for number, rule in enumerate(rules)}
    there = [column for column in source.layout.columns if column.name in source.rows.columns]
    codes = [column for column in there if column.kind == "code"]
    worded = [column for column in there if column.kind == "code" or column.allowed]
    for column in codes:
        asked[f"filled_{column.name}"] = source.rows[column.name].count()
    asked |= {f"untidy_{column.name}": _untidy(source.rows, column).any() for column in worded}
    told = source.rows.aggregate(**asked).to_pyarrow().to_pylist()[0]
    broken = [(rule, int(told[f"rule_{number}"] or 0)) for number, rule in enumerate(rules)]
    return Looked(
        rows=told["rows"],
        findings=tuple(
            _finding(source, backend, rule, count, told["rows"]) for rule, count in broken if count
        ),
        filled=frozenset(column.name for column in codes if told[f"filled_{column.name}"]),
        untidy=frozenset(column.name for column in worded if told[f"untidy_{column.name}"]),
    )


def refuse(findings: tuple[Finding, ...]) -> None:
    """Raises Unfit with every error at once, so that a folder is mended in one go."""
    errors = [str(finding) for finding in findings if finding.error]
    if errors:
        raise Unfit("the claims folder does not fit, and nothing was calculated:\n" + "\n".join(errors))


def text_of(table: ir.Table, column: Column) -> ir.StringValue:
    value = table[column.name]
    return value if isinstance(value.type(), dt.String) else value.cast("string")


def typed(table: ir.Table, column: Column) -> ir.Value:
    """The column as its kind; null where it is empty, and where it cannot be read (which a rule has
    counted)."""
    value = table[column.name]
    wanted = {"date": "date", "whole": "int64", "amount": "float64"}.get(column.kind, "string")
    if isinstance(value.type(), dt.String) and wanted != "string":
        return value.strip().nullif("").try_cast(wanted)
    return value if value.type() == dt.dtype(wanted) else value.cast(wanted)


def _untidy(table: ir.Table, column: Column) -> ir.BooleanValue:
    """Points, small letters, blanks, lost zeros: told apart by cheap looks, because most folders have
    none."""
    text = text_of(table, column)
    if column.allowed:
        return ~text.isin(column.allowed)
    untidy = text.contains(".") | text.contains(" ") | (text != text.upper()) | (text == "")
    if column.width:
        untidy |= text.length() < column.width
    if column.name == "bill_type_code":
        untidy |= text.length() > 3
    return untidy


def _rules(source: Source) -> Iterator[Rule]:
    rows, layout = source.rows, source.layout
    for column in layout.columns:
        if column.name not in rows.columns:
            continue
        yield from _column_rules(rows, column)
        if column.not_before and column.not_before in rows.columns:
            other = layout.column(column.not_before)
            yield Rule(
                column=column.name,
                sentence=f"lies before {other.name}",
                bad=(typed(rows, column) < typed(rows, other)).fill_null(False),
            )


def _column_rules(rows: ir.Table, column: Column) -> Iterator[Rule]:
    value = rows[column.name]
    is_text = isinstance(value.type(), dt.String)
    empty = _empty(value) if is_text else value.isnull()
    if column.required:
        yield Rule(column=column.name, sentence="is empty", bad=empty)
    if is_text and column.kind in ("date", "whole", "amount"):
        said = {"date": "a date like 2025-01-31", "whole": "a whole number", "amount": "a number"}[
            column.kind
        ]
        unread = ~empty & typed(rows, column).isnull()
        yield Rule(column=column.name, sentence=f"is not {said}", bad=unread)
    if column.allowed:
        known = ibis.ifelse(value.isin(column.allowed), True, value.strip().lower().isin(column.allowed))
        yield Rule(
            column=column.name, sentence=f"is none of {', '.join(column.allowed)}", bad=~empty & ~known
        )
    if column.name == "diagnosis_code_type":
        said = ibis.ifelse(value == "icd-10-cm", False, value.strip().lower() != "icd-10-cm")
        other = ~empty & said
        yield Rule(
            column=column.name, sentence="is not icd-10-cm, so the code lists miss it", bad=other, error=False
        )


def _empty(value: ir.StringValue) -> ir.BooleanValue:
    """Null, or nothing but blanks. Only what begins with a blank, or is empty, is stripped: ten million
    rows wait."""
    return value.isnull() | ibis.ifelse(value < "!", value.strip() == "", False)


def _finding(source: Source, backend: BaseBackend, rule: Rule, count: int, of: int) -> Finding:
    return Finding(
        table=source.layout.name,
        column=rule.column,
        sentence=rule.sentence,
        error=rule.error,
        rows=count,
        of=of,
        examples=tuple(_examples(source, backend, rule)) if rule.error else (),
    )


def _examples(source: Source, backend: BaseBackend, rule: Rule) -> Iterator[tuple[str, int, str]]:
    """Asked file by file, because a row number means something only within its file."""
    left = EXAMPLES
    for part in source.parts:
        if not left:
            return
        rows = backend.read_parquet(str(part.read), file_row_number=True)
        here = readable(Source(layout=source.layout, parts=(part,), rows=rows))
        same = [r for r in _rules(here) if (r.column, r.sentence) == (rule.column, rule.sentence)]
        if not same:
            continue
        shown = here.rows.filter(same[0].bad).select(
            row=here.rows.file_row_number, value=here.rows[rule.column].cast("string").fill_null("(empty)")
        )
        first = shown.order_by(ibis.asc("row")).limit(left).to_pyarrow().to_pylist()
        left -= len(first)
        for found in first:
            yield part.given.name, found["row"] + 1 + part.header_rows, found["value"] or "(empty)"
