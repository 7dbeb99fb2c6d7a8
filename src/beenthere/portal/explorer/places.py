"""States, territories and national bodies: their names, and where each tile stands on the map."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# (row, column): each state one tile, near its neighbours, as newspapers draw it.
TILES: Final[Mapping[str, tuple[int, int]]] = {
    code: (row, column)
    for row, line in enumerate(
        (
            "AK .. .. .. .. .. .. .. .. .. ME",
            ".. .. .. .. .. .. .. .. .. VT NH",
            "WA ID MT ND MN IL WI MI NY RI MA",
            "OR NV WY SD IA IN OH PA NJ CT ..",
            "CA UT CO NE MO KY WV VA MD DE ..",
            ".. AZ NM KS AR TN NC SC DC .. ..",
            ".. .. .. OK LA MS AL GA .. .. ..",
            "HI AS .. TX .. .. .. .. FL .. PR",
        )
    )
    for column, code in enumerate(line.split())
    if code != ".."
}
COLUMNS: Final = 11
ROWS: Final = 8

NAMES: Final[Mapping[str, str | Promise]] = {
    "AK": "Alaska", "AL": "Alabama", "AR": "Arkansas", "AS": _("American Samoa"), "AZ": "Arizona",
    "CA": "California", "CO": "Colorado", "CT": "Connecticut", "DC": _("District of Columbia"),
    "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": _("Hawaii"), "IA": "Iowa", "ICRC": "IC&RC",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "KS": "Kansas", "KY": "Kentucky", "LA": _("Louisiana"),
    "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine", "MHA": "Mental Health America", "MI": "Michigan",
    "MN": "Minnesota", "MO": _("Missouri"), "MS": _("Mississippi"), "MT": "Montana", "NAADAC": "NAADAC",
    "NC": _("North Carolina"), "ND": _("North Dakota"), "NE": "Nebraska", "NH": _("New Hampshire"),
    "NJ": _("New Jersey"), "NM": _("New Mexico"), "NV": "Nevada", "NY": _("New York"), "OH": "Ohio",
    "OK": "Oklahoma", "OR": _("Oregon"), "PA": _("Pennsylvania"), "PR": "Puerto Rico", "RI": "Rhode Island",
    "SAMHSA": "SAMHSA", "SC": _("South Carolina"), "SD": _("South Dakota"), "TN": "Tennessee", "TX": "Texas",
    "UT": "Utah", "VA": "Virginia", "VT": "Vermont", "WA": "Washington", "WI": "Wisconsin",
    "WV": _("West Virginia"), "WY": "Wyoming",
}  # fmt: skip


def place_name(code: str) -> str:
    """A folder that is not named here is shown by its code."""
    return str(NAMES.get(code, code))
