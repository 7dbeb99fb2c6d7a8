"""A URL says who may open it; what a request did is kept whole, or not at all; what it saw is audited."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import path
from factories.people import new_person
from factories.users import grant

from beenthere.trust import scope
from beenthere.trust.access import May, Role
from beenthere.trust.acting import system
from beenthere.trust.actions import add_site
from beenthere.trust.checks import patterns
from beenthere.trust.endpoint import declared_public, endpoint, public
from beenthere.trust.models import Organization, Program, RoleGrant, Site
from beenthere.trust.refusal import Refused
from beenthere.trust.scope import by_program, gate, get_for, looked_at, visible


@endpoint(may=May.SET_UP, page="plain page")
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Site.objects.count()))


@endpoint(may=May.BE_HERE, page="person page")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    looked_at(person_id)
    looked_at(person_id)
    return HttpResponse()


@endpoint(may=May.BE_HERE, page="program page")
def program(request: HttpRequest, program_id: UUID) -> HttpResponse:
    return HttpResponse(get_for(request.acting, Program, program_id, may=May.BE_HERE).name)


@endpoint(may=May.SET_UP, page="adding a site", audited=False)
def writes(request: HttpRequest, then: str) -> HttpResponse:
    add_site(acting=request.acting, name="written")
    if then == "raises":
        raise ValueError("later")
    if then == "refuses":
        raise Refused("No, and this is why.")
    return HttpResponse(status=int(then))


@endpoint(may=May.BE_HERE, page="export")
def streams(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a"]))


@endpoint(may=May.BE_HERE, page="late page")
def late(request: HttpRequest) -> SimpleTemplateResponse:
    return SimpleTemplateResponse("late.html", {"sites": Site.objects.all()})


@public(reason="for this test")
def front_door(request: HttpRequest) -> HttpResponse:
    return HttpResponse("come in")


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("plain/", plain),
    path("person/<uuid:person_id>/", person),
    path("program/<uuid:program_id>/", program),
    path("writes/<str:then>/", writes),
    path("streams/", streams),
    path("late/", late),
    path("front-door/", front_door),
    path("choose/", front_door, name="choose_organization"),
    path("lock/", front_door, name="lock"),
    path("second/", front_door, name="mfa_index"),
    path("login/", front_door, name="account_login"),
    path("demo/", front_door, name="demo_personas"),
]


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(f"403 {exception}", status=403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("404", status=404)


def handler500(request: HttpRequest) -> HttpResponse:
    return HttpResponse("500", status=500)


@pytest.fixture(autouse=True)
def these_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.DEMO = False


@pytest.fixture
def gated() -> Iterator[None]:
    gate(Program, by_program("id"))
    yield
    del scope._gates[Program]


@pytest.fixture
def audited(loader: psycopg.Connection, organization: Organization) -> Callable[[], list[dict[str, Any]]]:
    def rows() -> list[dict[str, Any]]:
        return loader.execute(
            "SELECT verb, subject_id, outcome, detail FROM trust_auditevent"
            " WHERE organization_id = %s ORDER BY id",
            [organization.id],
        ).fetchall()

    return rows


def sites(loader: psycopg.Connection, organization: Organization) -> int:
    found = loader.execute(
        "SELECT count(*) AS n FROM trust_site WHERE organization_id = %s", [organization.id]
    )
    return found.fetchone()["n"]


def test_what_was_looked_at_is_audited(client_as: Any, audited: Any) -> None:
    client = client_as("administrator")
    assert client.get("/plain/").content == b"1"
    assert audited() == [
        {"verb": "page.viewed", "subject_id": None, "outcome": "done", "detail": {"page": "plain page"}}
    ]


def test_a_person_looked_at_twice_in_a_request_is_one_event(
    client_as: Any, audited: Any, organization: Organization
) -> None:
    seen = new_person(organization)
    client_as("volunteer").get(f"/person/{seen.id}/")
    (event,) = audited()
    assert (event["verb"], event["subject_id"]) == ("person.viewed", seen.id)


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_who_may_not_is_refused_and_it_is_audited(role: Role, client_as: Any, audited: Any) -> None:
    assert client_as(role).get("/plain/").status_code == 403
    (event,) = audited()
    assert (event["verb"], event["outcome"], event["detail"]["why"]) == ("access.denied", "denied", "role")


@pytest.mark.usefixtures("gated")
def test_what_is_not_yours_is_not_there_and_the_attempt_is_audited(
    client_as: Any, audited: Any, organization: Organization, other_organization: Organization
) -> None:
    client = client_as("specialist", organization.harbor)
    assert client.get(f"/program/{organization.harbor.id}/").content == b"Harbor"
    hidden = [client.get(f"/program/{p.id}/") for p in (organization.day_room, other_organization.harbor)]
    assert {(r.status_code, r.content) for r in hidden} == {(404, b"404")}
    assert [event["outcome"] for event in audited()] == ["done", "denied", "denied"]


def test_a_changed_role_counts_from_the_next_request(client_as: Any, organization: Organization) -> None:
    client = client_as("volunteer")
    assert client.get("/plain/").status_code == 403
    given = grant(organization, client.user, "administrator")
    assert client.get("/plain/").status_code == 200
    with system("a test"):
        RoleGrant.objects.filter(id=given.id).delete()
    assert client.get("/plain/").status_code == 403


@pytest.mark.parametrize("then", ["500", "503", "raises", "refuses"])
def test_a_failed_request_keeps_nothing(
    then: str, client_as: Any, organization: Organization, loader: psycopg.Connection
) -> None:
    client = client_as("administrator")
    client.raise_request_exception = False
    assert client.post(f"/writes/{then}/").status_code in {403, 500, 503}
    assert sites(loader, organization) == 1


@pytest.mark.parametrize("then", ["200", "302", "400"])
def test_a_finished_request_keeps_its_work(
    then: str, client_as: Any, organization: Organization, loader: psycopg.Connection
) -> None:
    client_as("administrator").post(f"/writes/{then}/")
    assert sites(loader, organization) == 2


def test_a_refusal_says_its_sentence_and_is_audited(client_as: Any, audited: Any) -> None:
    response = client_as("administrator").post("/writes/refuses/")
    assert response.content == b"403 No, and this is why."
    assert [(e["verb"], e["detail"]["why"]) for e in audited()] == [("access.denied", "refused")]


def test_a_stream_is_refused(client_as: Any) -> None:
    with pytest.raises(TypeError, match="streaming response"):
        client_as("volunteer").get("/streams/")


def test_a_page_is_rendered_inside_its_transaction(client_as: Any, settings: Any) -> None:
    """A template response is lazy: rendered after the transaction it would find no rows, or raise."""
    loaders = [
        ("django.template.loaders.locmem.Loader", {"late.html": "{% for s in sites %}{{ s }}{% endfor %}"})
    ]
    plain_engine = settings.TEMPLATES[0] | {"APP_DIRS": False, "OPTIONS": {"loaders": loaders}}
    settings.TEMPLATES = [plain_engine]
    assert client_as("volunteer").get("/late/").content == b"Main Street"


def test_a_stranger_is_led_to_sign_in(database: str) -> None:
    response = Client(SERVER_NAME="localhost").get("/plain/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/")


def test_without_a_second_step_nothing_opens(client_as: Any) -> None:
    client = client_as("administrator")
    with system("a test"):
        session = client.session
        session["second_factor"] = False
        session.save()
    assert client.get("/plain/").headers["Location"] == "/second/"


def test_who_works_for_two_chooses_first(
    client_as: Any, other_organization: Organization, organization: Organization
) -> None:
    client = client_as("administrator")
    grant(other_organization, client.user, "administrator")
    assert client.get("/plain/").status_code == 200
    with system("a test"):
        session = client.session
        del session["organization"]
        session.save()
    assert client.get("/plain/").headers["Location"] == "/choose/"


def test_a_public_page_is_open_and_says_why(database: str) -> None:
    assert Client(SERVER_NAME="localhost").get("/front-door/").content == b"come in"
    assert front_door.access.reason == "for this test"
    with pytest.raises(ValueError, match="reason"):
        public(reason="")


def test_no_cache_keeps_a_page(client_as: Any) -> None:
    assert client_as("administrator").get("/plain/").headers["Cache-Control"] == "no-store"


def test_every_url_here_is_declared() -> None:
    assert all(hasattr(pattern.callback, "access") for _route, pattern in patterns())
    assert [e for e in run_checks(tags=["urls"]) if e.id.startswith("trust")] == []


def test_a_url_that_does_not_say_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "urlpatterns", [*urlpatterns, path("planted/", undeclared)])
    (error,) = [e for e in run_checks(tags=["urls"]) if e.id == "trust.E001"]
    assert error.msg == "/planted/ does not say who may open it."


def test_a_library_s_pages_are_declared_with_a_reason() -> None:
    (declared,) = declared_public([path("theirs/", undeclared)], reason="their sign-in page")
    assert declared.callback.access.reason == "their sign-in page"


def test_visible_takes_the_acting_that_is_open(acting_as: Any, client_as: Any) -> None:
    with acting_as("specialist") as who:
        other = type(who)(organization_id=who.organization_id, user_id=None, grants=who.grants)
        with pytest.raises(RuntimeError, match="acting that is open"):
            visible(other, Program, may=May.BE_HERE)
        with pytest.raises(LookupError, match="has no gate"):
            visible(who, Site, may=May.BE_HERE)
