from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role, permit


class May(StrEnum):
    SEE_PEOPLE = "support.see_people"
    ADD_PEOPLE = "support.add_people"
    ASSIGN = "support.assign"
    DISCHARGE = "support.discharge"
    WORK_ON_GOALS = "support.work_on_goals"
    PLAN_VISITS = "support.plan_visits"
    SEE_NUMBERS = "support.see_numbers"
    SEE_WHO_LOOKED = "support.see_who_looked"
    WRITE_NOTES = "support.write_notes"
    MEND_NOTES = "support.mend_notes"


permit(
    May.WRITE_NOTES, Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR,
    sentence=_("Write and sign notes, read the notes of people they see."),
)  # fmt: skip
permit(May.MEND_NOTES, Role.SUPERVISOR, sentence=_("Withdraw a note that was entered in error."))

permit(
    May.SEE_PEOPLE, Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR, Role.BILLER, Role.PRIVACY_OFFICER,
    sentence=_("See the people of their programs as far as the role goes; volunteers, only their own."),
)  # fmt: skip
permit(
    May.SEE_NUMBERS, Role.DIRECTOR, Role.SUPERVISOR,
    sentence=_("See how many people the programs serve and how soon, without names."),
)  # fmt: skip
permit(
    May.ADD_PEOPLE, Role.SPECIALIST, Role.SUPERVISOR,
    sentence=_("Add a person and enroll them in a program; find those who took part before."),
)  # fmt: skip
permit(May.ASSIGN, Role.SUPERVISOR, sentence=_("Decide which specialist a person works with."))
permit(
    May.DISCHARGE, Role.SPECIALIST, Role.SUPERVISOR, sentence=_("End a person's time in a program."),
)  # fmt: skip
permit(
    May.WORK_ON_GOALS, Role.SPECIALIST, Role.SUPERVISOR,
    sentence=_("Write down a person's goals in the person's words; mark them reached or set aside."),
)  # fmt: skip
permit(
    May.PLAN_VISITS, Role.SPECIALIST, Role.VOLUNTEER, Role.SUPERVISOR,
    sentence=_("Plan visits and calls, record calls, tick off next steps."),
)  # fmt: skip
permit(
    May.SEE_WHO_LOOKED, Role.SPECIALIST, Role.SUPERVISOR, Role.PRIVACY_OFFICER,
    sentence=_("See who looked at the record of a person they see."),
)  # fmt: skip
