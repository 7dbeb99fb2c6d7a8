from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

SECOND_STEP_ADDED = event_type("account.second_step_added", _("{actor} added a second step to sign in"))
SECOND_STEP_REMOVED = event_type("account.second_step_removed", _("{actor} removed a second step"))
RECOVERY_CODES_MADE = event_type("account.recovery_codes_made", _("{actor} made new recovery codes"))
PASSWORD_CHANGED = event_type("account.password_changed", _("{actor} changed the password"))
SESSIONS_ENDED = event_type("session.ended", _("{actor} signed out other devices"))
