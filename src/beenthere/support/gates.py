"""Who sees which rows about participants. One rule, asked everywhere:

a row about a person in a program is seen by those who may see that person's enrolment in that program.

An enrolment is seen by those who hold the permission in its program, while it lasts and for twelve months
after its last day (late notes, claims, someone who comes back). Volunteers see it only while the participant
is assigned to them. An enrolment made by mistake is gone the day after it was ended. Whoever adds people
may look for former participants of their own program without limit of time: otherwise someone who comes
back after years gets a second record.

Nothing of another program is seen, not even that it exists, unless an active consent of the person opens
that group of fields to a team one works in. A consent opens reading, never changing: permissions that change
something don't cross, and adding crosses only so that somebody sent over is found and not added twice.
"""

from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from beenthere.foundation import clock, kept_queries
from beenthere.people import api as people_api
from beenthere.support.access import May
from beenthere.support.crossing import nothing_opened, openings, people_opened
from beenthere.support.encounters.models import Addendum, Encounter, FollowUp, PlannedVisit
from beenthere.support.intake.models import Assignment, Enrolment
from beenthere.support.plans.models import Goal
from beenthere.trust.api import Acting, Grant, Role, gate, visible

M = TypeVar("M", bound=Model)
Gate = Callable[[Acting, str], Q]
# The days of a query that is built once and asked on many days; otherwise those of now.
_days: ContextVar[tuple[date, date] | None] = ContextVar("days_in_sight", default=None)

KEPT_IN_SIGHT = timedelta(days=365)
WITHOUT_LIMIT_OF_TIME = frozenset({May.ADD_PEOPLE.value})
SEE_CONTACT = "people.see_contact"
CROSSING = frozenset({May.SEE_PEOPLE.value, May.ADD_PEOPLE.value, SEE_CONTACT})
NOBODY = Q(pk__in=[])
# Not Q(): or-ed with anything that is empty, Django drops it, and everybody would turn into nobody.
EVERYBODY = ~NOBODY


def register() -> None:
    gate(Enrolment, enrolments)
    gate(Assignment, assignments)
    gate(Encounter, encounters)
    gate(Addendum, addenda)
    gate(Goal, goals)
    gate(PlannedVisit, planned)
    gate(FollowUp, planned)
    gate(people_api.Person, people)
    gate(people_api.ContactPoint, of_a_seen_person("contact"))
    gate(people_api.CrisisContact, of_a_seen_person("crisis"))


def enrolments(acting: Acting, may: str) -> Q:
    return _enrolments(acting, may, "name")


def _enrolments(acting: Acting, may: str, group: str) -> Q:
    """Those of one's own programs, and those of which a consent opens `group`; an empty one never crosses."""
    own = in_own_programs(acting, may)
    if group and may in CROSSING:
        for program_id, person_ids in people_opened(acting, group).items():
            own |= Q(program_id=program_id, person_id__in=person_ids)
    return own & _not_long_over(may)


def as_staff_of(acting: Acting, may: str) -> frozenset[UUID] | None:
    """The programs of which `acting` sees everybody under `may`; None means all of the organization."""
    return replace(acting, grants=_grants(acting, volunteer=False)).programs(may)


def in_own_programs(acting: Acting, may: str) -> Q:
    """Enrolments in the programs where `may` is held; for volunteers, those assigned to them."""
    as_staff = _in_programs(as_staff_of(acting, may))
    as_volunteer = _in_programs(replace(acting, grants=_grants(acting, volunteer=True)).programs(may))
    return as_staff | (as_volunteer & assigned_to(acting))


def _grants(acting: Acting, *, volunteer: bool) -> frozenset[Grant]:
    return frozenset(grant for grant in acting.grants if (grant.role is Role.VOLUNTEER) is volunteer)


def counting_for(acting: Acting, person_id: UUID) -> Acting:
    """`acting` with those roles that count for one person: a volunteer's only where the person is assigned
    to them. Ask it before the visibility table; a gate has let the person through for any of the roles.

    No query for who is no volunteer, nor for who is nothing else: their gate lets nobody else through. One
    for who is both.
    """
    volunteer, others = _grants(acting, volunteer=True), _grants(acting, volunteer=False)
    if not volunteer or not others:
        return acting
    alone = replace(acting, grants=volunteer)
    mine = seen_enrolments(alone, May.SEE_PEOPLE, "").filter(person_id=person_id)
    return _volunteer_in(acting, mine.values_list("program_id", flat=True))


def counting_in_lists(acting: Acting, programs: Iterable[UUID]) -> Acting:
    """`acting` with those roles that count for everybody listed in `programs`. Where another role shows the
    whole program, a volunteer's does not count: it would tell more of those not assigned to them."""
    whole = as_staff_of(acting, May.SEE_PEOPLE)
    if whole is None:
        return _volunteer_in(acting, ())
    return _volunteer_in(acting, frozenset(programs) - whole)


