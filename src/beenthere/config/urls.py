from django.urls import include, path

urlpatterns = [
    path("", include("beenthere.portal.urls")),
]
handler400 = "beenthere.portal.views.errors.unreadable"
handler500 = "beenthere.portal.views.errors.broken"
