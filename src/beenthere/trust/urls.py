from django.urls import path

from beenthere.trust.views.audit import audit

urlpatterns = [path("audit/", audit, name="audit")]
