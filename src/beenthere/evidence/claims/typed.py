"""Rows as they are in the files, made into rows that can be counted with: dates are dates, codes are tidy."""

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.columns import DIAGNOSES, Column, Layout
from beenthere.evidence.claims.files import Source
from beenthere.evidence.claims.validation import EMPTY, Looked, text_of, typed


def tidy(source: Source, looked: Looked) -> ir.Table:
    """The documented columns in their kinds. Optional ones that are absent are null; diagnosis columns that
    hold nothing in the whole table are left out, so that nobody looks for codes where there are none."""
    return source.rows.select(
        **{
            column.name: _value(source.rows, column, looked)
            for column in source.layout.columns
            if column.name not in DIAGNOSES or column.name in looked.filled
        }
    )


def nothing(layout: Layout) -> ir.Table:
    """A table that is not in the folder: its columns, no rows."""
    schema = ibis.schema({column.name: EMPTY[column.kind] for column in layout.columns})
    return ibis.memtable([], schema=schema)


def _value(rows: ir.Table, column: Column, looked: Looked) -> ir.Value:
    if column.name not in rows.columns:
        return ibis.null(EMPTY[column.kind])
    if column.kind != "code" and not column.allowed:
        return typed(rows, column)
    text = text_of(rows, column)
    if column.allowed:
        return text.strip().lower() if column.name in looked.untidy else text
    return _tidied(text, column) if column.name in looked.untidy else text


def _tidied(text: ir.StringValue, column: Column) -> ir.StringValue:
    plain = text.strip().upper().replace(".", "").nullif("")
    if column.name == "bill_type_code":
        # Four digits with a leading zero on paper, three in most files.
        plain = ibis.ifelse((plain.length() == 4) & plain.startswith("0"), plain.substr(1, 3), plain)
    if not column.width:
        return plain
    return ibis.ifelse(plain.length() < column.width, plain.lpad(column.width, "0"), plain)
