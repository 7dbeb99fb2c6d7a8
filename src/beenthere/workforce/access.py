from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role, permit


class May(StrEnum):
    SEE_STAFF = "workforce.see_staff"
    SET_UP_STAFF = "workforce.set_up_staff"
    RECORD_CREDENTIALS = "workforce.record_credentials"
    SEE_OWN_HOURS = "workforce.see_own_hours"


permit(
    May.SEE_STAFF, Role.SUPERVISOR, Role.DIRECTOR, Role.ADMINISTRATOR,
    sentence=_("See who works here, in which role, with which credential."),
)  # fmt: skip
permit(
    May.SET_UP_STAFF, Role.ADMINISTRATOR,
    sentence=_("Add someone to the staff, invite them, change their facts, end their time here."),
)  # fmt: skip
permit(
    May.RECORD_CREDENTIALS, Role.SUPERVISOR, Role.ADMINISTRATOR,
    sentence=_("Write down a credential a colleague holds."),
)  # fmt: skip
permit(
    May.SEE_OWN_HOURS, Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR,
    sentence=_("See, print and download their own hours."),
)  # fmt: skip
