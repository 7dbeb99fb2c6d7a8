from django.urls import path

from beenthere.consent.views import consents as views

ABOUT = "people/<uuid:person_id>/consents/"

urlpatterns = [
    path(ABOUT, views.consents, name="consents"),
    path(f"{ABOUT}add/", views.add, name="consent_add"),
    path(f"{ABOUT}add/<slug:kind>/", views.add, name="consent_add"),
    path(f"{ABOUT}<uuid:id>/", views.consent, name="consent"),
    path(f"{ABOUT}<uuid:id>/change/", views.change, name="consent_change"),
    path(f"{ABOUT}<uuid:id>/revoke/", views.revoke, name="consent_revoke"),
]
