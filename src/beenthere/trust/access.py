"""Roles and permissions, described for the people who grant them. Stored keys are frozen."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    SPECIALIST = "specialist"
    VOLUNTEER = "volunteer"
    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    BILLER = "biller"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class RoleDescription:
    title: str | Promise
    does: str | Promise


ROLE_DESCRIPTIONS: dict[Role, RoleDescription] = {
    Role.SPECIALIST: RoleDescription(
        title=_("Peer support specialist"),
        does=_("Meets people, writes notes with them, sees the people of their programs."),
    ),
    Role.VOLUNTEER: RoleDescription(
        title=_("Volunteer"),
        does=_("Makes calls and keeps short notes for the people assigned to them."),
    ),
    Role.SUPERVISOR: RoleDescription(
        title=_("Peer supervisor"),
        does=_("Stands behind the specialists of a program: assigns people, reads notes, mends entries."),
    ),
    Role.DIRECTOR: RoleDescription(
        title=_("Program director"),
        does=_("Sees how programs are doing: who is served and how soon. Doesn't read notes."),
    ),
    Role.BILLER: RoleDescription(
        title=_("Biller"),
        does=_("Sees dates, minutes, units and what still needs mending. Doesn't read notes."),
    ),
    Role.PRIVACY_OFFICER: RoleDescription(
        title=_("Privacy officer"),
        does=_("Sees who looked at what, and answers people who ask. Doesn't read notes."),
    ),
    Role.ADMINISTRATOR: RoleDescription(
        title=_("Administrator"),
        does=_("Sets up programs, sites, staff and roles. Doesn't see people's records."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Permit:
    roles: frozenset[Role]
    sentence: str | Promise


_permits: dict[str, Permit] = {}


def permit(permission: StrEnum, *roles: Role, sentence: str | Promise) -> None:
    """Say once, beside the permission, who holds it and what it lets them do."""
    if permission.value in _permits:
        raise ValueError(f"permission {permission.value} is declared twice")
    _permits[permission.value] = Permit(roles=frozenset(roles), sentence=sentence)
    roles_with.cache_clear()


@cache
def roles_with(permission: str) -> frozenset[Role]:
    try:
        return _permits[str(permission)].roles
    except KeyError:
        raise LookupError(f"permission {permission} is not declared in any access.py") from None


def permits() -> dict[str, Permit]:
    return dict(_permits)


class May(StrEnum):
    SEE_AUDIT = "trust.see_audit"
    SET_UP = "trust.set_up"
    BE_HERE = "trust.be_here"


permit(
    May.SEE_AUDIT, Role.PRIVACY_OFFICER, Role.SUPERVISOR, sentence=_("See who looked at a person's record.")
)
permit(May.SET_UP, Role.ADMINISTRATOR, sentence=_("Set up programs, sites, staff and roles."))
permit(May.BE_HERE, *Role, sentence=_("Sign in, see the home page, change one's own settings."))