def _volunteer_in(acting: Acting, programs: Iterable[UUID]) -> Acting:
    """As if the role of a volunteer, where it is held, were held in no program but these."""
    volunteer = _grants(acting, volunteer=True)
    held = {grant.program_id for grant in volunteer}
    kept = (id_ for id_ in programs if id_ in held or None in held)
    there = {Grant(role=Role.VOLUNTEER, program_id=id_) for id_ in kept}
    return replace(acting, grants=(acting.grants - volunteer) | there)


def _in_programs(programs: frozenset[UUID] | None) -> Q:
    if programs is None:
        return EVERYBODY
    return Q(program_id__in=programs) if programs else NOBODY


def assigned_to(acting: Acting) -> Q:
    """Enrolments of the people the acting user works with now."""
    if acting.user_id is None:
        return NOBODY
    mine = Assignment.objects.filter(
        organization_id=acting.organization_id, worker__user_id=acting.user_id, ended_at=None
    )
    return Q(pk__in=mine.values("enrolment_id"))


def _not_long_over(may: str) -> Q:
    if may in WITHOUT_LIMIT_OF_TIME:
        return Q()
    day, first = _days.get() or _days_in_sight()
    mistake = Q(end_reason=Enrolment.EndReason.MISTAKE)
    return Q(ended_on=None) | Q(ended_on__gte=day) | (Q(ended_on__gte=first) & ~mistake)


def _days_in_sight() -> tuple[date, date]:
    """Today, and how long ago somebody may have left. Today is never later than the day it is anywhere in
    America, so that what ends today stays in sight all day."""
    day = clock.now().date() - timedelta(days=1)
    return day, day - KEPT_IN_SIGHT


def seen_enrolments(acting: Acting, may: str, group: str) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(organization_id=acting.organization_id)
    return rows.filter(_enrolments(acting, may, group))


def of_a_seen_enrolment(acting: Acting, may: str, group: str = "") -> Q:
    """For rows about a person in a program."""
    seen = seen_enrolments(acting, may, group)
    return Q(Exists(seen.filter(person_id=OuterRef("person_id"), program_id=OuterRef("program_id"))))


def goals(acting: Acting, may: str) -> Q:
    return of_a_seen_enrolment(acting, may, "goals")


def planned(acting: Acting, may: str) -> Q:
    return of_a_seen_enrolment(acting, may)


def people(acting: Acting, may: str) -> Q:
    """Asking for the page with phone numbers asks for them: a consent to share goals does not open it."""
    group = "contact" if may == SEE_CONTACT else "name"
    return Q(pk__in=seen_enrolments(acting, may, group).values("person_id"))


def of_a_seen_person(group: str) -> Gate:
    """For rows that belong to a person and to no program."""

    def rule(acting: Acting, may: str) -> Q:
        return Q(person_id__in=seen_enrolments(acting, may, group).values("person_id"))

    return rule


def assignments(acting: Acting, may: str) -> Q:
    return Q(enrolment_id__in=seen_enrolments(acting, may, "enrolment").values("pk"))


def encounters(acting: Acting, may: str) -> Q:
    """And one's own drafts, in programs where one still works: reassigning a person strands no words."""
    seen = of_a_seen_enrolment(acting, may, "note_facts")
    if acting.user_id is None:
        return seen
    own_draft = Q(worker__user_id=acting.user_id, signed_at=None)
    return seen | (own_draft & _in_programs(acting.programs(may)))


def addenda(acting: Acting, may: str) -> Q:
    notes = Encounter.objects.filter(encounters(acting, may), organization_id=acting.organization_id)
    return Q(encounter_id__in=notes.values("pk"))


# -- asked often


def seen(
    acting: Acting,
    model: type[M],
    rule: Gate,
    may: str,
    narrow: Callable[..., QuerySet[M]],
    *shape: Hashable,
    **values: UUID | date | datetime,
) -> list[M]:
    """What `rule`, the gate of `model`, shows under `may`, narrowed by `narrow(rows, *shape, **values)`.

    The same as `visible`, built once for everybody with the same roles (see `kept_queries`). Whoever sees
    people by a consent gets a query of their own: it names those people.
    """
    if may in CROSSING and openings(acting):
        return list(narrow(visible(acting, model, may=may), *shape, **values))
    day, first = _days_in_sight()
    return kept_queries.ask(
        _seen,
        acting.grants,
        model,
        rule,
        may,
        narrow,
        *shape,
        organization=acting.organization_id,
        user=acting.person_in_charge,
        day=day,
        first=first,
        **values,
    )


def _seen(
    grants: frozenset[Grant],
    model: type[M],
    rule: Gate,
    may: str,
    narrow: Callable[..., QuerySet[M]],
    *shape: Hashable,
    organization: UUID,
    user: UUID,
    day: date,
    first: date,
    **values: Any,
) -> QuerySet[M]:
    acting = Acting(organization_id=organization, user_id=user, grants=grants)
    token = _days.set((day, first))
    try:
        with nothing_opened(acting):
            rows = model._default_manager.filter(rule(acting, may), organization_id=organization)
    finally:
        _days.reset(token)
    return narrow(rows, *shape, **values)
