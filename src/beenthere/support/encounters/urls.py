from django.urls import path

from beenthere.support.encounters.views import read, write

urlpatterns = [
    path("notes/new/", write.new, name="note_new"),
    path("notes/drafts/", read.drafts, name="note_drafts"),
    path("notes/<uuid:id>/", read.read, name="note"),
    path("notes/<uuid:id>/write/", write.write, name="note_write"),
    path("notes/<uuid:id>/draft/", write.autosave, name="note_draft"),
    path("notes/<uuid:id>/discard/", write.discard, name="note_discard"),
    path("notes/<uuid:id>/add/", read.add, name="note_addendum"),
    path("notes/<uuid:id>/withdraw/", read.withdraw, name="note_withdraw"),
    path("notes/<uuid:id>/move/", read.move, name="note_move"),
]
