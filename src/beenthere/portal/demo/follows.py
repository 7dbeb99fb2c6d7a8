"""What follows from made-up notes, by the product's own rules: units, hours, an audit."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from beenthere.funding.payers.loader import unit_rule
from beenthere.funding.rules.units import Contact, Segment, UnitRule, units_for_day
from beenthere.portal.demo.story import Row

RULES = ("demo-midpoint", "demo-floor")
CODE = "H0038"
PAID_KINDS = (
    "one_to_one",
    "goal_work",
    "group",
    "going_along",
    "crisis",
    "planning",
    "skills",
    "resources",
    "advocacy",
)
PAID_MODES = ("in_person", "video", "phone")
GROUP_MAXIMUM, NOTE_WITHIN = 12, timedelta(hours=72)


def units(programs: tuple[UUID, ...], volunteers: frozenset[UUID], signed: list[Row]) -> Iterator[Row]:
    rules = {program: _rule(key, signed) for program, key in zip(programs, RULES, strict=True)}
    days: dict[tuple[UUID, UUID, date], list[Row]] = {}
    for row in signed:
        if _is_paid(row) and row["worker_id"] not in volunteers:
            days.setdefault((row["person_id"], row["program_id"], row["happened_on"]), []).append(row)
    for (person, program, on), visits in days.items():
        counted = units_for_day(rules[program], [_contact(row) for row in visits])
        for part in counted.allotments:
            yield {
                "encounter_id": part.contact_id,
                "person_id": person,
                "program_id": program,
                "rule_key": counted.rule_key,
                "code": CODE,
                "on": on,
                "minutes": part.minutes,
                "units": part.units,
                "dropped_minutes": part.remainder_minutes,
                "capped_units": part.capped_units,
                "group": part.group,
            }


def _rule(key: str, signed: list[Row]) -> UnitRule:
    rule = unit_rule(key, on=signed[-1]["happened_on"])
    if rule is None:
        raise LookupError(f"the demonstration rule {key} is not in force")
    return rule


def _is_paid(row: Row) -> bool:
    return (
        row["result"] == "met"
        and row["ends_at"] is not None
        and not row["not_billable"]
        and row["kind"] in PAID_KINDS
        and row["mode"] in PAID_MODES
        and (row["group_size"] or 0) <= GROUP_MAXIMUM
        and row["signed_at"] - row["ends_at"] <= NOTE_WITHIN
    )


def _contact(row: Row) -> Contact:
    segments = (Segment(row["starts_at"], row["ends_at"]),)
    return Contact(id=row["id"], segments=segments, group=row["kind"] == "group")


def hours(supervised: frozenset[UUID], signed: list[Row]) -> Iterator[Row]:
    for row in signed:
        if row["result"] == "met" and row["ends_at"]:
            yield {
                "worker_id": row["worker_id"],
                "on": row["happened_on"],
                "minutes": (row["ends_at"] - row["starts_at"]) // timedelta(minutes=1),
                "kind": "supervised" if row["worker_id"] in supervised else "direct",
                "source_type": "encounter",
                "source_id": row["id"],
                "posted_at": row["signed_at"],
            }


def audit(signed: list[Row], chance: random.Random) -> Iterator[Row]:
    """That somebody opened the page, and signed the note."""
    for row in signed:
        yield from _events(row, chance)


def _events(row: Row, chance: random.Random) -> Iterator[Row]:
    about = {
        "actor_id": row["signed_by_id"],
        "roles": "specialist",
        "subject_id": row["person_id"],
        "purpose": "support",
    }
    opened = row["signed_at"] - timedelta(minutes=chance.randrange(3, 40))
    yield about | {
        "at": opened, "verb": "person.viewed", "object_type": "person", "object_id": row["person_id"],
        "detail": {"page": "person page"},
    }  # fmt: skip
    yield about | {
        "at": row["signed_at"],
        "verb": "note.signed",
        "object_type": "encounter",
        "object_id": row["id"],
    }
