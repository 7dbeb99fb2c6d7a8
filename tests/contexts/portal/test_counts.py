"""What followed from a signed note, in words, and what needs somebody: never blocking, one tap to mend."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories.funding import certify, new_rule
from factories.notes import NINE, NOW, Desk, colleague_of, open_desk
from factories.support import new_goal
from factories.users import new_user, signed_in

from beenthere.foundation import clock
from beenthere.kernel.ids import uuid7
from beenthere.trust.models import Organization


@pytest.fixture(autouse=True)
def standing_still() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def desk(organization: Organization) -> Desk:
    desk = open_desk(organization)
    new_rule(desk.program)
    certify(desk.worker)
    return desk


def counts(desk: Desk, **fields: object) -> str:
    """The page after signing, in one line without tags."""
    response = desk.client().post(
        f"/notes/{uuid7()}/write/", desk.posted(**fields, intent="sign"), follow=True
    )
    assert response.redirect_chain[-1][0].endswith("/counts/"), response.content.decode()
    return said(response.content.decode())


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def test_it_says_what_followed_without_retyping(desk: Desk) -> None:
    goal = new_goal(desk.person, desk.program, "See my daughter more")
    page = counts(desk, ends="09:47", goal=str(goal.id), next_kind="call", next_step_on="2026-11-30")
    for words in (
        "This note also counts for", "3 units of H0038", "47 min", "See my daughter more", "Harbor", "SOR-2",
        "47 min in your hours", "A reminder for what comes next", "Nov. 30, 2026",
    ):  # fmt: skip
        assert words in page, (words, page)
    assert "Needs you" not in page


def test_what_comes_next_without_a_day_is_due_in_a_week(desk: Desk) -> None:
    assert "It will stand on your Today on Nov. 29, 2026" in counts(desk, next_kind="call")
    assert "A reminder" not in counts(desk, next_kind="")


def test_what_was_to_come_next_on_a_day_gone_by_stays_until_it_is_done(desk: Desk) -> None:
    page = counts(desk, next_kind="call", next_step_on="2026-11-21")
    assert "It was for Nov. 21, 2026. It stays on your Today until it is done." in page
    assert "It will stand" not in page


def test_missing_times_need_somebody_and_stop_nothing(desk: Desk) -> None:
    page = counts(desk, ends="")
    assert "Needs you" in page
    assert "Mend it" in page
    assert "units of" not in page


def test_an_overlap_names_the_other_note_and_both_stand(desk: Desk) -> None:
    other = desk.signed("first", ends_at=NINE + timedelta(minutes=40))
    client = desk.client()
    response = client.post(
        f"/notes/{(id_ := uuid7())}/write/",
        desk.posted("second", starts="09:20", ends="10:00", intent="sign"),
        follow=True,
    )
    page = response.content.decode()
    assert "Needs you" in page
    assert f'href="/notes/{other}/"' in page
    assert desk.note(other).withdrawn_at is None
    assert desk.note(id_).signed_at is not None


def test_one_tap_opens_the_words_again_at_the_field(desk: Desk) -> None:
    id_, client = desk.signed("the same words", ends_at=None), desk.client()
    page = client.get(f"/notes/{id_}/counts/").content.decode()
    field = re.search(r'name="field" value="([^"]+)"', page)[1]
    response = client.post(f"/notes/{id_}/mend/", {"field": field})
    assert response["Location"].endswith(f"/write/#id_{field}")
    draft = client.get(response["Location"]).content.decode()
    assert "the same words" in draft
    assert f'id="id_{field}"' in draft


def test_a_volunteer_s_note_is_no_error(organization: Organization) -> None:
    desk = open_desk(organization, role="volunteer", employment="volunteer")
    new_rule(desk.program)
    page = counts(desk)
    assert "Signed and saved" in page
    assert "Needs you" not in page


def test_a_draft_counts_for_nothing(desk: Desk) -> None:
    id_ = desk.save(uuid7(), desk.content()).encounter_id
    assert desk.client().get(f"/notes/{id_}/counts/").status_code == 404


def test_a_withdrawn_note_says_that_it_counts_for_nothing(desk: Desk) -> None:
    id_, client = desk.signed(), desk.client()
    client.post(f"/notes/{id_}/withdraw/", {"why": "did_not_happen"})
    page = said(client.get(f"/notes/{id_}/counts/").content.decode())
    assert "It counts for nothing" in page
    assert "units of" not in page


def test_each_reader_sees_what_their_role_sees(desk: Desk) -> None:
    goal = new_goal(desk.person, desk.program, "See my daughter more")
    id_ = desk.signed(goal_id=goal.id)
    biller = signed_in(desk.organization, "biller", user=new_user(desk.organization, "biller", desk.program))
    of_biller = said(biller.get(f"/notes/{id_}/counts/").content.decode())
    assert "4 units of H0038" in of_biller
    assert "See my daughter more" not in of_biller
    boss = said(colleague_of(desk, "supervisor").client().get(f"/notes/{id_}/counts/").content.decode())
    assert "4 units of H0038" in boss
    assert "See my daughter more" in boss
    assert "Mend it" not in boss


def test_hours_are_called_one_s_own_only_by_their_owner(desk: Desk) -> None:
    id_ = desk.signed()
    assert "in your hours" in said(desk.client().get(f"/notes/{id_}/counts/").content.decode())
    boss = colleague_of(desk, "supervisor").client()
    assert "in your hours" not in said(boss.get(f"/notes/{id_}/counts/").content.decode())
