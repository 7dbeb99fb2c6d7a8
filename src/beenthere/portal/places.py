"""Where to go on."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest) -> str:
    """The page named by `next`, if it is one of ours; else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    # `redirect` takes what does not look like an address for the name of a page.
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"
