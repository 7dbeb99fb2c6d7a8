from django.urls import path

from beenthere.workforce.views import hours, staff

urlpatterns = [
    path("staff/", staff.staff, name="staff"),
    path("staff/add/", staff.add, name="worker_add"),
    path("staff/<uuid:id>/", staff.worker, name="worker"),
    path("staff/<uuid:id>/change/", staff.change, name="worker_change"),
    path("staff/<uuid:id>/invite/", staff.invite, name="worker_invite"),
    path("staff/<uuid:id>/end/", staff.end, name="worker_end"),
    path("staff/<uuid:id>/credentials/add/", staff.certify, name="certification_add"),
    path("hours/", hours.hours, name="hours"),
    path("hours/csv/", hours.hours_csv, name="hours_csv"),
]
