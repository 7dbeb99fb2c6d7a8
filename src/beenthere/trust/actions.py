"""Setting up: organizations, programs, who holds which role."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from beenthere.kernel.ids import uuid7
from beenthere.trust import events
from beenthere.trust.access import May, Role
from beenthere.trust.acting import Acting, acting
from beenthere.trust.audit import EventType, record
from beenthere.trust.keyring import add_data_key, ensure_root_key
from beenthere.trust.ledger import action
from beenthere.trust.models import Organization, Program, RoleGrant, Site, User
from beenthere.trust.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class ProgramFields:
    """What is said about a new program. `determined_*`: who found whether part 2 governs it, when and why."""

    name: str
    site_id: UUID | None = None
    part2: bool = False
    determined_by: str = ""
    determined_on: date | None = None
    determined_why: str = ""
    funding_tag: str = ""
    warm_line: str = ""
    narrative: str = Program.NarrativeMode.STANDARD
    dictation_hint: bool = True
    usual_kinds: Sequence[str] = field(default=())


def create_organization(
    *,
    name: str,
    time_zone: str = "America/New_York",
    synthetic: bool = False,
    administrator_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> UUID:
    """Set up an organization with its encryption key and, where one is named, its first administrator.

    For commands: nobody can act for an organization that is not there yet. Returns its id.
    """
    ensure_root_key()
    founder = Acting(
        organization_id=organization_id or uuid7(), user_id=None, grants=frozenset(), purpose="set-up"
    )
    with acting(founder):
        _found(
            acting=founder,
            name=name,
            time_zone=time_zone,
            synthetic=synthetic,
            administrator_id=administrator_id,
        )
    return founder.organization_id


@action
def _found(
    *, acting: Acting, name: str, time_zone: str, synthetic: bool, administrator_id: UUID | None
) -> None:
    id_ = acting.organization_id
    Organization.objects.create(id=id_, name=name, time_zone=time_zone, synthetic=synthetic)
    add_data_key(id_)
    if administrator_id:
        RoleGrant.objects.create(organization_id=id_, user_id=administrator_id, role=Role.ADMINISTRATOR)
    record(
        acting,
        events.ORGANIZATION_CREATED,
        object_type="organization",
        object_id=id_,
        detail={"administrator": str(administrator_id or "")},
    )


@action
def add_site(*, acting: Acting, name: str, address: str = "", phone: str = "") -> UUID:
    _authorise(acting)
    site = Site.objects.create(
        organization_id=acting.organization_id, name=name, address=address, phone=phone
    )
    record(acting, events.SITE_ADDED, object_type="site", object_id=site.id)
    return site.id


@action
def add_program(*, acting: Acting, fields: ProgramFields) -> UUID:
    """Refused when part 2 is said to govern it and nobody says who determined that, when and why."""
    _authorise(acting)
    determined = fields.determined_by and fields.determined_on and fields.determined_why
    if fields.part2 and not determined:
        raise Refused(_("Say who decided that Part 2 covers this program, when, and why."))
    values = {**vars(fields), "usual_kinds": list(fields.usual_kinds)}
    program = Program.objects.create(organization_id=acting.organization_id, **values)
    record(
        acting,
        events.PROGRAM_ADDED,
        object_type="program",
        object_id=program.id,
        detail={"part2": fields.part2},
    )
    return program.id


@action
def grant_role(*, acting: Acting, user_id: UUID, role: Role, program_id: UUID | None = None) -> None:
    """Give a role, in one program or in the whole organization. It counts from the user's next request."""
    _authorise(acting)
    if not User.objects.filter(id=user_id, is_active=True).exists():
        raise Refused(_("There is no such account."))
    if program_id and not Program.objects.filter(id=program_id).exists():
        raise Refused(_("There is no such program here."))
    grant, made = RoleGrant.objects.get_or_create(
        organization_id=acting.organization_id, user_id=user_id, role=Role(role), program_id=program_id
    )
    if not made:
        raise Refused(_("They already have this role."))
    _record_grant(acting, events.ROLE_GRANTED, grant)


@action
def withdraw_role(*, acting: Acting, user_id: UUID, role: Role, program_id: UUID | None = None) -> None:
    """Take a role back. The last administrator stays: without one nobody could set anything up again."""
    _authorise(acting)
    grants = list(
        RoleGrant.objects.select_for_update().filter(organization_id=acting.organization_id, role=Role(role))
    )
    grant = next((g for g in grants if (g.user_id, g.program_id) == (user_id, program_id)), None)
    if grant is None:
        raise Refused(_("They don't have this role."))
    if role == Role.ADMINISTRATOR and len(grants) == 1:
        raise Refused(_("This is the last administrator. Give the role to someone else first."))
    _record_grant(acting, events.ROLE_WITHDRAWN, grant)
    grant.delete()


def _authorise(acting: Acting) -> None:
    # Of the whole organization: whoever sets up one program would give themselves a role in all of them.
    if acting.programs(May.SET_UP) is not None:
        raise Refused(_("Only an administrator can do this."))


def _record_grant(acting: Acting, event: EventType, grant: RoleGrant) -> None:
    record(
        acting,
        event,
        object_type="user",
        object_id=grant.user_id,
        detail={"role": grant.role, "program": str(grant.program_id or "")},
    )
