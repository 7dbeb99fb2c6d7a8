"""Code lists: which codes mean what, as dated rows with a source. Open ones live beside this file; users
add their own.

A row: group, system, first, last, intent, from, to, source, confidence. `first` to `last` is a range, both
inside. For diagnoses the ends are beginnings of codes (F20 to F29 holds F20.9 and F29); `intent` is the
sixth character, which in ICD-10-CM tells accident from self-harm. `from` and `to` are the days of service
between which the row counts.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path

import ibis
import ibis.expr.types as ir

from beenthere.evidence.errors import Unfit

#: The column of a claim line that each system of codes is looked for in. Diagnoses have many.
COLUMNS = {
    "hcpcs": "hcpcs_code",
    "revenue_center": "revenue_center_code",
    "bill_type": "bill_type_code",
    "place_of_service": "place_of_service_code",
    "discharge_disposition": "discharge_disposition_code",
    "admit_type": "admit_type_code",
    "ndc": "ndc_code",
    "rendering_npi": "rendering_npi",
    "facility_npi": "facility_npi",
}
SYSTEMS = (*COLUMNS, "diagnosis")
HEADER = ("group", "system", "first", "last", "intent", "from", "to", "source", "confidence")
# Later than any letter or digit that can follow in a code, in every collation.
_PAST = "ZZZZZZZZ"


@dataclass(frozen=True, kw_only=True)
class Code:
    group: str
    system: str
    first: str
    last: str
    intent: str
    since: date | None
    until: date | None
    source: str
    confidence: str

    def holds(self, code: str | None, on: date) -> bool:
        """The row in plain Python: what `CodeLists.matches` says in the query."""
        if not code or (self.since and on < self.since) or (self.until and on > self.until):
            return False
        past = _PAST if self.system == "diagnosis" else ""
        return self.first <= code <= self.last + past and (not self.intent or code[5:6] == self.intent)


@dataclass(frozen=True, kw_only=True)
class CodeLists:
    rows: tuple[Code, ...]

    def of(self, *groups: str) -> tuple[Code, ...]:
        """Raises Unfit for a group that no list knows: a misspelt group would silently find nothing."""
        known = {row.group for row in self.rows}
        for group in groups:
            if group not in known:
                raise Unfit(f"no code list has the group {group}; there are: {', '.join(sorted(known))}")
        return tuple(row for row in self.rows if row.group in groups)

    def matches(
        self, table: ir.Table, *groups: str, diagnoses: Iterable[str] = (), day: str = "day"
    ) -> ir.BooleanValue:
        """Whether a row of `table` carries a code of these groups, on the day in column `day`. Never null.

        diagnoses: the columns in which diagnosis codes are looked for, such as the principal one alone.
        Systems whose column the table lacks are passed over.
        """
        found = [
            _row_matches(table, row, column, day)
            for row in self.of(*groups)
            for column in (tuple(diagnoses) if row.system == "diagnosis" else (COLUMNS[row.system],))
            if column in table.columns
        ]
        return reduce(or_, found).fill_null(False) if found else ibis.literal(False)


def _row_matches(table: ir.Table, row: Code, column: str, day: str) -> ir.BooleanValue:
    code = table[column]
    past = _PAST if row.system == "diagnosis" else ""
    said = (
        (code == row.first)
        if row.first == row.last and not past
        else code.between(row.first, row.last + past)
    )
    if row.intent:
        said &= code.substr(5, 1) == row.intent
    if row.since:
        said &= table[day] >= row.since
    if row.until:
        said &= table[day] <= row.until
    return said


def load(value_sets: Path | None = None) -> CodeLists:
    """The open lists, and every CSV of `value_sets` beside them. Raises Unfit with file and row."""
    folders = [Path(__file__).parent, *([value_sets] if value_sets else [])]
    if value_sets and not value_sets.is_dir():
        raise Unfit("there is no such folder", where=str(value_sets))
    files = [file for folder in folders for file in sorted(folder.glob("*.csv"))]
    if value_sets and not any(file.parent == value_sets for file in files):
        raise Unfit("the folder holds no .csv file", where=str(value_sets))
    return CodeLists(rows=tuple(row for file in files for row in _read(file)))


def _read(file: Path) -> Iterator[Code]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            if set(rows.fieldnames or ()) != set(HEADER):
                raise Unfit(f"the columns must be {', '.join(HEADER)}", where=str(file))
            for number, row in enumerate(rows, start=2):
                yield _code(row, f"{file}: row {number}")
    except UnicodeDecodeError as fault:
        raise Unfit("the file is not UTF-8 text", where=str(file)) from fault


def _code(row: dict[str, str], where: str) -> Code:
    told = {key: (value or "").strip() for key, value in row.items() if key is not None}
    if None in row:
        raise Unfit("there are more fields than columns; put text with commas in quotes", where=where)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", told["group"]):
        raise Unfit(f"{told['group']!r} is no group; use small letters, digits and _", where=where)
    if told["system"] not in SYSTEMS:
        raise Unfit(f"{told['system']!r} is no system; there are: {', '.join(SYSTEMS)}", where=where)
    first = _plain(told["first"])
    last = _plain(told["last"]) or first
    if not first or last < first:
        raise Unfit(f"{told['first']!r} to {told['last']!r} is no range of codes", where=where)
    return Code(
        group=told["group"],
        system=told["system"],
        first=first,
        last=last,
        intent=told["intent"],
        since=_day(told["from"], where),
        until=_day(told["to"], where),
        source=told["source"],
        confidence=told["confidence"],
    )


def _plain(code: str) -> str:
    return code.replace(".", "").upper()


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise Unfit(f"{text!r} is not a date like 2025-01-31", where=where) from fault
