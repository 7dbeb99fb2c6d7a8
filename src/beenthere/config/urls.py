from django.urls import include, path

urlpatterns = [
    path("", include("beenthere.portal.urls")),
]
handler400 = "beenthere.portal.views.errors.unreadable"
handler403 = "beenthere.portal.views.errors.not_open"
handler404 = "beenthere.portal.views.errors.not_found"
handler500 = "beenthere.portal.views.errors.broken"
