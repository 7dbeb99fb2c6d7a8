"""Load the made-up organizations, whole or not at all, as the loader role."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.apps import apps

from beenthere.kernel.text import name_tokens, sort_key
from beenthere.portal.demo import cast, follows
from beenthere.portal.demo.house import House, build_house
from beenthere.portal.demo.judged import Judge
from beenthere.portal.demo.story import Participant, Row, Scale, Story
from beenthere.trust.bulk import copy_rows, loading, refresh_statistics
from beenthere.trust.keyring import add_data_key, ensure_root_key
from beenthere.trust.models import AuditEvent, Organization

ZONE = "America/New_York"
BATCH, REPORT_EVERY = 20_000, 100_000
Says = Callable[[str], None]


class OthersAreHere(RuntimeError):
    """An organization that is not synthetic is in this database: no demonstration beside real people."""


def present() -> bool:
    """True when the demonstration is loaded. Raises `OthersAreHere` beside any real organization."""
    real = Organization.objects.filter(synthetic=False).values_list("name", flat=True).first()
    if real is not None:
        raise OthersAreHere(
            "This database holds data of a real organization."
            " The demonstration only runs in a database of its own."
        )
    return Organization.objects.filter(synthetic=True).exists()


def load(*, scale: Scale, seed: int, now: datetime, say: Says) -> None:
    """Both organizations, in one transaction."""
    ensure_root_key()
    with loading():
        _organization(cast.ORGANIZATION, cast.HARBOR_LIGHT, scale, seed, now, say)
        _organization(cast.NEIGHBOR, cast.TIDEWATER, Scale(people=8, encounters=120), seed + 1, now, say)
    refresh_statistics()


def _organization(
    name: str, members: tuple[cast.Member, ...], scale: Scale, seed: int, now: datetime, say: Says
) -> None:
    organization = Organization.objects.create(name=name, time_zone=ZONE, synthetic=True)
    add_data_key(organization.id)
    zone = ZoneInfo(ZONE)
    house = build_house(organization, members, scale, now.astimezone(zone).date(), seed)
    story = Story(
        seed=seed, now=now, zone=zone, scale=scale, programs=house.programs, workers=house.workers,
        users=house.users, supervised=house.supervised,
    )  # fmt: skip
    everyone, enrolments = _people(house, story, say)
    _encounters(house, story, everyone, say)
    # After the visits: the database looks up each one's last contact once, and not anew at every visit.
    copy_rows(apps.get_model("support", "Enrolment"), house.id, enrolments)
    assignments = (_assignment(one, story) for one in everyone)
    copy_rows(apps.get_model("support", "Assignment"), house.id, assignments)
    _ahead(house, story, everyone)
    AuditEvent.objects.create(
        organization=organization, verb="organization.loaded", detail={"people": scale.people, "seed": seed}
    )


def _people(house: House, story: Story, say: Says) -> tuple[list[Participant], list[Row]]:
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
    enrolments = [_enrolment(one, story) for one in everyone]
    copy_rows(model("support", "Goal"), house.id, goals)
    copy_rows(model("consent", "Consent"), house.id, story.consents(everyone))
    say(f"{len(people):,} people")
    return everyone, enrolments


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


def _encounters(house: House, story: Story, everyone: list[Participant], say: Says) -> None:
    """The visits, day after day in batches, each batch with what followed from its signed notes."""
    chance, since = random.Random(story.seed), story.today - timedelta(days=30)
    count = drafts = 0
    judge = Judge(house)
    for batch in _whole_days(story.encounters(everyone)):
        signed = [row for row in batch if row.get("signed_at")]
        for row in signed:
            row["signed_as"] = house.signatures[row["worker_id"]]
        copy_rows(apps.get_model("support", "Encounter"), house.id, batch)
        units = list(follows.units(house.programs, house.volunteers, signed))
        judged, overlaps = judge.rows(signed, units)
        copy_rows(apps.get_model("funding", "EncounterUnits"), house.id, units)
        copy_rows(apps.get_model("funding", "JudgedNote"), house.id, judged)
        copy_rows(apps.get_model("funding", "NoteOverlap"), house.id, overlaps)
        copy_rows(
            apps.get_model("workforce", "HoursEntry"), house.id, follows.hours(house.supervised, signed)
        )
        lately = [row for row in signed if row["happened_on"] >= since]
        copy_rows(AuditEvent, house.id, follows.audit(lately, chance))
        count, drafts = count + len(batch), drafts + len(batch) - len(signed)
        if count % REPORT_EVERY < len(batch):
            say(f"{count:,} encounters so far")
    judge.all_done()
    say(f"{count:,} encounters, {drafts:,} of them drafts")


def _whole_days(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Batches that never part a day: units of a day are counted together."""
    batch: list[Row] = []
    for row in rows:
        if len(batch) >= BATCH and row["happened_on"] != batch[-1]["happened_on"]:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _ahead(house: House, story: Story, everyone: list[Participant]) -> None:
    visits, follow_ups = story.ahead(everyone)
    copy_rows(apps.get_model("support", "PlannedVisit"), house.id, visits)
    copy_rows(apps.get_model("support", "FollowUp"), house.id, follow_ups)
