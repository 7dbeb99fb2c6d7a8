"""What every page carries around its content."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from beenthere.portal import navigation
from beenthere.trust.api import security


def page_frame(request: HttpRequest) -> dict[str, object]:
    frame: dict[str, object] = {
        "demo": settings.DEMO,
        "demo_url": reverse("demo_personas") if settings.DEMO else "",
        "help_url": reverse("help"),
        "language_url": reverse("language"),
    }
    acting = getattr(request, "acting", None)
    if acting is None:
        return frame
    frame |= {
        "user": request.user,
        "navigation": navigation.links(acting, request.path),
        "home_url": reverse("home"),
        "sign_out_url": reverse("account_logout"),
        "draft_ring": security.ring(request),
        "idle": {
            "ping_url": reverse("ping"),
            "lock_url": reverse("lock"),
            "seconds": settings.IDLE_LOCK_SECONDS,
        },
    }
    return frame
