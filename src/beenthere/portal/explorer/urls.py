from django.urls import path

from beenthere.portal.explorer.views import files, pages, wizards

urlpatterns = [
    path("certification/", pages.atlas, name="certification"),
    path("certification/in/<slug:code>/", pages.state, name="certification_state"),
    path("certification/compare/", pages.compare, name="certification_compare"),
    path("certification/need/", wizards.choose, name="certification_choose"),
    path("certification/need/<slug:code>/<slug:slug>/", wizards.need, name="certification_need"),
    path("certification/moving/", wizards.moving, name="certification_moving"),
    path("certification/data.csv", files.data_csv, name="certification_csv"),
    path("certification/data.json", files.data_json, name="certification_json"),
]
