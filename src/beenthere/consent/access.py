from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role, permit


class May(StrEnum):
    SEE_CONSENTS = "consent.see_consents"
    RECORD_CONSENTS = "consent.record_consents"


permit(
    May.SEE_CONSENTS, Role.SPECIALIST, Role.SUPERVISOR, Role.PRIVACY_OFFICER,
    sentence=_("See what a person allowed their program to share, and print it."),
)  # fmt: skip
permit(
    May.RECORD_CONSENTS, Role.SPECIALIST, Role.SUPERVISOR,
    sentence=_("Write down a person's consent, or that they took it back."),
)  # fmt: skip
