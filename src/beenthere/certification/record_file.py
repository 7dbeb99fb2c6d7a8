"""A person's record from JSON, and the JSON Schema of it. Both come from the one table below.

A record that does not fit is refused with the field's path and the reason. Nothing of it is kept or logged.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from beenthere.certification.rules.record import ExamEntry, Held, HourEntry, Record, Studies
from beenthere.certification.rules.vocabulary import Mode, Schooling, Work

YEARS: Final = (1900, 2200)


class RecordError(ValueError):
    """One line for each fault: field path, reason."""


@dataclass(frozen=True)
class Field:
    """`schema` is the JSON Schema of the value, `fault` says what is wrong with one ("" when nothing is)."""

    schema: Mapping[str, Any]
    fault: Callable[[object], str]
    required: bool = False


def _text(*choices: str) -> Field:
    schema = {"type": "string", "enum": list(choices)} if choices else {"type": "string", "minLength": 1}

    def fault(value: object) -> str:
        if not isinstance(value, str) or not value:
            return "must be text"
        return "" if not choices or value in choices else f"{value!r} is none of {', '.join(choices)}"

    return Field(schema, fault)


def _day() -> Field:
    def fault(value: object) -> str:
        try:
            day = (
                date.fromisoformat(value)
                if isinstance(value, str) and len(value) == len("2026-01-31")
                else None
            )
        except ValueError:
            day = None
        return "" if day and YEARS[0] <= day.year <= YEARS[1] else "must be a day such as 2026-01-31"

    return Field({"type": "string", "format": "date"}, fault)


def _number(least: int, most: int, *, whole: bool = False) -> Field:
    kinds = (int,) if whole else (int, float)

    def fault(value: object) -> str:
        fits = type(value) in kinds and least <= value <= most  # type: ignore[operator]
        return "" if fits else f"must be a {'whole ' if whole else ''}number from {least} to {most}"

    return Field({"type": "integer" if whole else "number", "minimum": least, "maximum": most}, fault)


def _yes_no() -> Field:
    return Field(
        {"type": "boolean"}, lambda value: "" if isinstance(value, bool) else "must be true or false"
    )


def _needed(field: Field) -> Field:
    return Field(field.schema, field.fault, required=True)


ROWS: Final[Mapping[str, Mapping[str, Field]]] = {
    "hours": {
        "id": _text(),
        "spent_on": _needed(_text(*Work)),
        "hours": _needed(_number(0, 100_000)),
        "first": _needed(_day()),
        "last": _day(),
        "domain": _text(),
        "mode": _text(*Mode),
        "approved": _yes_no(),
    },
    "exams": {"exam": _needed(_text()), "passed_on": _needed(_day()), "percent": _number(0, 100)},
    "education": {"level": _needed(_text(*Schooling)), "field": _text()},
    "credentials": {"credential": _needed(_text()), "issued": _needed(_day()), "expires": _day()},
}
PLAIN: Final[Mapping[str, Field]] = {
    "birth_date": _day(),
    "recovery_since": _day(),
    "references": _number(0, 100, whole=True),
    "background_check_passed": _yes_no(),
}


def read_record(text: str) -> Record:
    """RecordError with every fault found. A number is taken as written: 19.1 is 191/10."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise RecordError(f"(file): not readable as JSON: {fault}") from fault
    faults = _faults(data)
    if faults:
        raise RecordError("\n".join(faults))
    return _record(data)


def _faults(data: object) -> list[str]:
    if not isinstance(data, dict):
        return ["(file): must be an object, as in {}"]
    known = {*ROWS, *PLAIN, "statements"}
    faults = [f"{name}: is not a field we know" for name in data if name not in known]
    faults += _row_faults("", {key: value for key, value in data.items() if key in PLAIN}, PLAIN)
    for name, fields in ROWS.items():
        faults += _list_faults(name, data.get(name, []), fields)
    return faults + _statement_faults(data.get("statements", {}))


def _list_faults(name: str, rows: object, fields: Mapping[str, Field]) -> list[str]:
    if not isinstance(rows, list):
        return [f"{name}: must be a list"]
    return [fault for i, row in enumerate(rows) for fault in _one_row(f"{name}[{i}]", row, fields)]


def _one_row(at: str, row: object, fields: Mapping[str, Field]) -> list[str]:
    if not isinstance(row, dict):
        return [f"{at}: must be an object"]
    faults = _row_faults(f"{at}.", row, fields)
    backwards = not faults and "last" in row and row["last"] < row["first"]
    return faults + ([f"{at}.last: is before {at}.first"] if backwards else [])


def _row_faults(at: str, row: Mapping[str, object], fields: Mapping[str, Field]) -> list[str]:
    missing = [f"{at}{name}: is missing" for name, one in fields.items() if one.required and name not in row]
    strange = [f"{at}{name}: is not a field we know" for name in row if name not in fields]
    told = [(name, fields[name].fault(value)) for name, value in row.items() if name in fields]
    return [*missing, *strange, *(f"{at}{name}: {fault}" for name, fault in told if fault)]


def _statement_faults(statements: object) -> list[str]:
    if not isinstance(statements, dict):
        return ["statements: must be an object"]
    return [
        f"statements.{name}: must be true or false"
        for name, said in statements.items()
        if not isinstance(said, bool)
    ]


def _record(data: Mapping[str, Any]) -> Record:
    return Record(
        hours=tuple(_hours(i, row) for i, row in enumerate(data.get("hours", []))),
        exams=tuple(
            ExamEntry(
                exam=row["exam"], passed_on=_as_day(row["passed_on"]), percent=_as_number(row.get("percent"))
            )
            for row in data.get("exams", [])
        ),
        education=tuple(
            Studies(level=Schooling(row["level"]), field=row.get("field", ""))
            for row in data.get("education", [])
        ),
        credentials=tuple(
            Held(
                credential=row["credential"],
                issued=_as_day(row["issued"]),
                expires=_as_day(row["expires"]) if "expires" in row else None,
            )
            for row in data.get("credentials", [])
        ),
        statements=data.get("statements", {}),
        birth_date=_as_day(data["birth_date"]) if "birth_date" in data else None,
        recovery_since=_as_day(data["recovery_since"]) if "recovery_since" in data else None,
        references=data.get("references"),
        background_check_passed=data.get("background_check_passed"),
    )


def _hours(i: int, row: Mapping[str, Any]) -> HourEntry:
    return HourEntry(
        id=row.get("id", f"hours[{i}]"),
        spent_on=Work(row["spent_on"]),
        hours=Fraction(str(row["hours"])),
        first=_as_day(row["first"]),
        last=_as_day(row.get("last", row["first"])),
        domain=row.get("domain", ""),
        mode=Mode(row["mode"]) if "mode" in row else None,
        approved=row.get("approved", True),
    )


def _as_day(text: str) -> date:
    return date.fromisoformat(text)


def _as_number(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def record_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record."""
    lists = {name: {"type": "array", "items": _object(fields)} for name, fields in ROWS.items()}
    statements = {"type": "object", "additionalProperties": {"type": "boolean"}}
    whole = _object(PLAIN)
    whole["properties"] |= {**lists, "statements": statements}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a person has done toward a peer support credential",
        **whole,
    }


def _object(fields: Mapping[str, Field]) -> dict[str, Any]:
    needed = [name for name, one in fields.items() if one.required]
    return {
        "type": "object",
        "properties": {name: dict(one.schema) for name, one in fields.items()},
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }
