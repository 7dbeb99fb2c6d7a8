"""What is kept of a judgement, so that a page of a month need not judge again: a state, and the findings.

A finding is kept with its sentence and numbers, untranslated. Overlaps are kept apart: that a person was seen
in another program is itself protected, so they join the findings only for a reader who may see both notes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from beenthere.funding.rules.billable import Finding, Findings, Standing, Weight, overlap
from beenthere.kernel.words import Words


class State(StrEnum):
    COUNTED = "counted"
    NEEDS = "needs"
    NOT_BILLABLE = "not_billable"


OF_STANDING: Final = {
    Standing.READY: State.COUNTED,
    Standing.MEND: State.NEEDS,
    Standing.NOT_ESTABLISHED: State.NEEDS,
    Standing.NOT_BILLABLE: State.NOT_BILLABLE,
}
# An overlap is told after what the note itself lacks, before what others decide, as `assess_billable` does.
ABOUT_THE_NOTE: Final = frozenset({"not_met", "missing_clock_time", "set_not_billable"})


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Another note that shares a minute, of the same person or else of the same specialist."""

    other_id: UUID
    same_person: bool


def state_of(found: Findings, *, counted: bool) -> State:
    """Without a unit row nothing is counted, however ready: somebody has to set the rule again."""
    state = OF_STANDING[found.standing]
    return State.NEEDS if state is State.COUNTED and not counted else state


def state_with(state: State, *, overlaps: bool) -> State:
    """What an overlap makes of it. It weighs like a missing field: nothing heavier changes."""
    return State.NEEDS if overlaps and state is State.COUNTED else state


def kept(found: Findings) -> list[dict[str, Any]]:
    """For a column of JSON; `recalled` reads it back. ValueError for an overlap."""
    if any(one.about is not None for one in found.findings):
        raise ValueError("an overlap depends on who reads: it is not kept with the note")
    return [
        {
            "code": one.code, "weight": one.weight.value, "mend": one.mend,
            "msgid": one.words.msgid, "params": dict(one.words.params),
        }
        for one in found.findings
    ]  # fmt: skip


def recalled(rows: Iterable[Mapping[str, Any]], overlaps: Iterable[Overlap] = ()) -> Findings:
    """The findings as `assess_billable` would give them to a reader who may see these overlaps."""
    findings = [
        Finding(
            code=row["code"],
            weight=Weight(row["weight"]),
            words=Words(row["msgid"], row["params"]),
            mend=row["mend"],
        )
        for row in rows
    ]
    about = [one for one in findings if one.code in ABOUT_THE_NOTE]
    others = [one for one in findings if one.code not in ABOUT_THE_NOTE]
    ordered = sorted(overlaps, key=lambda one: one.other_id)
    near = [overlap(one.other_id, same_person=one.same_person) for one in ordered]
    return Findings(findings=(*about, *near, *others))
