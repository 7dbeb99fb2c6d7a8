from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role, permit


class May(StrEnum):
    SEE_CONTACT = "people.see_contact"
    CHANGE_CONTACT = "people.change_contact"


permit(
    May.SEE_CONTACT, Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR,
    sentence=_("See how to reach the people they see, and what each said about being reached."),
)  # fmt: skip
permit(
    May.CHANGE_CONTACT, Role.SPECIALIST, Role.SUPERVISOR,
    sentence=_("Change names, phone numbers, safe ways to reach a person, and crisis contacts."),
)  # fmt: skip
