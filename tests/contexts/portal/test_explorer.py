"""The public explorer: read without signing in, answered without being kept, each answer with its source."""

import csv
import html
import io
import json
import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beenthere.certification.api import credentials

OHIO = "/certification/need/oh/prs/"
THIRTY = {"q-training": "30", "q-training-on-e-academy": "6", "q-stated-three-years-experience": "no"}


@pytest.fixture
def anybody(database: str) -> Client:
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")


def words(response: Any) -> str:
    page = response.content.decode().partition("<main")[2].partition("</main")[0]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


PAGES = (
    "/certification/",
    "/certification/?show=medicaid&track=family&paid=yes&sort=fewest",
    "/certification/in/oh/",
    "/certification/compare/?with=OH/PRS&with=TX/MHPS",
    "/certification/need/",
    OHIO,
    "/certification/moving/",
    "/certification/data.csv",
    "/certification/data.json",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_the_database(anybody: Client, path: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert anybody.get(path).status_code == 200
    assert [one["sql"] for one in asked] == []


def test_an_answer_asks_the_database_nothing_and_is_kept_nowhere(anybody: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = anybody.post(OHIO, {**THIRTY, "go": "answer"})
    assert [one["sql"] for one in asked] == []
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.cookies) <= {"csrftoken"}
    assert "sessionid" not in anybody.cookies


def test_answers_stand_in_no_address_and_no_log_line(
    anybody: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = anybody.post(OHIO, {**THIRTY, "q-training": "4711", "go": "answer"})
        anybody.post(OHIO, {**THIRTY, "q-training": "many4711", "go": "answer"})
    page = response.content.decode()
    assert [
        one for one in re.findall(r'(?:href|action)="([^"]*)"', page) if "4711" in one or "?" in one
    ] == []
    assert "4711" not in caplog.text


# -- Ohio, thirty hours


def test_thirty_hours_in_ohio_say_what_is_left(anybody: Client) -> None:
    told = words(anybody.post(OHIO, {**THIRTY, "go": "answer"}))
    assert "Get 26 more hours of training. Of these at least: 10 (the e-based academy)." in told
    assert "30 of 56 hours (training): 26 to go" in told
    assert "6 of 16 hours (training, the e-based academy): 10 to go" in told
    assert "Pass the exam: Ohio PRS" in told
    assert "Say whether a background check was passed" in told
    assert "This is information, not the issuer's decision." in told
    assert "Last checked on Nov. 22, 2026, the day it was collected." in told


def test_each_requirement_leads_to_its_source_and_the_source_to_its_page(anybody: Client) -> None:
    """Two clicks: the number, then the address."""
    page = anybody.post(OHIO, {**THIRTY, "go": "answer"}).content.decode()
    cited = set(re.findall(r'class="bt-cite" href="#([^"]+)"', page))
    listed = dict(re.findall(r'<li id="([^"]+)">(.*?)</li>', page, re.DOTALL))
    assert cited
    assert cited <= set(listed)
    assert 'href="https://mha.ohio.gov"' in listed["prs-source-1"]
    assert all("no web address collected" in one or 'href="https://' in one for one in listed.values())


def test_earlier_steps_come_along_hidden_and_can_be_changed(anybody: Client) -> None:
    second = anybody.post(OHIO, {**THIRTY, "go": "next"}).content.decode()
    assert '<input type="hidden" name="q-training" value="30">' in second
    assert "Have you passed this exam" in second
    again = anybody.post(OHIO, {**THIRTY, "q-background-check": "yes", "go": "back"}).content.decode()
    assert re.search(r'name="q-training"[^>]*value="30"', again)
    assert '<input type="hidden" name="q-background-check" value="yes">' in again


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"q-training": "thirty"}, "Write a number, such as 30."),
        ({"q-training": "NaN"}, "Write a number, such as 30."),
        ({"q-training": "-1"}, "Write a number, such as 30."),
        ({"q-training": "1e9"}, "Write a number, such as 30."),
        ({"q-training-on-e-academy": "31"}, "This is more than the hours you gave in all."),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_lost(
    anybody: Client, wrong: dict[str, str], said: str
) -> None:
    response = anybody.post(OHIO, {**THIRTY, "q-background-check": "yes", **wrong, "go": "answer"})
    assert said in words(response)
    page = response.content.decode()
    for name, value in {**THIRTY, "q-background-check": "yes", **wrong}.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"', page), name


def test_days_that_cannot_be_are_noticed(anybody: Client) -> None:
    for day, said in (("0022-01-01", "Check the year: it must be"), ("2099-01-01", "has not come yet")):
        told = anybody.post("/certification/need/ky/radpss/", {"q-recovery": day, "go": "answer"})
        assert said in words(told)


@pytest.mark.parametrize("key", [key for key, one in credentials().items() if one.offered])
def test_every_certification_answers(anybody: Client, key: str) -> None:
    code, slug = key.lower().split("/")
    for go in ("", "next", "answer"):
        assert anybody.post(f"/certification/need/{code}/{slug}/", {"go": go}).status_code == 200


def test_the_link_to_share_names_the_certification_only(anybody: Client) -> None:
    chosen = anybody.post("/certification/need/", {"to": "OH/PRS"})
    assert chosen.headers["Location"] == OHIO
    page = anybody.post(OHIO, {**THIRTY, "go": "answer"}).content.decode()
    assert f'href="{OHIO}"' in page


@pytest.mark.parametrize("path", ["need/sd/none/", "need/zz/xx/", "in/zz/", "wrong/zz/xx/"])
def test_what_is_not_there_is_not_found(anybody: Client, path: str) -> None:
    assert anybody.get(f"/certification/{path}").status_code == 404


# -- states, comparing, moving


@pytest.mark.parametrize("code", sorted({one.jurisdiction for one in credentials().values()}))
def test_a_state_says_what_is_not_known_as_plainly_as_what_is(anybody: Client, code: str) -> None:
    told = words(anybody.get(f"/certification/in/{code.lower()}/"))
    own = [one for one in credentials().values() if one.jurisdiction == code]
    if any(version.unknown for one in own for version in one.versions):
        assert "No source we have says whether something is asked for here." in told
    assert [conflict for one in own for conflict in one.conflicts if conflict not in told] == []


def test_four_stand_side_by_side_and_a_fifth_does_not(anybody: Client) -> None:
    keys = ["OH/PRS", "TX/MHPS", "ca/cmpss", "OH/PRS", "no/such", "ICRC/PR", "NY/NYCPS"]
    page = anybody.get("/certification/compare/", {"with": keys}).content.decode()
    headings = re.findall(r'<th scope="col">([^<]*)<', page)
    assert [one.partition(":")[0] for one in headings] == ["What", "Ohio", "Texas", "California", "IC&amp;RC"]
    assert "Not known" in page


def test_moving_tells_the_path_and_what_remains(anybody: Client) -> None:
    where = {"held": "OH/PRS", "to": "CA/CMPSS", "until": "2099-05-01"}
    assert "What you have done" in words(anybody.post("/certification/moving/", where))
    told = words(anybody.post("/certification/moving/", {**where, "go": "answer"}))
    assert "There is a path" in told
    assert "Pass the exam: California CMPSS" in told
    lapsed = words(anybody.post("/certification/moving/", {**where, "until": "2020-05-01", "go": "answer"}))
    assert "We cannot tell" in lapsed


def test_who_moves_is_not_asked_about_what_the_path_waives_or_what_they_just_said(anybody: Client) -> None:
    """California's path waives the course and asks for a credential in force, which was just named."""
    where = {"held": "OH/PRS", "to": "CA/CMPSS", "until": "2099-05-01"}
    first, second = (
        words(anybody.post("/certification/moving/", {**where, **go})) for go in ({}, {"go": "next"})
    )
    assert "How many hours have you worked as a peer?" in first
    assert "How many hours of training have you done?" not in first
    assert "Do you hold a certification of any state" not in second
    over = words(anybody.post("/certification/moving/", {**where, "until": "2020-05-01"}))
    assert "How many hours of training have you done?" in over


def test_each_of_those_compared_has_its_sources_below(anybody: Client) -> None:
    page = anybody.get("/certification/compare/", {"with": ["OH/PRS", "TX/MHPS"]}).content.decode()
    below = page.partition("<h2>Sources</h2>")[2]
    for key, state in (("OH/PRS", "/certification/in/oh/#prs"), ("TX/MHPS", "/certification/in/tx/#mhps")):
        assert f'href="{state}"' in below
        for source in credentials()[key].sources:
            assert html.escape(source.title) in below


def test_where_only_parts_are_given_and_they_are_all_the_table_tells_their_sum(anybody: Client) -> None:
    page = anybody.get("/certification/").content.decode()
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    told = {
        name: next(row for row in rows if name in row) for name in ("Mental Health Peer", "Recovery Peer Adv")
    }
    assert "|59.5 hours|" in told["Mental Health Peer"]
    assert "|Not known|" in told["Recovery Peer Adv"]
    assert " hours|" not in told["Recovery Peer Adv"]


def test_a_state_page_tells_what_held_on_other_days_and_whose_word_each_fact_is(anybody: Client) -> None:
    page = anybody.get("/certification/in/mn/").content.decode()
    told = html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))
    assert "From Feb. 28, 2021 until March 1, 2021" in told
    assert "46 hours of training" in told
    assert "40 hours of training" in told
    ohio = anybody.get("/certification/in/oh/").content.decode()
    medicaid = re.search(r"Medicaid pays, substance use</dt><dd>Yes.*?</dd>", ohio)
    assert medicaid
    cited = re.findall(r'href="#([^"]+)"', medicaid[0])
    policy_center = [one for one in cited if f'<li id="{one}"><a href="https://policycentermmh.org"' in ohio]
    assert policy_center == cited


