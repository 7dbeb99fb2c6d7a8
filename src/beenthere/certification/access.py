from django.utils.translation import gettext_lazy as _

from beenthere.certification.may import May
from beenthere.trust.api import Role, permit

permit(
    May.CHECK_REPORTS, Role.ADMINISTRATOR,
    sentence=_("Read what people say is wrong in the certification rules, and answer it."),
)  # fmt: skip
