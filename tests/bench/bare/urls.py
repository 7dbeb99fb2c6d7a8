from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

ROWS = """
SELECT id, chosen_name, family_name, pronouns, language FROM people_person
 WHERE organization_id = %s AND sort_key >= %s ORDER BY sort_key, id LIMIT 14
"""


def people(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [request.GET.get("organization"), request.GET.get("from", "")])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return render(request, "people.html", {"rows": rows})


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


urlpatterns = [path("", ready), path("people/", people)]
