"""The table role x relation x Part 2 x consent -> groups of fields, whole.

`python tests/rules/test_visibility.py` writes it as a page of the rule book.
"""

import sys
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.consent.rules.segments import OPENS, Segment, opened_by
from beenthere.consent.rules.visibility import (
    COLUMNS,
    NOTHING,
    ROLES,
    TABLE,
    Cell,
    FieldGroup,
    Relation,
    VisibilityTableError,
    every_cell,
    field_groups,
    read_table,
    table,
)

PAGE = Path(__file__).parents[2] / "docs" / "rulebook" / "visibility.md"
COMMAND = "python tests/rules/test_visibility.py"
OPENING = f"""\
# Who sees what of a person's record

*This page is made from the table that the program runs on. Do not edit it; run `{COMMAND}`.*

Where the role is held, seen from the program the record belongs to: in that program (*own program*), in
another program (*other program*), or in every program (*organization*). *Part 2* says whether the program
falls under 42 CFR Part 2; *consent* whether an active consent of the person covers what is asked. What is
not in a row is not on the page. Someone with several roles sees what the roles show together.

Before this table asks which fields, a gate asks whether the record can be fetched at all. Volunteers pass it
only for people assigned to them. Whoever does not pass gets the same answer as for a record that does not
exist.
"""
WORDS = {
    "name": "name",
    "contact": "how to reach them",
    "crisis": "crisis contacts",
    "goals": "goals",
    "notes": "words of notes",
    "note_facts": "dates, kind, minutes, place of notes",
    "units": "units",
    "enrolment": "programs they are in",
    "consents": "consents",
    "looked": "who looked",
}
SUPPORT = ("specialist", "volunteer", "supervisor")
cells = st.sampled_from(sorted(every_cell(), key=repr))


def groups(cell: Cell) -> frozenset[FieldGroup]:
    return field_groups(roles=[cell.role], relation=cell.relation, part2=cell.part2, consented=cell.consented)


def page() -> str:
    return OPENING + "".join(section(role) for role in ROLES)


def section(role: str) -> str:
    lines = [f"\n## {role.replace('_', ' ').capitalize()}\n", "| held in | Part 2 | consent | sees | why |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for cell in every_cell():
        if cell.role == role:
            lines.append(line(cell))
    return "\n".join(lines) + "\n"


def line(cell: Cell) -> str:
    sight = table()[cell]
    seen = ", ".join(WORDS[group] for group in FieldGroup if group in sight.groups) or "**nothing**"
    yes = {True: "yes", False: "no"}
    held = cell.relation.replace("_", " ")
    return f"| {held} | {yes[cell.part2]} | {yes[cell.consented]} | {seen} | {sight.reason} |"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"the page is stale: run `{COMMAND}`"


def test_every_cell_is_stated_once() -> None:
    assert set(table()) == set(every_cell())
    assert len(table()) == len(ROLES) * len(Relation) * 2 * 2


@pytest.mark.parametrize("cell", sorted(every_cell(), key=repr), ids=lambda c: f"{c.role}-{c.relation}")
def test_every_cell_keeps_the_house_rules(cell: Cell) -> None:
    seen = groups(cell)
    assert table()[cell].reason
    if cell.role not in SUPPORT:
        assert not seen & {"notes", "goals", "contact", "crisis"}, "only those who give support read words"
    if cell.relation == Relation.OTHER_PROGRAM and not cell.consented:
        assert seen == NOTHING, "invisible across programs, presence in a Part 2 program too"
    if cell.role == "administrator":
        assert seen == NOTHING
    if cell.role == "biller":
        assert seen in (NOTHING, {"name", "note_facts", "units"})
    if cell.role == "director":
        assert seen in (NOTHING, {"note_facts", "enrolment"})
    if cell.role == "privacy_officer":
        assert seen in (NOTHING, {"name", "consents", "looked"})


@given(cells)
def test_part_2_never_opens_more(cell: Cell) -> None:
    assert groups(replace(cell, part2=True)) <= groups(replace(cell, part2=False))


@given(cells)
def test_a_consent_never_closes(cell: Cell) -> None:
    assert groups(replace(cell, consented=False)) <= groups(replace(cell, consented=True))


@given(st.sets(st.sampled_from(ROLES)), cells)
def test_several_roles_see_what_each_sees(roles: set[str], cell: Cell) -> None:
    together = field_groups(roles=roles, relation=cell.relation, part2=cell.part2, consented=cell.consented)
    single = [groups(replace(cell, role=role)) for role in roles]
    assert together == NOTHING.union(*single)


def test_what_the_table_does_not_know_sees_nothing() -> None:
    assert field_groups(roles=["janitor"], relation="own_program", part2=False, consented=True) == NOTHING
    assert field_groups(roles=["specialist"], relation="friend", part2=False, consented=True) == NOTHING
    assert field_groups(roles=[], relation="own_program", part2=False, consented=True) == NOTHING


HEAD = ",".join(COLUMNS)
WHOLE = "\n".join([HEAD, *(f"{role},any,any,any,name,Because." for role in ROLES)])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("role,groups\n", "line 1: the columns must be"),
        (WHOLE.replace("specialist,any", "specialists,any"), "line 2: 'specialists' is none of"),
        (WHOLE.replace("name,Because.", "diary,Because.", 1), "line 2: 'diary' is not a valid FieldGroup"),
        (WHOLE.replace("Because.", "", 1), "line 2: give one reason"),
        (WHOLE.replace("Because.", "Because, well.", 1), "line 2: give one reason"),
        (f"{WHOLE}\nbiller,own_program,no,yes,,Again.", "line 9: biller, own_program, not Part 2, with"),
        (WHOLE.replace("\ndirector,any,any,any,name,Because.", ""), "(it may open nothing) for director"),
    ],
)
def test_a_broken_table_says_where(text: str, says: str) -> None:
    with pytest.raises(VisibilityTableError) as caught:
        read_table(text)
    assert str(caught.value).startswith(TABLE)
    assert says in str(caught.value)


@given(st.sets(st.sampled_from(Segment)), st.sampled_from(Segment))
def test_a_segment_more_never_opens_less(segments: set[Segment], one_more: Segment) -> None:
    assert opened_by(segments) <= opened_by({*segments, one_more})


def test_every_segment_opens_the_name_and_nothing_the_table_keeps_from_other_programs() -> None:
    assert set(OPENS) == set(Segment)
    crossing = field_groups(roles=["specialist"], relation="other_program", part2=True, consented=True)
    for segment, opened in OPENS.items():
        assert FieldGroup.NAME in opened
        assert opened <= crossing, segment


def test_a_segment_nobody_knows_opens_nothing() -> None:
    assert opened_by(["everything"]) == NOTHING
    assert opened_by([]) == NOTHING


def test_words_of_notes_are_opened_by_their_own_segment_alone() -> None:
    assert [segment for segment, opened in OPENS.items() if FieldGroup.NOTES in opened] == [Segment.NOTES]


def test_rows_of_a_role_stand_together() -> None:
    """So that whoever reads the file sees a role whole."""
    order = [role for role, _ in groupby(cell.role for cell in table())]
    assert order == list(ROLES)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
