from django.conf import settings
from django.urls import include, path

from beenthere.foundation.gallery import gallery
from beenthere.portal.views import counts, home, more
from beenthere.trust.api import public

urlpatterns = [
    path("", home.home, name="home"),
    path("more/", more.more, name="more"),
    path("help/", more.help_page, name="help"),
    path("notes/<uuid:id>/counts/", counts.counts, name="note_counts"),
    path("notes/<uuid:id>/mend/", counts.mend, name="note_mend"),
    path("", include("beenthere.portal.explorer.urls")),
    path("", include("beenthere.portal.account_urls")),
    path("", include("beenthere.support.encounters.urls")),
    path("", include("beenthere.support.urls")),
    path("", include("beenthere.people.urls")),
    path("", include("beenthere.consent.urls")),
    path("", include("beenthere.workforce.urls")),
    path("", include("beenthere.certification.urls")),
    path("", include("beenthere.funding.urls")),
    path("", include("beenthere.trust.urls")),
]

if settings.DEMO:
    show_components = public(reason="example pages of the components, in the demonstration only")
    urlpatterns.append(path("components/", show_components(gallery), name="components"))
