"""What every page carries around its content."""

from django.conf import settings
from django.http import HttpRequest

from beenthere.foundation.addresses import address
from beenthere.portal import navigation
from beenthere.trust.api import security


def page_frame(request: HttpRequest) -> dict[str, object]:
    frame: dict[str, object] = {
        "demo": settings.DEMO,
        "demo_url": address("demo_personas") if settings.DEMO else "",
        "help_url": address("help"),
        "language_url": address("language"),
    }
    acting = getattr(request, "acting", None)
    if acting is None:
        return frame
    frame |= {
        "user": request.user,
        "navigation": navigation.links(acting, request.path),
        "home_url": address("home"),
        "sign_out_url": address("account_logout"),
        "draft_ring": security.ring(request),
        "idle": {
            "ping_url": address("ping"),
            "lock_url": address("lock"),
            "seconds": settings.IDLE_LOCK_SECONDS,
        },
    }
    return frame
