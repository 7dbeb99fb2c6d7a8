from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role, permit


class May(StrEnum):
    SEE_UNITS = "funding.see_units"
    SET_RULES = "funding.set_rules"


permit(
    May.SEE_UNITS, Role.BILLER, Role.SUPERVISOR, Role.DIRECTOR,
    sentence=_("See what signed notes count for, and what still needs someone."),
)  # fmt: skip
permit(
    May.SET_RULES, Role.BILLER, Role.ADMINISTRATOR,
    sentence=_("Set which payer's rule counts a program's units."),
)  # fmt: skip