def test_moving_to_where_one_is_is_refused(anybody: Client) -> None:
    told = anybody.post("/certification/moving/", {"held": "OH/PRS", "to": "OH/PRS", "until": "2099-05-01"})
    assert "Choose another one than the one you hold." in words(told)


# -- the table and the map


def found(anybody: Client, query: str) -> list[str]:
    page = anybody.get(f"/certification/?{query}").content.decode()
    return re.findall(r'<th scope="row">([^<]*)</th>', page)


def test_the_table_sorts_and_narrows_without_a_script(anybody: Client) -> None:
    whole = found(anybody, "")
    assert len(whole) == len(credentials())
    assert whole == sorted(whole)
    fewest, most = found(anybody, "sort=fewest"), found(anybody, "sort=most")
    assert fewest[0] != most[0]
    assert 0 < len(found(anybody, "track=family")) < len(whole)
    assert 0 < len(found(anybody, "paid=yes")) < len(whole)
    assert found(anybody, "sort=nonsense&track=zz&show=%00") == whole


@pytest.mark.parametrize("show", ["training", "medicaid", "tracks", "renewal"])
def test_each_tile_says_in_words_what_its_shade_means(anybody: Client, show: str) -> None:
    page = anybody.get(f"/certification/?show={show}").content.decode()
    tiles = re.findall(r'bt-map__tile--(\d)" href="/certification/in/(\w+)/" aria-label="([^"]+)"', page)
    assert len(tiles) == 53
    legend = dict(re.findall(r'bt-legend__mark--(\d)" aria-hidden="true">[^<]*</span> ([^<]+)</li>', page))
    assert [one for one in tiles if not one[2].endswith(legend[one[0]])] == []


