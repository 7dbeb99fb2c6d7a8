"""What a note is tied to: a goal, a planned visit, words added later. Ties don't cross a wall."""

import psycopg
from factories.notes import FRIDAY, Desk, colleague_of
from factories.people import new_person
from factories.support import enrol, new_goal, new_planned_visit
from factories.writing import writing

from beenthere.kernel.ids import uuid7
from beenthere.support.encounters.actions import Form, add_addendum, save_note, sign_note, withdraw_note
from beenthere.support.encounters.queries import note_page
from beenthere.trust.access import Role
from beenthere.trust.acting import Acting, Grant, acting


def test_a_note_settles_no_visit_and_touches_no_goal_of_another_program(desk: Desk) -> None:
    elsewhere = colleague_of(desk, program=desk.organization.day_room)
    enrol(desk.person, elsewhere.program, elsewhere.worker)
    visit = new_planned_visit(desk.person, elsewhere.program, elsewhere.worker)
    goal = new_goal(desk.person, elsewhere.program)
    kept = desk.note(desk.signed(planned_visit_id=visit.id, goal_id=goal.id))
    assert (kept.planned_visit_id, kept.goal_id) == (None, None)
    with writing(desk.organization.id):
        visit.refresh_from_db()
    assert visit.status == "planned"


def test_a_note_touches_no_goal_of_somebody_else(desk: Desk) -> None:
    other = new_person(desk.organization, "Lena", "Ortiz")
    enrol(other, desk.program, desk.worker)
    goal = new_goal(other, desk.program)
    assert desk.note(desk.signed(goal_id=goal.id)).goal_id is None


def test_a_goal_that_another_program_keeps_is_read_only_by_those_who_see_it(desk: Desk) -> None:
    organization, user = desk.organization, desk.worker.user
    enrol(desk.person, organization.day_room, desk.worker)
    goal = new_goal(desk.person, organization.day_room, "Stay away from the river")
    both = frozenset(
        Grant(role=Role.SPECIALIST, program_id=one.id) for one in (desk.program, organization.day_room)
    )
    with acting(Acting(organization_id=organization.id, user_id=user.id, grants=both)) as who:
        id_ = save_note(
            acting=who, id=uuid7(), content=desk.content(goal_id=goal.id), form=Form(id=uuid7())
        ).encounter_id
        sign_note(acting=who, id=id_)
        assert note_page(acting=who, id=id_, on=FRIDAY).goal == "Stay away from the river"
    with colleague_of(desk).acting() as who:
        page = note_page(acting=who, id=id_, on=FRIDAY)
    assert page.goal == ""
    assert "river" not in str(page.sections)


def test_withdrawing_the_second_of_two_notes_about_a_visit_leaves_the_visit_kept(desk: Desk) -> None:
    visit = new_planned_visit(desk.person, desk.program, desk.worker)
    desk.signed("once", planned_visit_id=visit.id)
    twice = desk.signed("twice", planned_visit_id=visit.id)
    with desk.acting() as who:
        withdraw_note(acting=who, id=twice, why="duplicate")
    with writing(desk.organization.id):
        visit.refresh_from_db()
    assert visit.status == "kept"


def test_other_words_under_the_same_id_are_another_addendum(desk: Desk) -> None:
    """A page gone back to with the browser sends its id again."""
    note, id_ = desk.signed(), uuid7()
    for words in ("one more thing", "one more thing", "and another"):
        with desk.acting() as who:
            add_addendum(acting=who, id=id_, encounter_id=note, words=words)
    with desk.acting() as who:
        said = [line.words for line in note_page(acting=who, id=note, on=FRIDAY).addenda]
    assert said == ["one more thing", "and another"]


def test_what_hangs_on_a_note_is_found_by_an_index(desk: Desk, loader: psycopg.Connection) -> None:
    """Throwing a draft away looks for it in every table that may point at a note, in the database as well."""
    without = loader.execute(
        """
        SELECT k.conname FROM pg_constraint k
         WHERE k.contype = 'f' AND k.confrelid = 'support_encounter'::regclass
           AND NOT EXISTS (
               SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid
                  AND i.indkey[0] = k.conkey[1] AND i.indkey[1] = k.conkey[2])
        """
    ).fetchall()
    assert without == []


def test_the_words_of_a_withdrawn_note_are_read_only_by_those_who_put_it_right(desk: Desk) -> None:
    """They may be about somebody else."""
    id_ = desk.signed("about Lena")
    with desk.acting() as who:
        add_addendum(acting=who, id=uuid7(), encounter_id=id_, words="Lena again")
        withdraw_note(acting=who, id=id_, why="wrong_person")
    page = colleague_of(desk).client().get(f"/notes/{id_}/")
    assert page.status_code == 200
    assert b"Lena" not in page.content
    for reader in (desk, colleague_of(desk, "supervisor")):
        assert b"about Lena" in reader.client().get(f"/notes/{id_}/").content
