import os

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def notes(request: HttpRequest) -> HttpResponse:
    """How many notes are kept, by whom the page is served, and its process."""
    with connection.cursor() as cursor:
        if request.GET.get("add"):
            cursor.execute("INSERT INTO note (words) VALUES ('one more')")
        cursor.execute("SELECT count(*) FROM note")
        (count,) = cursor.fetchone()
    return HttpResponse(f"{count} notes, user {os.geteuid()}, demo {os.environ.get('BEENTHERE_DEMO')}")


urlpatterns = [path("", notes)]
