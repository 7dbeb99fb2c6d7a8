from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role, permit


class May(StrEnum):
    WRITE_NOTES = "support.write_notes"
    MEND_NOTES = "support.mend_notes"


permit(
    May.WRITE_NOTES, Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR,
    sentence=_("Write and sign notes, read the notes of people they see."),
)  # fmt: skip
permit(May.MEND_NOTES, Role.SUPERVISOR, sentence=_("Withdraw a note that was entered in error."))
