"""Who works at the made-up organizations, in which programs and roles."""

from dataclasses import dataclass
from typing import Final

from beenthere.trust.api import Role

ORGANIZATION: Final = "Harbor Light Recovery Community"
NEIGHBOR: Final = "Tidewater Peer Alliance"
NEIGHBOR_DOMAIN: Final = "@tidewater.example"

SITES: Final = (
    ("Harbor Street Center", "12 Harbor Street"),
    ("Northside Room", "480 North Avenue"),
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """Someone on staff. `programs` are indexes of the two programs; none means the whole organization."""

    name: str
    role: Role
    programs: tuple[int, ...] = ()
    position: str = ""
    letters: str = "CPS"
    volunteer: bool = False

    @property
    def account(self) -> str:
        """What stands before the @ of their email."""
        return self.name.lower().replace("'", "").replace(" ", ".")

    @property
    def signature(self) -> str:
        return ", ".join(part for part in (self.name, self.letters, self.position) if part)


_BOTH: Final = (0, 1)
_POSITION: Final = "Peer support specialist"

SUPERVISORS: Final = (
    Member(name="Denise Okafor", role=Role.SUPERVISOR, programs=(0,), position="Peer supervisor"),
    Member(name="Miguel Santos", role=Role.SUPERVISOR, programs=(1,), position="Peer supervisor"),
    Member(name="Ruth Abernathy", role=Role.SUPERVISOR, programs=_BOTH, position="Peer supervisor"),
)

SPECIALISTS: Final = (
    Member(name="Ana Ruiz", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Terrence Boyd", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Keiko Tanner", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Luis Ocampo", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Shauna Whitfield", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Bao Nguyen", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION, letters=""),
    Member(name="Carmen Delgado", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Josiah Reed", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Priya Raman", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Dale Hutchins", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Imani Cole", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Rosalie Kern", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(
        name="Walt Pierce", role=Role.VOLUNTEER, programs=_BOTH, position="Volunteer", letters="",
        volunteer=True,
    ),
)  # fmt: skip

OTHERS: Final = (
    Member(name="Marguerite Hale", role=Role.DIRECTOR),
    Member(name="Grace Lindqvist", role=Role.BILLER),
    Member(name="Samuel Brandt", role=Role.PRIVACY_OFFICER),
    Member(name="Odette Fournier", role=Role.ADMINISTRATOR),
)

HARBOR_LIGHT: Final = (*SPECIALISTS, *SUPERVISORS, *OTHERS)
TIDEWATER: Final = (
    Member(name="Jo Merriweather", role=Role.SPECIALIST, programs=_BOTH, position=_POSITION),
    Member(name="Cal Prentiss", role=Role.ADMINISTRATOR),
)
