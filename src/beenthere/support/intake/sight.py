"""Which fields of a record somebody sees, program by program: the visibility table of consent, applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from beenthere.consent import api as consent
from beenthere.support.access import May
from beenthere.support.crossing import consent_behind, opened_of
from beenthere.support.gates import counting_for
from beenthere.trust.api import Acting


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Field groups by program. What is in no group is not fetched, so that it cannot leak.

    `counting`: who looks, with the roles that count for this person.
    """

    groups: dict[UUID, frozenset[str]]
    counting: Acting
    consent_id: UUID | None = None

    def allows(self, group: str) -> bool:
        """In any of the programs; for what belongs to the person and to no program."""
        return any(group in seen for seen in self.groups.values())

    def programs(self, group: str) -> frozenset[UUID]:
        return frozenset(program_id for program_id, seen in self.groups.items() if group in seen)


def sight_of(acting: Acting, person_id: UUID, programs: Iterable[tuple[UUID, bool]]) -> Sight:
    """What `acting` sees of a person in each (program, part2). `consent_id`: when only a consent opens it."""
    counting = counting_for(acting, person_id)
    own = {program_id: own_groups(counting, program_id, part2) for program_id, part2 in programs}
    opened = opened_of(acting, person_id)
    groups = {program_id: seen | opened.get(program_id, frozenset()) for program_id, seen in own.items()}
    by_consent = not any(own.values())
    consent_id = consent_behind(acting, person_id) if by_consent else None
    return Sight(groups=groups, counting=counting, consent_id=consent_id)


def own_groups(acting: Acting, program_id: UUID, part2: bool) -> frozenset[str]:
    """By the roles held in the program or in the whole organization, without any consent. `acting` comes with
    the roles that count there (`gates.counting_for`, `counting_in_lists`)."""
    there = [grant.role for grant in acting.grants if grant.program_id == program_id]
    everywhere = [grant.role for grant in acting.grants if grant.program_id is None]
    return _words(there, consent.Relation.OWN_PROGRAM, part2) | _words(
        everywhere, consent.Relation.ORGANIZATION, part2
    )


def _words(roles: Iterable[str], relation: consent.Relation, part2: bool) -> frozenset[str]:
    found = consent.field_groups(roles=roles, relation=relation, part2=part2, consented=False)
    return frozenset(str(group) for group in found)


def groups_about(
    acting: Acting, person_id: UUID, program_id: UUID, *, on: date, part2: bool = True
) -> frozenset[str]:
    """What of one row about a person in a program `acting` may see; the caller has gated the row. `part2` may
    be left out. At most two queries: an assignment, for a volunteer with another role; a consent, for a team
    elsewhere."""
    counting = counting_for(acting, person_id)
    found = consent.groups_for(
        acting=counting, person_id=person_id, program_id=program_id, on=on, part2=part2
    )
    return frozenset(str(group) for group in found)


def may_plan(acting: Acting, programs: Iterable[UUID]) -> frozenset[UUID]:
    """Programs whose visits and calls `acting` works with."""
    return frozenset(id_ for id_ in programs if acting.may(May.PLAN_VISITS, program_id=id_))
