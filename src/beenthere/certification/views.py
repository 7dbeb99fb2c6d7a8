"""Saying that a rule is wrong, without signing in; and answering it."""

from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beenthere.certification.actions import check_report, send_report
from beenthere.certification.forms import CheckForm, ReportForm
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.may import May
from beenthere.certification.queries import reports
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Refused, Request, endpoint, public

# A place with many people behind one address still gets through; a script does not.
RATE = {"rule_report": "20/h/ip"}


@require_http_methods(["GET", "HEAD", "POST"])
@public(reason="whoever sees that a public rule is wrong must be able to say so, without an account")
def wrong(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    credential = credentials().get(f"{code}/{slug}".upper())
    if credential is None:
        raise Http404
    form = ReportForm(request.POST or None, initial={"id": uuid7()})
    status = 200
    if request.method == "POST" and form.is_valid():
        if _taken(request, form, credential.key):
            return redirect("certification_thanks")
        status = 429
    return render(
        request, "certification/wrong.html", {"form": form, "credential": credential}, status=status
    )


def _taken(request: HttpRequest, form: ReportForm, key: str) -> bool:
    """False when it was refused: the form then says why, and the words stay in it."""
    if not ratelimit.consume(request, app="certification", action="rule_report", config=RATE):
        form.add_error(None, _("Too many messages came from here in the last hour. Please try again later."))
        return False
    try:
        send_report(credential=key, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return False
    return True


@require_safe
@public(reason="says thank you and holds nothing about anyone")
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "certification/thanks.html")


@require_safe
@endpoint(may=May.CHECK_REPORTS, page="reports about rules")
def reported(request: Request) -> HttpResponse:
    lines = [(line, CheckForm(prefix=f"r{line.id.hex}")) for line in reports(acting=request.acting)]
    return render(request, "certification/reports.html", {"lines": lines})


@require_POST
@endpoint(may=May.CHECK_REPORTS, page="checking a report about a rule", audited=False)
def check(request: Request, id: UUID) -> HttpResponse:
    form = CheckForm(request.POST, prefix=f"r{id.hex}")
    if not form.is_valid():
        messages.error(request, _("Say what you found: choose one of the answers."))
        return redirect("certification_reports")
    try:
        check_report(acting=request.acting, id=id, **form.cleaned_data)
    except Refused as refused:
        messages.error(request, _with_words(str(refused.sentence), form.cleaned_data["answer"]))
    else:
        messages.success(request, _("Thank you. What you found is kept."))
    return redirect("certification_reports")


def _with_words(sentence: str, words: str) -> str:
    """Somebody else was first; what was written meanwhile can still be read and taken elsewhere."""
    return f"{sentence} {_('You wrote: “%(words)s”') % {'words': words}}" if words else sentence
