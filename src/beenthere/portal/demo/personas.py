"""The people one can be in the demonstration. Synthetic, every one of them."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import Role

DOMAIN: Final = "@harborlight.example"


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One of them: whom a visitor may sign in as, and what is worth a look as that person."""

    key: str
    email: str
    name: str
    role: Role
    look_at: str | Promise


PERSONAS: Final[tuple[Persona, ...]] = (
    Persona(
        key="specialist",
        email="ana.ruiz" + DOMAIN,
        name="Ana Ruiz",
        role=Role.SPECIALIST,
        look_at=_("Her day: the people she meets with, and a note written in a minute."),
    ),
    Persona(
        key="volunteer",
        email="walt.pierce" + DOMAIN,
        name="Walt Pierce",
        role=Role.VOLUNTEER,
        look_at=_("Only the people he calls. Everybody else is not there for him."),
    ),
    Persona(
        key="supervisor",
        email="denise.okafor" + DOMAIN,
        name="Denise Okafor",
        role=Role.SUPERVISOR,
        look_at=_("Who is waiting for a first visit, and who works with whom."),
    ),
    Persona(
        key="director",
        email="marguerite.hale" + DOMAIN,
        name="Marguerite Hale",
        role=Role.DIRECTOR,
        look_at=_("How both programs are doing, in numbers and without a single name."),
    ),
    Persona(
        key="biller",
        email="grace.lindqvist" + DOMAIN,
        name="Grace Lindqvist",
        role=Role.BILLER,
        look_at=_("Minutes became units; what still needs mending, and not one word of a note."),
    ),
    Persona(
        key="privacy",
        email="samuel.brandt" + DOMAIN,
        name="Samuel Brandt",
        role=Role.PRIVACY_OFFICER,
        look_at=_("Who looked at whose record, when, and why."),
    ),
    Persona(
        key="administrator",
        email="odette.fournier" + DOMAIN,
        name="Odette Fournier",
        role=Role.ADMINISTRATOR,
        look_at=_("Staff, roles and payer rules. No participant shows up here."),
    ),
)
