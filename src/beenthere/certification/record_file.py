"""A person's record from JSON, and the JSON Schema of it. Both come from the one table below.

A record that does not fit is refused with the field's path and the reason. Nothing of it is kept or logged.
"""

import json
import re
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
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            return "must be text on one line"
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
        if day is None:
            return "must be a day of the calendar such as 2026-01-31"
        least, most = YEARS
        return "" if least <= day.year <= most else f"must be a day of the years {least} to {most}"

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


def _told(field: Field, words: str) -> Field:
    """With a description in the schema."""
    return Field({**field.schema, "description": words}, field.fault, field.required)


ROWS: Final[Mapping[str, Mapping[str, Field]]] = {
    "hours": {
        "id": _told(_text(), "Named in answers; each once. Left out: its place, such as hours[0]."),
        "spent_on": _needed(_text(*Work)),
        "hours": _needed(_number(0, 100_000)),
        "first": _needed(_day()),
        "last": _told(_day(), "Left out: the day in first. The hours are spread evenly over these days."),
        "domain": _told(
            _text(), "What the hours were on, such as ethics. Left out: on nothing in particular."
        ),
        "mode": _told(_text(*Mode), "How they were given. Left out: not said."),
        "approved": _told(_yes_no(), "False: they do not count. Left out: true."),
    },
    "exams": {
        "exam": _needed(_told(_text(), "icrc-pr, or the credential whose own exam it is, such as OH/PRS.")),
        "passed_on": _needed(_day()),
        "percent": _told(_number(0, 100), "Left out: not said."),
    },
    "education": {
        "level": _needed(_text(*Schooling)),
        "field": _told(_text(), "Such as human services. Left out: not said."),
    },
    "credentials": {
        "credential": _needed(_told(_text(), "Such as OH/PRS; `beenthere rules list` names them.")),
        "issued": _needed(_day()),
        "expires": _told(_day(), "The last day on which it holds. Left out: not said."),
    },
}
PLAIN: Final[Mapping[str, Field]] = {
    "birth_date": _day(),
    "recovery_since": _day(),
    "references": _told(_number(0, 100, whole=True), "How many letters there are."),
    "background_check_passed": _yes_no(),
}
# (field, the later one that must not be before it)
IN_ORDER: Final = (("first", "last"), ("issued", "expires"))
_KEY: Final = re.compile(r"[A-Za-z]+/[A-Za-z-]+")


def read_record(text: str) -> Record:
    """RecordError with every fault found. A number is taken as written: 19.1 is 191/10."""
    try:
        data = json.loads(text, object_pairs_hook=_each_once)
    except RecordError:
        raise
    except (ValueError, RecursionError) as fault:
        raise RecordError(f"(file): not readable as JSON: {fault}") from fault
    faults = _faults(data)
    if faults:
        raise RecordError("\n".join(faults))
    return _record(data)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a field that is there twice JSON keeps the last one; nobody would see that."""
    names = [name for name, _value in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RecordError("\n".join(f"{name}: is there twice in one object" for name in twice))
    return dict(pairs)


def _faults(data: object) -> list[str]:
    if not isinstance(data, dict):
        return ["(file): must be an object, as in {}"]
    known = {*ROWS, *PLAIN, "statements"}
    faults = [f"{name}: is not a field we know" for name in data if name not in known]
    faults += _row_faults("", {key: value for key, value in data.items() if key in PLAIN}, PLAIN)
    for name, fields in ROWS.items():
        faults += _list_faults(name, data.get(name, []), fields)
    faults += _ids_twice(data.get("hours", []))
    return faults + _statement_faults(data.get("statements", {}))


def _list_faults(name: str, rows: object, fields: Mapping[str, Field]) -> list[str]:
    if not isinstance(rows, list):
        return [f"{name}: must be a list"]
    return [fault for i, row in enumerate(rows) for fault in _one_row(f"{name}[{i}]", row, fields)]


def _one_row(at: str, row: object, fields: Mapping[str, Field]) -> list[str]:
    if not isinstance(row, dict):
        return [f"{at}: must be an object"]
    faults = _row_faults(f"{at}.", row, fields)
    if faults:
        return faults
    return [
        f"{at}.{later}: is before {at}.{early}"
        for early, later in IN_ORDER
        if later in row and row[later] < row[early]
    ]


def _ids_twice(rows: object) -> list[str]:
    """An answer names the entries that it rests on, so one name is one entry."""
    first: dict[object, int] = {}
    faults: list[str] = []
    for i, row in enumerate(rows if isinstance(rows, list) else []):
        name = row.get("id", f"hours[{i}]") if isinstance(row, dict) else None
        if isinstance(name, str) and first.setdefault(name, i) != i:
            faults.append(f"hours[{i}].id: {name!r} is the id of hours[{first[name]}] too")
    return faults


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
                exam=_key(row["exam"]),
                passed_on=_as_day(row["passed_on"]),
                percent=_as_number(row.get("percent")),
            )
            for row in data.get("exams", [])
        ),
        education=tuple(
            Studies(level=Schooling(row["level"]), field=row.get("field", ""))
            for row in data.get("education", [])
        ),
        credentials=tuple(
            Held(
                credential=_key(row["credential"]),
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
        maybe=frozenset() if "mode" in row else frozenset(Mode),
        approved=row.get("approved", True),
    )


def _key(name: str) -> str:
    """oh/prs is OH/PRS; any other name stays as it is."""
    return name.upper() if _KEY.fullmatch(name) else name


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
