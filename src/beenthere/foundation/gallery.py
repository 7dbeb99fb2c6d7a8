"""Every component on one page, with its example: for those who build pages and those who judge them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from beenthere.foundation.components import REGISTER


def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "foundation/gallery.html", {"components": REGISTER})
