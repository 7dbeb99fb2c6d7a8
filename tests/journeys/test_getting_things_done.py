"""People get something done, from page to page and across contexts, with a browser that runs no script."""

from collections.abc import Iterator
from typing import Any

import pytest
from factories.funding import certify, new_rule
from factories.notes import NOW, Desk, open_desk
from factories.people import new_person
from factories.support import enrol, new_goal, new_planned_visit
from factories.users import new_user, signed_in
from factories.workers import new_worker
from factories.writing import writing
from paper_browser import Browser

from beenthere.foundation import clock
from beenthere.trust.models import Organization

WORDS = "We wrote the letter to the landlord together"
FRIDAY = {"happened_on": "2026-11-20", "starts": "09:00", "ends": "09:47"}


@pytest.fixture(autouse=True)
def standing_still() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def desk(organization: Organization) -> Desk:
    """Ana, certified and supervised, with Maya on her caseload; Harbor is paid by the quarter of an hour."""
    boss = new_worker(
        organization, new_user(organization, "supervisor", organization.harbor, name="Denise Okafor")
    )
    ana = new_user(organization, "specialist", organization.harbor, name="Ana Ruiz")
    desk = open_desk(organization, user=ana, supervisor=boss)
    new_rule(desk.program)
    certify(desk.worker)
    return desk


def at_work(desk: Desk) -> Browser:
    return Browser(desk.client())


def colleague(organization: Organization, role: str, program: Any = None, name: str = "") -> Browser:
    user = new_user(organization, role, program, name=name)
    if role in {"specialist", "supervisor", "volunteer"}:
        new_worker(organization, user)
    return Browser(signed_in(organization, role, program, user=user))


def write_about(browser: Browser, desk: Desk, words: str = WORDS, **fields: Any) -> Browser:
    browser.open(f"/people/{desk.person.id}/").follow("Write a note")
    return browser.press("Sign", kind="goal_work", what_we_did=words, **FRIDAY | fields)


def test_a_signed_note_reaches_the_biller_as_units_and_the_supervisor_as_hours(desk: Desk) -> None:
    new_goal(desk.person, desk.program, "Keep my apartment")
    new_planned_visit(desk.person, desk.program, desk.worker, starts_at=NOW)
    ana = at_work(desk).open("/")
    assert "Maya Reyes" in ana.words
    ana.follow("Start")
    goal = ana.choice("goal")
    ana.press("Sign", kind="goal_work", goal=goal, what_we_did=WORDS, **FRIDAY)
    assert ana.url.endswith("/counts/")
    for words in ("3 units of H0038", "Keep my apartment", "47 min in your hours", "SOR-2"):
        assert words in ana.words

    grace = colleague(desk.organization, "biller", name="Grace Lindqvist").open("/units/?month=2026-11")
    assert "Maya Reyes" in grace.words
    assert "47 min" in grace.words
    assert "landlord" not in grace.words
    note = ana.url.removesuffix("counts/")
    assert "landlord" not in grace.open(note).words
    assert grace.status == 200

    ana.open("/hours/?month=2026-11")
    assert "47 min" in ana.words
    boss = Browser(signed_in(desk.organization, "supervisor", desk.program, user=desk.worker.supervisor.user))
    boss.open("/hours/?month=2026-11")
    assert boss.status == 200
    boss.open("/staff/")
    assert "Ana Ruiz" in boss.words
    boss.follow("Ana Ruiz")
    assert boss.status == 200


def test_a_note_about_the_wrong_person_is_moved_and_counts_once(desk: Desk) -> None:
    lena = new_person(desk.organization, "Lena", "Ortiz")
    enrol(lena, desk.program, desk.worker)
    ana = write_about(at_work(desk), desk)
    ana.follow("Read the note").follow("Entered in error")
    ana.press(first_button(ana, "why"), why="wrong_person")
    assert ana.url.endswith("/move/")
    ana.press(first_button(ana, "to"), to=f"{lena.id} {desk.program.id}")
    assert "Check day and time, then sign" in ana.words
    ana.press("Sign")
    assert "3 units of H0038" in ana.words
    assert "Lena Ortiz" in ana.words

    ana.open(f"/people/{desk.person.id}/")
    assert "landlord" not in ana.words
    ana.open(f"/people/{lena.id}/")
    assert "landlord" in ana.words
    grace = colleague(desk.organization, "biller").open("/units/?month=2026-11")
    assert "Lena Ortiz" in grace.words


