"""Planted violations: each rule must find its own, and leave alone what is right."""

from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

WAIT = "3s"


# ruleid: no-csrf-exempt
@csrf_exempt
def changes_without_a_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def asks(cursor, rows, table: str, name: str) -> None:
    # ruleid: no-value-in-sql
    cursor.execute(f"SELECT id FROM people_person WHERE name = '{name}'")
    # ruleid: no-value-in-sql
    cursor.execute("SELECT id FROM people_person WHERE name = " + name)
    # ruleid: no-value-in-sql
    cursor.execute("SELECT id FROM people_person WHERE name = '%s'" % name)
    # ruleid: no-value-in-sql
    RawSQL(f"lower('{name}')", [])
    # ok: no-value-in-sql
    cursor.execute("SELECT id FROM people_person WHERE name = %s", [name])
    # ok: no-value-in-sql
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    # ok: no-value-in-sql
    cursor.execute(f"SET lock_timeout = '{WAIT}'")


def goes_on(request: HttpRequest) -> HttpResponse:
    # ruleid: no-redirect-to-what-was-asked
    return redirect(request.GET.get("next"))


def goes_back(request: HttpRequest) -> HttpResponse:
    # ruleid: no-redirect-to-what-was-asked
    return HttpResponseRedirect(request.POST.get("next"))


def goes_home(request: HttpRequest) -> HttpResponse:
    # ok: no-redirect-to-what-was-asked
    return redirect("home")
