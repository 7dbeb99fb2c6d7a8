"""The made-up organization itself: sites, programs with their rules, staff with their roles."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from django.apps import apps
from django.contrib.auth.hashers import make_password

from beenthere.portal.demo import cast
from beenthere.portal.demo.follows import CODE, GROUP_MAXIMUM, NOTE_WITHIN, PAID_KINDS, PAID_MODES, RULES
from beenthere.portal.demo.personas import DOMAIN
from beenthere.portal.demo.story import Scale
from beenthere.trust.api import Role
from beenthere.trust.models import Organization, Program, RoleGrant, Site, User

USUAL_KINDS = ["one_to_one", "check_in", "goal_work", "going_along", "resources", "group"]


@dataclass(frozen=True, kw_only=True)
class House:
    """What a story needs to know of its organization."""

    id: UUID
    programs: tuple[UUID, ...]
    workers: tuple[UUID, ...]
    users: dict[UUID, UUID]
    signatures: dict[UUID, str]
    supervised: frozenset[UUID]
    volunteers: frozenset[UUID]


def build_house(
    organization: Organization, members: tuple[cast.Member, ...], scale: Scale, today: date, seed: int
) -> House:
    sites = [
        Site.objects.create(organization=organization, name=name, address=address)
        for name, address in cast.SITES
    ]
    programs = _programs(organization, sites, today)
    domain = cast.NEIGHBOR_DOMAIN if organization.name == cast.NEIGHBOR else DOMAIN
    users = {member: _user(member, domain) for member in members}
    for member, user in users.items():
        _grants(organization, member, user, programs)
    supervisors = [m for m in members if m.role is Role.SUPERVISOR]
    worker_ids: dict[cast.Member, UUID] = {}
    for member in [*supervisors, *(m for m in members if m.role in (Role.SPECIALIST, Role.VOLUNTEER))]:
        turn = supervisors[len(worker_ids) % len(supervisors)] if supervisors else member
        above = worker_ids.get(turn) if member not in supervisors else None
        worker_ids[member] = _worker(organization, member, users[member], above, today)
    specialists = [m for m in worker_ids if m.role in (Role.SPECIALIST, Role.VOLUNTEER)]
    extra = _extra_workers(organization, programs, scale.workers - len(specialists), domain, today)
    working = [worker_ids[m] for m in specialists]
    signatures = {worker_ids[m]: m.signature for m in specialists}
    return House(
        id=organization.id,
        programs=tuple(program.id for program in programs),
        workers=(*working, *extra),
        users={worker_ids[m]: users[m].id for m in specialists} | extra,
        signatures=signatures | dict.fromkeys(extra, "Peer support specialist"),
        supervised=frozenset(working if supervisors else ()),
        volunteers=frozenset(worker_ids[m] for m in specialists if m.volunteer),
    )


def _programs(organization: Organization, sites: list[Site], today: date) -> list[Program]:
    common = {"organization": organization, "usual_kinds": USUAL_KINDS}
    harbor = Program.objects.create(
        **common, name="Harbor Street Recovery", site=sites[0], part2=True, warm_line="(555) 555-0142",
        determined_by="Demonstration", determined_on=today - timedelta(days=400),
        determined_why="Made-up: holds itself out as giving referral for substance use",
        funding_tag="State opioid response (made-up award)",
    )  # fmt: skip
    day_room = Program.objects.create(
        **common, name="Open Door Day Room", site=sites[1], part2=False, warm_line="(555) 555-0177",
        funding_tag="County mental health (made-up contract)",
    )  # fmt: skip
    rule = apps.get_model("funding", "ProgramRule")
    for program, key in zip((harbor, day_room), RULES, strict=True):
        rule.objects.create(
            organization=organization, program=program, rule_key=key, code=CODE, paid_kinds=list(PAID_KINDS),
            paid_modes=list(PAID_MODES), group_maximum=GROUP_MAXIMUM,
            note_within_hours=NOTE_WITHIN // timedelta(hours=1),
            effective_from=today - timedelta(days=500),
        )  # fmt: skip
    return [harbor, day_room]


# They have all chosen a password long ago, or the staff page would call them invited. Nobody knows it.
@cache
def _password_of_nobody() -> str:
    return make_password(secrets.token_urlsafe(32))


def _user(member: cast.Member, domain: str) -> User:
    email = f"{member.account}{domain}"
    user = User(email=email, name=member.name)
    user.password = _password_of_nobody()
    user.save()
    return user


def _grants(organization: Organization, member: cast.Member, user: User, programs: list[Program]) -> None:
    everywhere: list[UUID | None] = [None]
    for program_id in [programs[index].id for index in member.programs] or everywhere:
        RoleGrant.objects.create(
            organization=organization, user=user, role=member.role, program_id=program_id
        )


def _worker(
    organization: Organization, member: cast.Member, user: User, above: UUID | None, today: date
) -> UUID:
    worker = apps.get_model("workforce", "Worker").objects.create(
        organization=organization, user=user, name=member.name, shown_as=member.name.split()[0],
        position=member.position, employment="volunteer" if member.volunteer else "staff",
        supervisor_id=above, started_on=today - timedelta(days=900),
    )  # fmt: skip
    if member.letters:
        apps.get_model("workforce", "Certification").objects.create(
            organization=organization, worker=worker, credential="Certified peer specialist (made-up)",
            letters=member.letters, number="DEMO", valid_from=today - timedelta(days=800),
            valid_until=today + timedelta(days=200),
        )  # fmt: skip
    return worker.id


def _extra_workers(
    organization: Organization, programs: list[Program], count: int, domain: str, today: date
) -> dict[UUID, UUID]:
    """Specialists beyond the named ones, for large stories."""
    made = {}
    for number in range(max(count, 0)):
        member = cast.Member(name=f"Specialist {number + 1}", role=Role.SPECIALIST, programs=(0, 1))
        user = _user(member, domain)
        _grants(organization, member, user, programs)
        made[_worker(organization, member, user, None, today)] = user.id
    return made
