from django.urls import path

from beenthere.certification import views

urlpatterns = [
    path("certification/wrong/<slug:code>/<slug:slug>/", views.wrong, name="certification_wrong"),
    path("certification/wrong/thanks/", views.thanks, name="certification_thanks"),
    path("certification/reports/", views.reported, name="certification_reports"),
    path("certification/reports/<uuid:id>/check/", views.check, name="certification_report_check"),
]
