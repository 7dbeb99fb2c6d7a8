"""Every URL says who may open it. A URL that does not fails `manage.py check`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from beenthere.trust import events, membership, scope, security, unwritten
from beenthere.trust.acting import Acting, acting, ambient
from beenthere.trust.audit import record_read
from beenthere.trust.files_in_parts import FileInParts

Answer = HttpResponse | FileInParts
View = Callable[..., Answer]


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a URL declared: a permission, or a reason to be open to everyone."""

    may: str = ""
    reason: str = ""
    page: str = ""


def endpoint(*, may: str, page: str, audited: bool = True) -> Callable[[View], View]:
    """A page of an organization: signed in, acting, allowed, in one transaction, with its read audited.

    `page` names it in the audit ("person page"). `audited=False` is for requests that show nothing of a
    record (autosave, the idle ping); their actions are audited by themselves.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
            return _serve(request, view, args, kwargs, may=may, page=page, audited=audited)

        run.access = Access(may=str(may), page=page)  # type: ignore[attr-defined]
        return run

    return decorate


def public(*, reason: str) -> Callable[[View], View]:
    """A page open to everyone, for the stated reason. It runs outside any organization."""
    if not reason:
        raise ValueError("public() needs a reason")

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
            return view(request, *args, **kwargs)

        run.access = Access(reason=reason)  # type: ignore[attr-defined]
        return run

    return decorate


def declared_public(patterns: list[Any], *, reason: str) -> list[Any]:
    """Declare the views of a library (sign-in pages) public, for the stated reason."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            declared_public(entry.url_patterns, reason=reason)
        elif isinstance(entry, URLPattern) and not hasattr(entry.callback, "access"):
            entry.callback = public(reason=reason)(entry.callback)
    return patterns


def _serve(
    request: HttpRequest, view: View, args: Any, kwargs: Any, *, may: str, page: str, audited: bool
) -> Answer:
    gatekeeper = security.before(request)
    if gatekeeper is not None:
        return gatekeeper
    who = membership.acting_for(request)
    if who is None:
        return redirect("choose_organization")
    if not who.may(may):
        _deny(who, page, "role")
        raise PermissionDenied
    try:
        return _in_transaction(request, view, args, kwargs, who=who, page=page, audited=audited)
    except Http404:
        _deny(who, page, "not found")
        raise
    except PermissionDenied:
        _deny(who, page, "refused")
        raise


def _in_transaction(
    request: HttpRequest, view: View, args: Any, kwargs: Any, *, who: Acting, page: str, audited: bool
) -> Answer:
    local = ZoneInfo(request.organization.time_zone)  # type: ignore[attr-defined]
    with acting(who), timezone.override(local), scope.watching_subjects() as subjects:
        request.acting = who  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileInParts):
            raise TypeError("a streaming response runs after its transaction and would see no rows")
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
        # Django turns many exceptions into a response before middleware sees them; half-done work of a
        # failed request must not be kept.
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif audited and request.method in ("GET", "HEAD"):
            _audit_read_or_keep(who, page, subjects)
        return response


def _audit_read_or_keep(who: Acting, page: str, subjects: scope.Seen) -> None:
    """A database that keeps nothing new has aborted this transaction; there was nothing in it but looking."""
    try:
        _audit_read(who, page, subjects)
    except DatabaseError as problem:
        if not unwritten.kept(problem, who, page, subjects):
            raise
        transaction.set_rollback(True)


def _audit_read(who: Acting, page: str, subjects: scope.Seen) -> None:
    for subject, consent_id in subjects.items():
        record_read(
            who, events.PERSON_VIEWED, subject_id=subject, consent_id=consent_id, detail={"page": page}
        )
    if not subjects:
        record_read(who, events.PAGE_VIEWED, subject_id=None, detail={"page": page})


def _deny(who: Acting, page: str, why: str) -> None:
    """In a transaction of its own: the refused request's own is rolled back."""
    if isinstance(ambient(), Acting):
        raise RuntimeError("a denial is recorded after its request's transaction has ended")
    with acting(who):
        record_read(
            who, events.ACCESS_DENIED, subject_id=None, detail={"page": page, "why": why}, outcome="denied"
        )
