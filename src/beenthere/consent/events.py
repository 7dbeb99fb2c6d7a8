from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

CONSENT_DRAFTED = event_type("consent.drafted", _("{actor} began a consent"))
CONSENT_CHANGED = event_type("consent.changed", _("{actor} changed a consent that was not active yet"))
CONSENT_ACTIVATED = event_type("consent.activated", _("{actor} recorded a consent"))
CONSENT_REVOKED = event_type("consent.revoked", _("{actor} recorded that the consent was taken back"))
