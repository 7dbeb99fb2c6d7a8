"""The whole collection to take along."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from beenthere.certification.api import dataset_csv, dataset_json
from beenthere.trust.api import public

TAKE = "the collected certification rules are public facts, for everyone to use"
KEPT = "public, max-age=3600"


@cache
def _tag(made: Callable[[], bytes]) -> str:
    return f'"{sha256(made()).hexdigest()[:32]}"'


def _file(made: Callable[[], bytes], kind: str, name: str) -> HttpResponse:
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": KEPT}
    return HttpResponse(made(), content_type=kind, headers=told)


@require_safe
@public(reason=TAKE)
@gzip_page
@condition(etag_func=lambda request: _tag(dataset_csv))
def data_csv(request: HttpRequest) -> HttpResponse:
    return _file(dataset_csv, "text/csv; charset=utf-8", "certification.csv")


@require_safe
@public(reason=TAKE)
@gzip_page
@condition(etag_func=lambda request: _tag(dataset_json))
def data_json(request: HttpRequest) -> HttpResponse:
    return _file(dataset_json, "application/json", "certification.json")
