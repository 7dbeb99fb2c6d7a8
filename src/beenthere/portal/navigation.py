"""Where a person can go, by what their roles open. Nobody is shown a door that stays shut."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from beenthere.certification.api import May as CertificationMay
from beenthere.foundation.addresses import address
from beenthere.funding.api import May as FundingMay
from beenthere.support.api import May as SupportMay
from beenthere.trust.api import Acting
from beenthere.trust.api import May as TrustMay
from beenthere.workforce.api import May as WorkforceMay


@dataclass(frozen=True, kw_only=True)
class Place:
    label: str | Promise
    says: str | Promise
    url_name: str
    icon_name: str
    may: str
    in_bar: bool = True


PLACES: tuple[Place, ...] = (
    Place(
        label=_("Today"), says=_("Whom you meet, which notes are open, whom to call."),
        url_name="home", icon_name="home", may=SupportMay.WRITE_NOTES,
    ),
    Place(
        label=_("People"), says=_("The people of your programs, the longest without contact first."),
        url_name="caseload", icon_name="people", may=SupportMay.SEE_PEOPLE,
    ),
    Place(
        label=_("Write a note"), says=_("One short note. Everything else follows from it."),
        url_name="note_new", icon_name="note", may=SupportMay.WRITE_NOTES,
    ),
    Place(
        label=_("Units"), says=_("What signed notes count for, and what needs someone."),
        url_name="units", icon_name="clock", may=FundingMay.SEE_UNITS,
    ),
    Place(
        label=_("Programs"), says=_("How many people take part, were seen lately, or wait for a specialist."),
        url_name="program_numbers", icon_name="chart", may=SupportMay.SEE_NUMBERS, in_bar=False,
    ),
    Place(
        label=_("My hours"), says=_("Hours that followed from your notes."),
        url_name="hours", icon_name="calendar", may=WorkforceMay.SEE_OWN_HOURS, in_bar=False,
    ),
    Place(
        label=_("Staff"), says=_("Who works here, in which role, with which credential."),
        url_name="staff", icon_name="group", may=WorkforceMay.SEE_STAFF,
    ),
    Place(
        label=_("Payer rules"), says=_("Which rule counts a program's units, and where it comes from."),
        url_name="unit_rules", icon_name="book", may=FundingMay.SET_RULES, in_bar=False,
    ),
    Place(
        label=_("Certification"), says=_("What each state asks for before it certifies a peer."),
        url_name="certification", icon_name="path", may=TrustMay.BE_HERE, in_bar=False,
    ),
    Place(
        label=_("Reports about rules"), says=_("What people say is wrong in the certification rules."),
        url_name="certification_reports", icon_name="alert", may=CertificationMay.CHECK_REPORTS, in_bar=False,
    ),
    Place(
        label=_("Audit"), says=_("What happened here, who did it and when."),
        url_name="audit", icon_name="eye", may=TrustMay.SEE_AUDIT,
    ),
)  # fmt: skip

# The first page of those who give no support: it holds no day.
HOME = Place(
    label=pgettext_lazy("first page", "Home"),
    says="",
    url_name="home",
    icon_name="home",
    may=TrustMay.BE_HERE,
)


@dataclass(frozen=True, kw_only=True)
class Link:
    label: str | Promise
    url: str
    icon_name: str
    current: bool
    says: str | Promise = ""


def links(acting: Acting, path: str) -> list[Link]:
    """The bar at the foot of a phone and the top of a desk: four or five places, the rest under More."""
    open_to = places(acting)
    bar = [_link(place, path) for place in open_to if place.in_bar][:4]
    return [
        *bar,
        Link(label=_("More"), url=address("more"), icon_name="more", current=path == address("more")),
    ]


def places(acting: Acting) -> list[Place]:
    """Home comes first, as Today for those who have one."""
    open_to = [place for place in PLACES if acting.may(place.may)]
    return open_to if acting.may(SupportMay.WRITE_NOTES) else [HOME, *open_to]


def _link(place: Place, path: str) -> Link:
    url = address(place.url_name)
    current = path == url or (url != "/" and path.startswith(url))
    return Link(label=place.label, url=url, icon_name=place.icon_name, current=current, says=place.says)
