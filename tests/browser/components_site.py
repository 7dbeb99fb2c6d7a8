"""A site of three pages with nothing but the components, under the real security policy. No database.

`test_components.py` starts it in a process of its own: the settings of the other tests stay as they are.
"""

from collections.abc import Callable
from types import SimpleNamespace

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.contrib.staticfiles.views import serve
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path, re_path

from beenthere.foundation.gallery import gallery

DEBUG = True
SECRET_KEY = "only for this test site"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "components_site"
INSTALLED_APPS = ["beenthere.foundation", "csp", "django.contrib.staticfiles"]
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "components_site.frame",
            ]
        },
    }
]
STATIC_URL = "/static/"
USE_TZ = True
LANGUAGES = [("en", "English"), ("es", "Spanish")]
FORM_RENDERER = "beenthere.foundation.forms.HouseRenderer"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }
}

NOTE = """{% extends "base.html" %}{% load components foundation_examples %}
{% block title %}Write a note{% endblock %}
{% block main %}{% component "page-header" title="Write a note" / %}
{% sample "kinds" as kinds %}{% sample "goals" as goals %}{% sample "starters" as starters %}
{% component "draft-form" action="/saved" autosave_url="/draft" draft_key="note-1" ring="session-1" %}
<input type="hidden" name="edit_number" value="0">
{% component "choice-group" name="kind" legend="What kind?" choices=kinds value="one" / %}
{% component "time-pair" start="14:00" end="14:45" timer_key="note-1" / %}
{% component "chips" name="goal" legend="Which goals?" choices=goals several=True / %}
{% component "textarea" name="words" label="Words" starters=starters / %}
{% component "sticky-save-bar" label="Save" busy_label="Saving…" / %}
{% endcomponent %}{% endblock %}"""

PARTS = """{% extends "base.html" %}{% load components %}{% block title %}Parts{% endblock %}
{% block main %}<h1>Parts</h1><div id="place">
{% component "button" label="Load" type="button" hx_get="/part" hx_target="#place" / %}
</div>{% endblock %}"""

PART = """{% load components %}<p>Part one</p>
{% component "button" label="More" type="button" hx_get="/part/2" hx_target="#place" / %}"""

SAVED = """{% extends "base.html" %}{% load components %}{% block title %}Saved{% endblock %}
{% block main %}<h1>Saved</h1>
{% component "draft-done" draft_key="note-1" ring="session-1" / %}{% endblock %}"""

LOCKED = """{% extends "base.html" %}{% block title %}Locked{% endblock %}
{% block main %}<h1>Locked</h1>{% endblock %}"""

posts: list[dict[str, str]] = []


def frame(request: HttpRequest) -> dict[str, object]:
    places = [("Today", "/note", "today"), ("People", "/parts", "people"), ("More", "/components/", "more")]
    seconds = request.GET.get("idle")
    return {
        "demo": True,
        "navigation": [
            SimpleNamespace(label=label, url=url, current=request.path == url, icon_name=icon)
            for label, url, icon in places
        ],
        "user": SimpleNamespace(is_authenticated=True),
        "sign_out_url": "/locked",
        "idle": {"ping_url": "/ping", "lock_url": "/locked", "seconds": seconds} if seconds else None,
    }


def page(source: str) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            posts.append({"to": request.path, **request.POST.dict()})
        return HttpResponse(engines["django"].from_string(source).render({}, request))

    return view


def draft(request: HttpRequest) -> HttpResponse:
    posts.append({"to": "/draft", **request.POST.dict()})
    return JsonResponse({"saved_at": "2:14 pm"})


def ping(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def error(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"{name}.html")


def seen(request: HttpRequest) -> HttpResponse:
    """What was posted since the last time somebody asked."""
    found = list(posts)
    posts.clear()
    return JsonResponse(found, safe=False)


urlpatterns = [
    path("components/", gallery),
    path("note", page(NOTE)),
    path("saved", page(SAVED)),
    path("locked", page(LOCKED)),
    path("parts", page(PARTS)),
    path("part", page(PART)),
    path("part/2", page("<p>Part two</p>")),
    path("draft", draft),
    path("ping", ping),
    path("seen", seen),
    path("error/<str:name>", error),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]
