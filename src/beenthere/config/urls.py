from django.urls import include, path

urlpatterns = [
    path("", include("beenthere.portal.urls")),
]
