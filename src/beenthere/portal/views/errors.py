"""Pages for when something went wrong: what happened, that work is kept, and the one next step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's seal was too old, often after signing in again in another tab."""
    return render(request, "400.html", status=403)