def test_a_new_person_is_added_gets_a_goal_a_visit_and_a_note(desk: Desk) -> None:
    ana = at_work(desk).open("/people/add/")
    ana.press(first_button(ana, "chosen_name"), chosen_name="Noor", family_name="Haddad")
    ana.press(first_button(ana, "safe_contact"), program=str(desk.program.id), language="en", take_on="on")
    assert "Noor Haddad" in ana.words
    person = ana.url
    ana.open(f"{person}goals/new/")
    ana.press(first_button(ana, "words"), words="Ride the bus by myself")
    assert "Ride the bus by myself" in ana.open(person).words
    ana.open(f"{person}visits/new/")
    assert ana.status == 200
    ana.open(person).follow("Write a note")
    ana.press("Sign", kind="check_in", goal=ana.choice("goal"), what_we_did=WORDS, **FRIDAY)
    assert "Ride the bus by myself" in ana.words
    assert "landlord" in ana.open(person).words


def first_button(browser: Browser, name: str) -> str:
    """What the button says of the form that asks for `name`."""
    form = next(form for form in browser.page.forms if name in form.choices or name in form.values)
    return form.buttons[-1][0]


def test_a_consent_opens_the_record_to_the_other_program_and_taking_it_back_closes_it(desk: Desk) -> None:
    ana = write_about(at_work(desk), desk)
    note = ana.url.removesuffix("counts/")
    ben = colleague(desk.organization, "specialist", desk.organization.day_room, "Ben Ito")
    person = f"/people/{desk.person.id}/"
    assert ben.open(person).status == 404
    assert ben.open(note).status == 404

    ana.open(f"{person}consents/add/specific/")
    segments = ana.choices("segments")
    ana.press(
        first_button(ana, "to_program"),
        from_program=str(desk.program.id), to_program=str(desk.organization.day_room.id), segments=segments,
        purpose="so that both can plan with me", expires_on="2027-11-01", signature="paper",
        signed_name="Maya Reyes", signed_on="2026-11-20",
    )  # fmt: skip
    assert "Active" in ana.words
    consent = ana.url

    assert ben.open(person).status == 200
    assert "Maya Reyes" in ben.words
    assert "landlord" in ben.open(note).words
    assert has_no_way_to_change(ben)

    ana.open(consent).press("Take it back")
    assert ben.open(person).status == 404
    assert ben.open(note).status == 404
    ana.open(f"{person}looked/")
    assert "Ben" in ana.words


def has_no_way_to_change(browser: Browser) -> bool:
    said = [words for words, _href in browser.page.links]
    return not {"Add words", "Entered in error", "Write a note"} & set(said)


def test_the_director_sees_how_many_and_nobody_s_name_or_words(desk: Desk) -> None:
    note = write_about(at_work(desk), desk).url.removesuffix("counts/")
    director = colleague(desk.organization, "director")
    seen = [director.open(url).words for url in ("/", "/people/numbers/", "/units/", "/more/")]
    assert "Harbor" in seen[0]
    for words in seen:
        assert "Maya" not in words
        assert "landlord" not in words
    for closed in (note, f"{note}counts/", f"/people/{desk.person.id}/", "/people/"):
        assert director.open(closed).status in {403, 404}, closed
        assert "Maya" not in director.words


def test_a_second_organization_sees_nothing_of_the_first(
    desk: Desk, other_organization: Organization
) -> None:
    note = write_about(at_work(desk), desk).url.removesuffix("counts/")
    there = open_desk(other_organization)
    with writing(other_organization.id):
        there.person.chosen_name, there.person.family_name = "Quinn", "Vale"
        there.person.save()
    jo = Browser(there.client())
    boss = colleague(other_organization, "supervisor")
    for somebody in (jo, boss, colleague(other_organization, "privacy_officer")):
        for closed in (note, f"{note}counts/", f"{note}write/", f"/people/{desk.person.id}/"):
            assert somebody.open(closed).status in {403, 404}, closed
        for page in ("/", "/people/", "/more/", "/help/"):
            words = somebody.open(page).words
            assert "Maya" not in words
            assert "landlord" not in words
    jo.open("/people/search/")
    assert "Maya" not in jo.words
    found = there.client().post("/people/search/", {"words": "Maya"}, follow=True).content.decode()
    assert str(desk.person.id) not in found
