from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

NOTE_BEGUN = event_type("note.begun", _("{actor} began a note"))
NOTE_SIGNED = event_type("note.signed", _("{actor} signed the note"))
NOTE_ADDED_TO = event_type("note.added_to", _("{actor} added words to the note"))
NOTE_WITHDRAWN = event_type("note.withdrawn", _("{actor} withdrew the note as entered in error"))
NOTE_MOVED = event_type("note.moved", _("{actor} began this note from one that was withdrawn"))
NOTE_DISCARDED = event_type("note.discarded", _("{actor} threw a draft away"))
