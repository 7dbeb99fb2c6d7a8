from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

PERSON_CHANGED = event_type("person.changed", _("{actor} changed the name or details"))
SAFE_CONTACT_CHANGED = event_type(
    "person.safe_contact_changed", _("{actor} changed the safe ways to reach them")
)
CONTACT_ADDED = event_type("contact.added", _("{actor} added a way to reach them"))
CONTACT_CHANGED = event_type("contact.changed", _("{actor} changed a way to reach them"))
CONTACT_ENDED = event_type("contact.ended", _("{actor} removed a way to reach them"))
CRISIS_CONTACT_ADDED = event_type("crisis_contact.added", _("{actor} added a crisis contact"))
CRISIS_CONTACT_CHANGED = event_type("crisis_contact.changed", _("{actor} changed a crisis contact"))
CRISIS_CONTACT_ENDED = event_type("crisis_contact.ended", _("{actor} removed a crisis contact"))
