"""Which language the pages speak: kept with the account, and in a cookie for the pages before sign-in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from beenthere.portal.accounts import CHOSEN_LANGUAGE, speak_their_language
from beenthere.portal.places import safe_next
from beenthere.trust.api import public


@public(reason="a person who cannot read the page must be able to change its language")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    response = redirect(safe_next(request))
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    else:
        request.session[CHOSEN_LANGUAGE] = chosen
    speak_their_language(response, chosen)
    return response