# -- files and languages


def test_the_files_are_whole_and_asked_for_once(anybody: Client) -> None:
    table = anybody.get("/certification/data.csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert {row["credential"] for row in rows} == set(credentials())
    whole = anybody.get("/certification/data.json")
    assert len(json.loads(whole.content)["credentials"]) == len(credentials())
    for path, first in (("data.csv", table), ("data.json", whole)):
        assert first.headers["Cache-Control"] == "public, max-age=3600"
        again = anybody.get(f"/certification/{path}", HTTP_IF_NONE_MATCH=first.headers["ETag"])
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/certification/", "/certification/in/tx/", "/certification/data.csv", "/certification/data.json"],
)
def test_large_pages_and_files_come_packed_to_whoever_can_unpack_them(anybody: Client, path: str) -> None:
    packed = anybody.get(path, HTTP_ACCEPT_ENCODING="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    whole = anybody.get(path)
    assert "Content-Encoding" not in whole.headers
    assert len(packed.content) * 3 < len(whole.content)
    tag = packed.headers.get("ETag")
    if tag:
        assert anybody.get(path, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=tag).status_code == 304


def test_an_answer_is_not_packed_with_what_was_typed(anybody: Client) -> None:
    """Packed, its length would tell what stands in it twice."""
    answered = anybody.get("/certification/need/oh/prs/", HTTP_ACCEPT_ENCODING="gzip")
    assert answered.status_code == 200
    assert "Content-Encoding" not in answered.headers


def test_spanish_answers_are_spanish_and_quote_the_notes_as_they_are(anybody: Client) -> None:
    spanish = {"HTTP_ACCEPT_LANGUAGE": "es"}
    page = anybody.post(OHIO, {**THIRTY, "go": "answer"}, **spanish).content.decode()
    assert "30 de 56 horas (capacitación): faltan 26" in page
    assert "Esto es información, no la decisión de quien certifica." in page
    asked = anybody.post(OHIO, {"go": "back"}, **spanish).content.decode()
    assert "Tres años de experiencia como par que se pueden comprobar" in asked
    assert "Three years" not in asked
    assert 'lang="en" data-quoted>40 hours and 16 hours of the e-based academy' in page


def test_hours_left_open_by_what_was_not_said_are_told_with_it(anybody: Client) -> None:
    told = words(anybody.post(OHIO, {"q-training": "30", "go": "answer"}))
    assert "Your next step Get 26 more hours of training." in told
    assert "30 of 56 hours (training): 26 to go" in told
    assert "Not needed if this is so. Say whether this is so: Three years' verifiable experience" in told


def test_who_moves_sees_from_where_to_where_and_can_go_back(anybody: Client) -> None:
    where = {"held": "OH/PRS", "to": "CA/CMPSS", "until": "2099-05-01"}
    page = anybody.post("/certification/moving/", where)
    assert "From Ohio PRS to California CMPSS" in words(page)
    assert "I'm moving" in words(page)
    assert 'href="/certification/moving/"' in page.content.decode()


def test_texas_says_what_is_kept_and_what_a_certificate_shows(anybody: Client) -> None:
    told = words(anybody.get("/certification/in/tx/"))
    assert "What the issuer keeps about you, and how long" in told
    assert "Your renewals the last 5 renewals" in told
    assert "The certificate you get its number, what it is for, its last day, who gives it" in told
