"""Who sees what of a person's record: one table, role x relation x Part 2 x consent -> groups of fields.

The table is `visibility.csv`, with the reason for each row; `docs/rulebook/visibility.md` shows every cell.
Nothing is the default: a role, relation or group that the table does not know opens nothing. The gate
decides before this whether a row can be fetched at all; this decides which fields of it a page may hold.

"Part 2" says whether the program falls under 42 CFR Part 2; "consented" whether an active consent of the
person covers what is asked. Minimum necessary: 45 CFR 164.502(b) (unverified: text not read). The table
never gives more under Part 2 than outside it, nor less with a consent than without; tests hold it to both.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import product

TABLE = "visibility.csv"
ANY = "any"


class VisibilityTableError(ValueError):
    """The table is not whole. Says which line, and what to do."""


class Relation(StrEnum):
    """Where the role is held, seen from the program the record belongs to."""

    OWN_PROGRAM = "own_program"
    OTHER_PROGRAM = "other_program"
    ORGANIZATION = "organization"


class FieldGroup(StrEnum):
    NAME = "name"
    CONTACT = "contact"
    CRISIS = "crisis"
    GOALS = "goals"
    NOTES = "notes"
    NOTE_FACTS = "note_facts"
    UNITS = "units"
    ENROLMENT = "enrolment"
    CONSENTS = "consents"
    LOOKED = "looked"


ROLES = ("specialist", "volunteer", "supervisor", "director", "biller", "privacy_officer", "administrator")
FLAGS = {"yes": True, "no": False}
COLUMNS = ("role", "relation", "part2", "consented", "groups", "reason")


@dataclass(frozen=True, kw_only=True)
class Cell:
    role: str
    relation: str
    part2: bool
    consented: bool


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one cell opens, and why."""

    groups: frozenset[FieldGroup]
    reason: str


NOTHING: frozenset[FieldGroup] = frozenset()


def field_groups(
    *, roles: Iterable[str], relation: str, part2: bool, consented: bool
) -> frozenset[FieldGroup]:
    """What someone who holds `roles` in one relation to the program may see: the union of the cells.

    Unknown roles and relations see nothing.
    """
    seen = NOTHING
    for role in roles:
        cell = Cell(role=str(role), relation=str(relation), part2=part2, consented=consented)
        seen |= table()[cell].groups if cell in table() else NOTHING
    return seen


@cache
def table() -> dict[Cell, Sight]:
    """Every cell, from the file beside this one."""
    return read_table(files(__package__).joinpath(TABLE).read_text(encoding="utf-8"))


def every_cell() -> Iterator[Cell]:
    for role, relation, part2, consented in product(ROLES, Relation, (False, True), (False, True)):
        yield Cell(role=role, relation=relation, part2=part2, consented=consented)


def read_table(text: str) -> dict[Cell, Sight]:
    """The table as data. Raises `VisibilityTableError` for a word it does not know, a row without a reason,
    and a cell that is stated twice or not at all."""
    rows = csv.DictReader(text.splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise VisibilityTableError(f"{TABLE}, line 1: the columns must be {', '.join(COLUMNS)}")
    cells: dict[Cell, Sight] = {}
    for number, row in enumerate(rows, start=2):
        sight = _sight(number, row)
        for cell in _cells(number, row):
            if cell in cells:
                raise VisibilityTableError(f"{TABLE}, line {number}: {in_words(cell)} is stated twice")
            cells[cell] = sight
    missing = [in_words(cell) for cell in every_cell() if cell not in cells]
    if missing:
        raise VisibilityTableError(f"{TABLE}: add a row (it may open nothing) for {'; '.join(missing)}")
    return cells


def in_words(cell: Cell) -> str:
    law = "Part 2" if cell.part2 else "not Part 2"
    consent = "with consent" if cell.consented else "without consent"
    return f"{cell.role}, {cell.relation}, {law}, {consent}"


def _sight(number: int, row: dict[str, str | None]) -> Sight:
    reason = (row["reason"] or "").strip()
    if not reason or None in row:
        raise VisibilityTableError(f"{TABLE}, line {number}: give one reason, in quotes if it has a comma")
    try:
        groups = frozenset(FieldGroup(word) for word in (row["groups"] or "").split())
    except ValueError as error:
        raise VisibilityTableError(f"{TABLE}, line {number}: {error}") from None
    return Sight(groups=groups, reason=reason)


def _cells(number: int, row: dict[str, str | None]) -> Iterator[Cell]:
    choices = product(
        _meant(number, row["role"], ROLES),
        _meant(number, row["relation"], tuple(Relation)),
        _meant(number, row["part2"], tuple(FLAGS)),
        _meant(number, row["consented"], tuple(FLAGS)),
    )
    for role, relation, part2, consented in choices:
        yield Cell(role=role, relation=relation, part2=FLAGS[part2], consented=FLAGS[consented])


def _meant(number: int, word: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    if word == ANY:
        return tuple(str(one) for one in known)
    if word not in known:
        raise VisibilityTableError(f"{TABLE}, line {number}: {word!r} is none of {', '.join(known)}")
    return (str(word),)
