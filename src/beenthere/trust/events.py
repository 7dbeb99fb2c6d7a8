from django.utils.translation import gettext_lazy as _

from beenthere.trust.audit import event_type

PAGE_VIEWED = event_type("page.viewed", _("{actor} opened {page}"))
PERSON_VIEWED = event_type("person.viewed", _("{actor} opened {page}"))
ACCESS_DENIED = event_type("access.denied", _("{actor} was refused: {page}"))
ORGANIZATION_CREATED = event_type("organization.created", _("The organization was set up"))
ORGANIZATION_LOADED = event_type("organization.loaded", _("{actor} loaded synthetic data"))
SITE_ADDED = event_type("site.added", _("{actor} added a site"))
PROGRAM_ADDED = event_type("program.added", _("{actor} added a program"))
ROLE_GRANTED = event_type("role.granted", _("{actor} gave a role"))
ROLE_WITHDRAWN = event_type("role.withdrawn", _("{actor} took back a role"))
KEY_ROTATED = event_type("key.rotated", _("{actor} changed the encryption key"))
SIGNED_IN = event_type("session.signed_in", _("{actor} signed in"))
SIGN_IN_REFUSED = event_type("session.refused", _("A sign-in was refused"))
SESSION_LOCKED = event_type("session.locked", _("{actor}'s screen locked itself"))
SESSION_UNLOCKED = event_type("session.unlocked", _("{actor} unlocked the screen"))
