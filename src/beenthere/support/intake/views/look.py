"""Pages to look at: the caseload, search, one person, their notes, who looked, numbers."""

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beenthere.people import api as people
from beenthere.support.access import May
from beenthere.support.intake.caseload import CaseloadPage, Order, Show, Whose, caseload_page
from beenthere.support.intake.caseload_table import table_of
from beenthere.support.intake.numbers import numbers_page
from beenthere.support.intake.person_page import looked_page, notes_page, person_page
from beenthere.support.web import today_of, uuid_in, zone_of
from beenthere.trust.api import Request, Role, endpoint

Word = TypeVar("Word", bound=StrEnum)


@require_safe
@endpoint(may=May.SEE_PEOPLE, page="caseload")
def caseload(request: Request) -> HttpResponse:
    asked = request.GET
    own = request.acting.may(May.PLAN_VISITS)
    walks_with_people = not request.acting.roles.isdisjoint({Role.SPECIALIST, Role.VOLUNTEER})
    page = caseload_page(
        request.acting,
        whose=_word(asked, "whose", Whose.MINE if walks_with_people else Whose.PROGRAM),
        show=_word(asked, "show", Show.ALL),
        order=_word(asked, "order", Order.CONTACT),
        program_id=uuid_in(asked.get("program")),
        number=asked.get("page", "1"),
        zone=zone_of(request),
        own=own,
    )
    context = {
        "page": page,
        "table": table_of(page),
        "query": _without_page(asked),
        "tabs": _tabs(page),
        "may_add": request.acting.may(May.ADD_PEOPLE),
        **_filters(page),
    }
    return render(request, "support/caseload.html", context)


def _tabs(page: CaseloadPage) -> list[dict[str, object]]:
    """My people, or everyone in my programs. Only for those who have people of their own."""
    if not page.has_own:
        return []
    names = ((Whose.MINE, _("My people")), (Whose.PROGRAM, _("Whole program")))
    return [
        {"label": label, "url": f"?whose={whose}", "current": page.whose is whose, "count": None}
        for whose, label in names
    ]


def _filters(page: CaseloadPage) -> dict[str, list[tuple[str, str]]]:
    columns = page.columns
    shows = (
        (True, Show.ALL, _("Everyone")),
        (bool(columns.contact), Show.QUIET, _("No contact for 14 days")),
        (bool(columns.planned), Show.UNPLANNED, _("Nothing planned")),
        (bool(columns.review), Show.REVIEW, _("Plan review due")),
        (bool(columns.review), Show.WAITING, _("No specialist yet")),
    )
    orders = (
        (bool(columns.contact), Order.CONTACT, _("Longest since contact")),
        (bool(columns.planned), Order.NEXT, _("Next visit first")),
        (True, Order.NAME, _("By name")),
    )
    return {
        "shows": [(show.value, label) for offered, show, label in shows if offered],
        "orders": [(order.value, label) for offered, order, label in orders if offered],
        "programs": [("", _("All")), *((str(id_), name) for id_, name in page.programs)],
    }


def _word(asked: QueryDict, name: str, otherwise: Word) -> Word:
    """A stored word in an address; anything else means the usual one."""
    try:
        return type(otherwise)(asked.get(name, otherwise))
    except ValueError:
        return otherwise


def _without_page(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
@endpoint(may=May.SEE_PEOPLE, page="search for people")
def search(request: Request) -> HttpResponse:
    """Names are typed, so they travel in the body and never in an address."""
    words = request.POST.get("words", "").strip()
    after = uuid_in(request.POST.get("after"))
    found = people.search_people(acting=request.acting, may=May.SEE_PEOPLE, words=words, after=after)
    context = {
        "found": found,
        "last_id": found.cards[-1].id if found.cards else "",
        "words": words,
        "may_add": request.acting.may(May.ADD_PEOPLE),
    }
    return render(request, "support/search.html", context)


@require_safe
@endpoint(may=May.SEE_PEOPLE, page="person page")
def person(request: Request, person_id: UUID) -> HttpResponse:
    page = person_page(request.acting, person_id, zone=zone_of(request))
    context = {"page": page, "zone": zone_of(request), "done_id": uuid_in(request.GET.get("done"))}
    return render(request, "support/person.html", context)


@require_safe
@endpoint(may=May.SEE_PEOPLE, page="list of notes")
def notes(request: Request, person_id: UUID) -> HttpResponse:
    page = notes_page(request.acting, person_id, request.GET.get("page", "1"))
    return render(request, "support/person_notes.html", {"page": page})


@require_safe
@endpoint(may=May.SEE_WHO_LOOKED, page="who looked")
def looked(request: Request, person_id: UUID) -> HttpResponse:
    page = looked_page(request.acting, person_id, request.GET.get("page", "1"))
    return render(request, "support/looked.html", {"page": page, "zone": zone_of(request)})


@require_safe
@endpoint(may=May.SEE_NUMBERS, page="programs in numbers")
def numbers(request: Request) -> HttpResponse:
    page = numbers_page(request.acting, on=today_of(request))
    return render(request, "support/numbers.html", {"page": page})
