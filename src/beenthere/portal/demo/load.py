"""Load the made-up organizations, whole or not at all, as the loader role."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps

from beenthere.funding.payers.loader import unit_rule
from beenthere.funding.rules.units import Contact, Segment, units_for_day
from beenthere.kernel.ids import uuid7
from beenthere.kernel.text import name_tokens, sort_key
from beenthere.portal.demo import cast
from beenthere.portal.demo.story import Participant, Row, Scale, Story
from beenthere.trust.api import Role
from beenthere.trust.bulk import copy_rows, loading, refresh_statistics
from beenthere.trust.keyring import add_data_key, ensure_root_key
from beenthere.trust.models import AuditEvent, Organization, Program, RoleGrant, Site, User

ZONE = "America/New_York"
RULES = ("demo-midpoint", "demo-floor")
CODE = "H0038"
PAID_KINDS = ("one_to_one", "goal_work", "group", "going_along", "crisis", "planning", "skills", "resources", "advocacy")
PAID_MODES = ("in_person", "video", "phone")
GROUP_MAXIMUM, NOTE_WITHIN = 12, timedelta(hours=72)
USUAL_KINDS = ["one_to_one", "check_in", "goal_work", "going_along", "resources", "group"]
Says = Callable[[str], None]


class OthersAreHere(RuntimeError):
    """An organization that is not synthetic is in this database: no demonstration beside real people."""


def present() -> bool:
    """True when the demonstration is loaded. Raises `OthersAreHere` beside any real organization."""
    real = Organization.objects.filter(synthetic=False).values_list("name", flat=True).first()
    if real is not None:
        raise OthersAreHere(
            "This database holds data of a real organization. The demonstration only runs in a database of its own."
        )
    return Organization.objects.filter(synthetic=True).exists()


def load(*, scale: Scale, seed: int, now: datetime, say: Says) -> None:
    """Both organizations, in one transaction."""
    ensure_root_key()
    with loading():
        _organization(cast.ORGANIZATION, _harbor_light(), scale, seed, now, say)
        _organization(cast.NEIGHBOR, _tidewater(), Scale(people=8, encounters=120), seed + 1, now, say)
    refresh_statistics()


def _harbor_light() -> tuple[cast.Member, ...]:
    return (*cast.SPECIALISTS, *cast.SUPERVISORS, *cast.OTHERS)


def _tidewater() -> tuple[cast.Member, ...]:
    return (
        cast.Member(name="Jo Merriweather", role=Role.SPECIALIST, programs=(0, 1), position="Peer support specialist"),
        cast.Member(name="Cal Prentiss", role=Role.ADMINISTRATOR),
    )


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


def _organization(
    name: str, members: tuple[cast.Member, ...], scale: Scale, seed: int, now: datetime, say: Says
) -> None:
    organization = Organization.objects.create(name=name, time_zone=ZONE, synthetic=True)
    add_data_key(organization.id)
    zone = ZoneInfo(ZONE)
    house = _house(organization, members, scale, now.astimezone(zone).date(), seed)
    story = Story(
        seed=seed, now=now, zone=zone, scale=scale, programs=house.programs, workers=house.workers,
        users=house.users, supervised=house.supervised,
    )  # fmt: skip
    everyone = _people(house, story, say)
    signed = _encounters(house, story, everyone, say)
    _ahead(house, story, everyone)
    _looks(house, story, everyone, signed)
    AuditEvent.objects.create(
        organization=organization, verb="organization.loaded", detail={"people": scale.people, "seed": seed}
    )


def _house(
    organization: Organization, members: tuple[cast.Member, ...], scale: Scale, today: date, seed: int
) -> House:
    sites = [
        Site.objects.create(organization=organization, name=name, address=address)
        for name, address in cast.SITES
    ]
    programs = _programs(organization, sites, today)
    domain = members[0].email.split("@")[1] if organization.name == cast.ORGANIZATION else cast.NEIGHBOR_DOMAIN[1:]
    users = {member: _user(member, domain) for member in members}
    for member, user in users.items():
        _grants(organization, member, user, programs)
    supervisors = [m for m in members if m.role is Role.SUPERVISOR]
    worker_ids: dict[cast.Member, UUID] = {}
    for member in [*supervisors, *(m for m in members if m.role in (Role.SPECIALIST, Role.VOLUNTEER))]:
        above = worker_ids[supervisors[len(worker_ids) % len(supervisors)]] if supervisors and member not in supervisors else None
        worker_ids[member] = _worker(organization, member, users[member], above, today)
    specialists = [m for m in worker_ids if m.role in (Role.SPECIALIST, Role.VOLUNTEER)]
    extra = _extra_workers(organization, programs, scale.workers - len(specialists), domain, today)
    working = [worker_ids[m] for m in specialists]
    signatures = {worker_ids[m]: ", ".join(p for p in (m.name, m.letters, m.position) if p) for m in specialists}
    return House(
        id=organization.id,
        programs=tuple(program.id for program in programs),
        workers=(*working, *extra),
        users={worker_ids[m]: users[m].id for m in specialists} | extra,
        signatures=signatures | {worker: "Peer support specialist" for worker in extra},
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


def _user(member: cast.Member, domain: str) -> User:
    email = f"{member.email.split('@')[0]}@{domain}"
    user = User(email=email, name=member.name)
    user.set_unusable_password()
    user.save()
    return user


def _grants(organization: Organization, member: cast.Member, user: User, programs: list[Program]) -> None:
    for program_id in [programs[index].id for index in member.programs] or [None]:
        RoleGrant.objects.create(organization=organization, user=user, role=member.role, program_id=program_id)


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


def _people(house: House, story: Story, say: Says) -> list[Participant]:
    everyone: list[Participant] = []
    goals: list[Row] = []
    people: list[Row] = []
    for person, participant, their_goals in story.people():
        people.append(person | {"sort_key": sort_key(person["family_name"], person["chosen_name"])[:260]})
        everyone.append(participant)
        goals += their_goals
    contacts = [story.contacts(person) for person in people]
    model = apps.get_model
    copy_rows(model("people", "Person"), house.id, people)
    copy_rows(model("people", "NameToken"), house.id, _tokens(people))
    copy_rows(model("people", "ContactPoint"), house.id, (row for phones, _ in contacts for row in phones))
    copy_rows(model("people", "CrisisContact"), house.id, (row for _, crisis in contacts for row in crisis))
    copy_rows(model("support", "Enrolment"), house.id, (_enrolment(one, story) for one in everyone))
    copy_rows(model("support", "Assignment"), house.id, (_assignment(one, story) for one in everyone))
    copy_rows(model("support", "Goal"), house.id, goals)
    copy_rows(model("consent", "Consent"), house.id, story.consents(everyone))
    say(f"{len(people):,} people")
    return everyone


def _tokens(people: Iterable[Row]) -> Iterator[Row]:
    for person in people:
        names = (person["chosen_name"], person["family_name"], person["legal_given_name"])
        joined = " ".join(name for name in names if name)
        for token in sorted({token for name in (*names, joined) for token in name_tokens(name)}):
            yield {"person_id": person["id"], "token": token[:120]}


def _enrolment(one: Participant, story: Story) -> Row:
    return {
        "id": one.enrolment_id,
        "person_id": one.id,
        "program_id": one.program_id,
        "started_on": one.since,
        "ended_on": one.until,
        "end_reason": "goals_reached" if one.until else "",
        "plan_review_on": None if one.until else one.since + timedelta(days=_next_review(one, story)),
        "created_at": story.moment(one.since, 9),
    }


def _next_review(one: Participant, story: Story) -> int:
    """Every ninety days; a few are overdue."""
    days = (story.today - one.since).days
    return days - days % 90 + (90 if story.chance.random() < 0.85 else 0)


def _assignment(one: Participant, story: Story) -> Row:
    ended = story.moment(one.until, 17) if one.until else None
    return {
        "enrolment_id": one.enrolment_id,
        "worker_id": one.worker_id,
        "began_at": story.moment(one.since, 9),
        "ended_at": ended,
    }


def _encounters(house: House, story: Story, everyone: list[Participant], say: Says) -> list[Row]:
    """The visits, and what followed from those that are signed: units and hours."""
    rows = list(story.encounters(everyone))
    for row in rows:
        if row.get("signed_at"):
            row["signed_as"] = house.signatures[row["worker_id"]]
    copy_rows(apps.get_model("support", "Encounter"), house.id, rows)
    signed = [row for row in rows if row.get("signed_at")]
    copy_rows(apps.get_model("funding", "EncounterUnits"), house.id, _units(house, signed))
    copy_rows(apps.get_model("workforce", "HoursEntry"), house.id, _hours(house, signed))
    say(f"{len(rows):,} encounters, {len(rows) - len(signed):,} of them drafts")
    return signed


def _units(house: House, signed: list[Row]) -> Iterator[Row]:
    rules = {p: unit_rule(key, on=signed[-1]["happened_on"]) for p, key in zip(house.programs, RULES, strict=True)}
    days: dict[tuple[UUID, UUID, date], list[Row]] = {}
    for row in signed:
        if _is_paid(row) and row["worker_id"] not in house.volunteers:
            days.setdefault((row["person_id"], row["program_id"], row["happened_on"]), []).append(row)
    for (person, program, on), visits in days.items():
        counted = units_for_day(rules[program], [_contact(row) for row in visits])
        for part in counted.allotments:
            yield {
                "encounter_id": part.contact_id,
                "person_id": person,
                "program_id": program,
                "rule_key": counted.rule_key,
                "code": CODE,
                "on": on,
                "minutes": part.minutes,
                "units": part.units,
                "dropped_minutes": part.remainder_minutes,
                "capped_units": part.capped_units,
                "group": part.group,
            }


def _is_paid(row: Row) -> bool:
    return (
        row["result"] == "met"
        and row["ends_at"] is not None
        and not row["not_billable"]
        and row["kind"] in PAID_KINDS
        and row["mode"] in PAID_MODES
        and (row["group_size"] or 0) <= GROUP_MAXIMUM
        and row["signed_at"] - row["ends_at"] <= NOTE_WITHIN
    )


def _contact(row: Row) -> Contact:
    segments = (Segment(row["starts_at"], row["ends_at"]),)
    return Contact(id=row["id"], segments=segments, group=row["kind"] == "group")


def _hours(house: House, signed: list[Row]) -> Iterator[Row]:
    for row in signed:
        if row["result"] == "met" and row["ends_at"]:
            yield {
                "worker_id": row["worker_id"],
                "on": row["happened_on"],
                "minutes": (row["ends_at"] - row["starts_at"]) // timedelta(minutes=1),
                "kind": "supervised" if row["worker_id"] in house.supervised else "direct",
                "source_type": "encounter",
                "source_id": row["id"],
                "posted_at": row["signed_at"],
            }


def _ahead(house: House, story: Story, everyone: list[Participant]) -> None:
    visits, follow_ups = story.ahead(everyone)
    copy_rows(apps.get_model("support", "PlannedVisit"), house.id, visits)
    copy_rows(apps.get_model("support", "FollowUp"), house.id, follow_ups)


def _looks(house: House, story: Story, everyone: list[Participant], signed: list[Row]) -> None:
    """An audit of the last month: notes signed, pages opened."""
    chance = random.Random(story.seed)
    since = story.today - timedelta(days=30)
    lately = [row for row in signed if row["happened_on"] >= since]
    copy_rows(AuditEvent, house.id, (event for row in lately for event in _events(row, chance)))


def _events(row: Row, chance: random.Random) -> Iterator[Row]:
    about = {
        "actor_id": row["signed_by_id"],
        "roles": "specialist",
        "subject_id": row["person_id"],
        "purpose": "support",
    }
    opened = row["signed_at"] - timedelta(minutes=chance.randrange(3, 40))
    yield about | {
        "at": opened, "verb": "person.viewed", "object_type": "person", "object_id": row["person_id"],
        "detail": {"page": "person page"},
    }  # fmt: skip
    yield about | {
        "at": row["signed_at"], "verb": "note.signed", "object_type": "encounter", "object_id": row["id"]
    }
