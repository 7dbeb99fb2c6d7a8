"""No sequence of actions shows organization B anything of A.

Hypothesis makes the sequences: two organizations do what the application can do, with ids of their own and of
the other, and after each step each sees exactly what a plain Python model says is its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from factories.organizations import new_organization
from factories.users import new_user
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from beenthere.kernel.ids import uuid7
from beenthere.people.models import Person
from beenthere.support.plans.models import Goal
from beenthere.trust.acting import Acting, Grant, acting
from beenthere.trust.api import Refused, Role, grant_role, happenings, insert_once, user_names, who_looked
from beenthere.trust.audit import record_read
from beenthere.trust.events import PERSON_VIEWED
from beenthere.trust.ledger import opened
from beenthere.trust.models import Organization, RoleGrant, Site

SIDES = st.sampled_from(["a", "b"])


class TwoOrganizations(RuleBasedStateMachine):
    people = Bundle("people")

    @initialize()
    def begin(self) -> None:
        self.organizations = {side: new_organization() for side in "ab"}
        self.users = {side: new_user(org, Role.ADMINISTRATOR) for side, org in self.organizations.items()}
        self.mine: dict[str, dict[type, set[UUID]]] = {
            side: {Person: set(), Goal: set(), Site: {org.site.id}}
            for side, org in self.organizations.items()
        }
        self.looked: dict[str, list[UUID]] = {"a": [], "b": []}

    @contextmanager
    def at(self, side: str) -> Iterator[Acting]:
        grants = frozenset({Grant(role=Role.ADMINISTRATOR)})
        organization, user = self.organizations[side], self.users[side]
        with acting(Acting(organization_id=organization.id, user_id=user.id, grants=grants)) as who:
            yield who

    @rule(target=people, side=SIDES, same=st.one_of(st.none(), people))
    def add_person(self, side: str, same: UUID | None) -> UUID:
        """With an id of its own, or with one that the other organization has used already."""
        id_ = same or uuid7()
        with self.at(side) as who, opened("test", quiet="a test"):
            row = Person(id=id_, organization_id=who.organization_id, chosen_name=side, sort_key=side)
            made = insert_once(row)
        assert made == (id_ not in self.mine[side][Person])
        self.mine[side][Person].add(id_)
        return id_

    @rule(side=SIDES, person=people)
    def add_goal(self, side: str, person: UUID) -> None:
        """About any person: the link holds exactly when that id is one's own."""
        organization = self.organizations[side]
        goal = Goal(
            organization=organization,
            person_id=person,
            program=organization.harbor,
            words=side,
            begun_on="2026-11-20",
        )
        try:
            with self.at(side), opened("test", quiet="a test"):
                goal.save(force_insert=True)
        except IntegrityError:
            assert person not in self.mine[side][Person]
        else:
            assert person in self.mine[side][Person]
            self.mine[side][Goal].add(goal.id)

    @rule(side=SIDES, person=people, name=st.sampled_from(["x", "y"]))
    def rename(self, side: str, person: UUID, name: str) -> None:
        with self.at(side), opened("test", quiet="a test"):
            changed = Person.objects.filter(id=person).update(chosen_name=f"{side}{name}")
        assert changed == (person in self.mine[side][Person])

    @rule(side=SIDES, person=people)
    def look(self, side: str, person: UUID) -> None:
        with self.at(side) as who:
            record_read(who, PERSON_VIEWED, subject_id=person, detail={"page": side})
        self.looked[side].append(person)

    @rule(side=SIDES)
    def plant(self, side: str) -> None:
        other = self.organizations["b" if side == "a" else "a"]
        with (
            self.at(side),
            opened("test", quiet="a test"),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            Site.objects.create(organization=other, name="planted")

    @rule(side=SIDES, program=SIDES)
    def grant(self, side: str, program: str) -> None:
        """In a program of one's own, once; never in the other's."""
        at = self.organizations[program].harbor.id
        new = side == program and not self._has_grant(side, at)
        with self.at(side) as who:
            try:
                grant_role(acting=who, user_id=self.users[side].id, role=Role.SPECIALIST, program_id=at)
            except Refused:
                assert not new
            else:
                assert new

    def _has_grant(self, side: str, program: UUID) -> bool:
        with self.at(side):
            return RoleGrant.objects.filter(user=self.users[side], program_id=program).exists()

    @invariant()
    def each_sees_its_own_and_nothing_else(self) -> None:
        for side in "ab":
            with self.at(side) as who:
                for model, ids in self.mine[side].items():
                    assert set(model.objects.values_list("id", flat=True)) == ids
                for name in Person.objects.values_list("chosen_name", flat=True):
                    assert name.startswith(side)
                assert {goal.words for goal in Goal.objects.all()} <= {side}
                self._audit_is_its_own(who, side)

    def _audit_is_its_own(self, who: Acting, side: str) -> None:
        actors = {h.user_id for h in happenings(acting=who, limit=1000)}
        assert actors <= {self.users[side].id}
        assert set(user_names(actors).values()) <= {self.users[side].name}
        for person in set(self.looked[side]):
            pages = {look.page for look in who_looked(acting=who, subject_id=person, program_ids=None)}
            assert pages == {side}


def test_no_sequence_shows_one_anything_of_the_other(database: str) -> None:
    run_state_machine_as_test(
        TwoOrganizations,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_machine_would_see_a_leak(organization: Organization, other_organization: Organization) -> None:
    """A planted leak: the model is told that one organization owns what the other has."""
    machine = TwoOrganizations()
    machine.begin()
    machine.mine["a"][Site].add(machine.organizations["b"].site.id)
    with pytest.raises(AssertionError):
        machine.each_sees_its_own_and_nothing_else()
