"""A made-up year of a made-up organization, from a seed, in days before and after today.

Pure: numbers and words in, rows out. The same seed and the same moment give the same story.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from beenthere.portal.demo import words
from beenthere.portal.demo.names import FAMILY, GIVEN, PRONOUNS

Row = dict[str, Any]

PEOPLE_PER_WORKER = 20
KINDS = {
    "one_to_one": 34, "check_in": 17, "goal_work": 14, "group": 8, "going_along": 6, "resources": 7,
    "crisis": 2, "outreach": 3, "planning": 4, "skills": 3, "advocacy": 1, "celebration": 1,
}  # fmt: skip
MINUTES = {"check_in": (5, 8, 10, 12, 15), "group": (60, 75, 90), "going_along": (60, 85, 110)}
USUAL_MINUTES = (22, 25, 30, 30, 35, 40, 45, 47, 50, 53, 60)
PLACES = (
    "center",
    "center",
    "center",
    "home",
    "community",
    "community",
    "phone",
    "phone",
    "video",
    "hospital",
)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large a story: people and, over the year, encounters."""

    people: int = 240
    encounters: int = 9_000

    @property
    def workers(self) -> int:
        return max(self.people // PEOPLE_PER_WORKER, 1)


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Someone with the program and the specialist they have now."""

    id: UUID
    name: str
    program_id: UUID
    worker_id: UUID
    enrolment_id: UUID
    since: date
    until: date | None
    goals: tuple[UUID, ...]


@dataclass
class Ids:
    """UUIDv7s from the story's own chance, so that the same seed gives the same ids."""

    chance: random.Random
    clock_ms: int
    count: int = 0

    def at(self, moment: datetime) -> UUID:
        self.count += 1
        value = (int(moment.timestamp() * 1000) << 80) | (7 << 76)
        value |= (self.chance.getrandbits(12) << 64) | (2 << 62) | self.chance.getrandbits(62)
        return UUID(int=value)


@dataclass
class Story:
    """Rows by table, made one part at a time."""

    seed: int
    now: datetime
    zone: ZoneInfo
    scale: Scale
    programs: tuple[UUID, ...]
    workers: tuple[UUID, ...]
    users: dict[UUID, UUID]
    supervised: frozenset[UUID]
    chance: random.Random = field(init=False)
    ids: Ids = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.ids = Ids(self.chance, 0)
        self.today = self.now.astimezone(self.zone).date()

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    # -- people

    def people(self) -> Iterator[tuple[Row, Participant, list[Row]]]:
        """A person row, their place in the organization, and their goals."""
        for number in range(self.scale.people):
            yield self._person(number)

    def _person(self, number: int) -> tuple[Row, Participant, list[Row]]:
        chance = self.chance
        since = self.today - timedelta(days=chance.randrange(10, 700))
        added = self.moment(since, 9, chance.randrange(60))
        person_id = self.ids.at(added)
        worker = self.workers[number % len(self.workers)]
        program = self.programs[0 if (number // len(self.workers)) % 5 < 3 else 1]
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        ended = self.today - timedelta(days=chance.randrange(5, 90)) if chance.random() < 0.06 else None
        until = ended if ended and ended > since + timedelta(days=20) else None
        wants = chance.sample(words.GOALS, chance.choice((1, 1, 2, 2, 3)))
        goals = [self._goal(person_id, program, since, place, want) for place, want in enumerate(wants)]
        person = {
            "id": person_id,
            "chosen_name": given,
            "family_name": family,
            "legal_given_name": chance.choice(GIVEN) if chance.random() < 0.06 else "",
            "pronouns": chance.choice(PRONOUNS),
            "birth_date": self.today - timedelta(days=chance.randrange(19 * 365, 72 * 365)),
            "language": "es" if chance.random() < 0.14 else "en",
            "safe_contact": chance.choice(words.SAFE) if chance.random() < 0.4 else None,
            "created_at": added,
        }
        participant = Participant(
            id=person_id, name=f"{given} {family}", program_id=program, worker_id=worker,
            enrolment_id=self.ids.at(added), since=since, until=until,
            goals=tuple(goal["id"] for goal in goals),
        )  # fmt: skip
        return person, participant, goals

    def _goal(self, person_id: UUID, program: UUID, since: date, place: int, want: tuple[str, str]) -> Row:
        domain, said = want
        begun = min(since + timedelta(days=self.chance.randrange(30)), self.today)
        return {
            "id": self.ids.at(self.moment(begun, 10)),
            "person_id": person_id,
            "program_id": program,
            "words": said,
            "domain": domain,
            "place_in_list": place,
            "begun_on": begun,
            "reached_on": self.today - timedelta(days=20)
            if place == 2 and begun < self.today - timedelta(days=40)
            else None,
            "created_at": self.moment(begun, 10),
        }

    def contacts(self, person: Row) -> tuple[list[Row], list[Row]]:
        """Phone numbers (555-01xx, never in use) and, for most, somebody to call in a crisis."""
        chance = self.chance
        phones = [
            {
                "person_id": person["id"],
                "kind": "phone",
                "value": self._phone(),
                "may_call": chance.random() < 0.9,
                "may_text": chance.random() < 0.7,
                "may_leave_message": chance.random() < 0.3,
                "quiet_from": time(20, 0) if chance.random() < 0.3 else None,
                "quiet_until": time(9, 0) if chance.random() < 0.3 else None,
                "created_at": person["created_at"],
            }
            for _ in range(1 if chance.random() < 0.93 else 0)
        ]
        crisis = [
            {
                "person_id": person["id"],
                "name": chance.choice(GIVEN),
                "relation": chance.choice(words.RELATIONS),
                "phone": self._phone(),
                "created_at": person["created_at"],
            }
            for _ in range(1 if chance.random() < 0.65 else 0)
        ]
        return phones, crisis

    def consents(self, everyone: list[Participant]) -> Iterator[Row]:
        """For most in the program under Part 2: treatment, payment and operations; some to the other team."""
        for one in everyone:
            if one.program_id != self.programs[0]:
                continue
            if self.chance.random() < 0.75:
                yield self._consent(one, "tpo")
            if self.chance.random() < 0.10:
                yield self._consent(one, "specific")

    def _consent(self, one: Participant, kind: str) -> Row:
        user, signed = self.users[one.worker_id], self.moment(one.since, 10, 30)
        ends = self.today + timedelta(days=self.chance.choice((12, 90, 200, 300)))
        row = {
            "person_id": one.id,
            "kind": kind,
            "from_program_id": one.program_id,
            "to_program_id": self.programs[1] if kind == "specific" else None,
            "to_whom": "" if kind == "specific" else words.TPO_RECIPIENTS,
            "segments": ["taking_part", "goals"] if kind == "specific" else ["taking_part", "visits"],
            "purpose": "So that both teams know my goals" if kind == "specific" else words.TPO_PURPOSE,
            "expires_on": ends if kind == "specific" else None,
            "no_expiry": kind == "tpo",
            "revocation_words": words.REVOCATION,
            "redisclosure_words": words.REDISCLOSURE,
            "signature": "screen",
            "signed_name": one.name,
            "signed_on": one.since,
            "created_at": signed,
            "created_by_id": user,
            "activated_at": signed,
            "activated_by_id": user,
        }
        revoked = self.chance.random() < 0.06
        if revoked:
            row |= {"revoked_at": self.now - timedelta(days=9), "revoked_by_id": user,
                    "revoked_on": self.today - timedelta(days=9)}  # fmt: skip
        return row

    def _phone(self) -> str:
        return f"({self.chance.choice((201, 315, 502, 614, 919))}) 555-01{self.chance.randrange(100):02d}"

    # -- encounters

    def encounters(self, everyone: list[Participant]) -> Iterator[Row]:
        """A year of visits. About one in a hundred overlaps another, and the last days hold open drafts."""
        by_worker: dict[UUID, list[Participant]] = {}
        for one in everyone:
            by_worker.setdefault(one.worker_id, []).append(one)
        days = [self.today - timedelta(days=back) for back in range(364, 0, -1)]
        working = [day for day in days if day.weekday() < 5 or self.chance.random() < 0.12]
        per_day = self.scale.encounters / (len(working) * len(by_worker))
        for day in working:
            for worker, people in by_worker.items():
                yield from self._day(day, worker, people, per_day)

    def _day(self, day: date, worker: UUID, people: list[Participant], per_day: float) -> Iterator[Row]:
        chance = self.chance
        count = int(per_day) + (chance.random() < per_day % 1)
        here = [
            one for one in chance.sample(people, min(count * 2, len(people))) if self._takes_part(one, day)
        ]
        at = self.moment(day, 9) + timedelta(minutes=chance.randrange(0, 40))
        for one in here[:count]:
            row = self._encounter(one, at)
            yield row
            gap = -12 if chance.random() < 0.012 else chance.randrange(5, 50)
            at = (row["ends_at"] or at + timedelta(minutes=30)) + timedelta(minutes=gap)

    def _takes_part(self, one: Participant, day: date) -> bool:
        return one.since <= day and (one.until is None or day <= one.until)

    def _encounter(self, one: Participant, starts: datetime) -> Row:
        chance = self.chance
        kind = chance.choices(tuple(KINDS), tuple(KINDS.values()))[0]
        result = chance.choices(("met", "no_show", "no_answer", "left_message"), (88, 6, 4, 2))[0]
        place = "phone" if result in ("no_answer", "left_message") else chance.choice(PLACES)
        minutes = chance.choice(MINUTES.get(kind, USUAL_MINUTES)) if result == "met" else 0
        ends = starts + timedelta(minutes=minutes)
        clock_missing = chance.random() < 0.01
        next_kind = chance.choice(("", "", "call", "meet", "do")) if result == "met" else ""
        row = {
            "id": self.ids.at(ends),
            "person_id": one.id,
            "program_id": one.program_id,
            "worker_id": one.worker_id,
            "kind": kind,
            "result": result,
            "mode": {"phone": "phone", "video": "video"}.get(place, "in_person"),
            "place": place,
            "happened_on": starts.date(),
            "starts_at": starts,
            "ends_at": None if clock_missing or result != "met" else ends,
            "goal_id": chance.choice(one.goals) if result == "met" and chance.random() < 0.6 else None,
            "group_size": chance.randrange(4, 13) if kind == "group" else None,
            "what_we_did": chance.choice(words.DID[kind])
            if result == "met" and chance.random() < 0.85
            else None,
            "response": chance.choice(words.RESPONSE) or None if result == "met" else None,
            "next_kind": next_kind,
            "next_step": chance.choice(words.NEXT[next_kind]) if next_kind else None,
            "next_step_on": starts.date() + timedelta(days=chance.randrange(2, 12)) if next_kind else None,
            "written_together": chance.random() < 0.4,
            "not_billable": chance.random() < 0.03,
            "content_hash": "",
            "created_at": ends + timedelta(minutes=3),
            "saved_at": ends + timedelta(minutes=3),
        }
        return row | self._signature(one, ends)

    def _signature(self, one: Participant, ends: datetime) -> Row:
        """Most are signed at once, some days late; the newest stay drafts here and there."""
        age = (self.today - ends.date()).days
        if age <= 6 and self.chance.random() < 0.2:
            return {}
        late = timedelta(days=self.chance.randrange(1, 6)) if self.chance.random() < 0.06 else timedelta()
        signed = min(ends + late + timedelta(minutes=self.chance.randrange(3, 50)), self.now)
        return {
            "signed_at": max(signed, ends),
            "signed_by_id": self.users[one.worker_id],
            "saved_at": max(signed, ends),
        }

    # -- what is ahead

    def ahead(self, everyone: list[Participant]) -> tuple[list[Row], list[Row]]:
        """Planned visits, the first around this moment, and calls and next steps due."""
        visits: list[Row] = []
        follow_ups: list[Row] = []
        by_worker: dict[UUID, list[Participant]] = {}
        for one in everyone:
            if one.until is None:
                by_worker.setdefault(one.worker_id, []).append(one)
        for people in by_worker.values():
            visits += self._visits(people)
            follow_ups += self._follow_ups(people)
        return visits, follow_ups

    def _visits(self, people: list[Participant]) -> list[Row]:
        """Around this moment, whatever the hour: a story opened at night has visits at night."""
        local = self.now.astimezone(self.zone).replace(minute=0, second=0, microsecond=0)
        chosen = self.chance.sample(people, min(9, len(people)))
        offsets = [timedelta(hours=hours) for hours in (-2, 0, 1, 3)]
        starts = [local + offset for offset in offsets if (local + offset).date() == self.today]
        later = [self.moment(self.today + timedelta(days=d), 9 + d % 7) for d in (1, 2, 3, 5, 8)]
        return [self._visit(one, start) for one, start in zip(chosen, [*starts, *later], strict=False)]

    def _visit(self, one: Participant, starts: datetime) -> Row:
        kind = self.chance.choice(("one_to_one", "goal_work", "check_in", "going_along"))
        return {
            "id": self.ids.at(self.now - timedelta(days=3)),
            "person_id": one.id,
            "program_id": one.program_id,
            "worker_id": one.worker_id,
            "kind": kind,
            "place": self.chance.choice(PLACES),
            "starts_at": starts,
            "minutes": 45 if kind != "check_in" else 15,
            "created_at": self.now - timedelta(days=3),
        }

    def _follow_ups(self, people: list[Participant]) -> list[Row]:
        due = (-4, -1, 0, 0, 0, 1, 2, 4, 6)
        chosen = self.chance.sample(people, min(len(due), len(people)))
        return [self._follow_up(one, days) for one, days in zip(chosen, due, strict=False)]

    def _follow_up(self, one: Participant, days: int) -> Row:
        kind = self.chance.choice(("call", "call", "task"))
        said = words.NEXT["call" if kind == "call" else "do"]
        return {
            "id": self.ids.at(self.now - timedelta(days=5)),
            "person_id": one.id,
            "program_id": one.program_id,
            "worker_id": one.worker_id,
            "kind": kind,
            "what": self.chance.choice(said),
            "due_on": self.today + timedelta(days=days),
            "due_at": time(self.chance.randrange(9, 17), 0) if kind == "call" and days == 0 else None,
            "attempts": self.chance.choice((0, 0, 0, 1, 2)) if kind == "call" else 0,
            "created_at": self.now - timedelta(days=5),
        }
