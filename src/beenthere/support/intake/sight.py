"""Which fields of a record somebody sees, program by program: the visibility table of consent, applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from beenthere.consent import api as consent
from beenthere.support.access import May
from beenthere.trust.api import Acting

OWN_PROGRAM, OTHER_PROGRAM, ORGANIZATION = "own_program", "other_program", "organization"


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Field groups by program. What is in no group is not fetched, so that it cannot leak."""

    groups: dict[UUID, frozenset[str]]

    def allows(self, group: str) -> bool:
        """In any of the programs; for what belongs to the person and to no program."""
        return any(group in seen for seen in self.groups.values())

    def programs(self, group: str) -> frozenset[UUID]:
        return frozenset(program_id for program_id, seen in self.groups.items() if group in seen)


def sight(
    acting: Acting, programs: Iterable[tuple[UUID, bool]], shared: dict[UUID, frozenset[str]] | None = None
) -> Sight:
    """What `acting` sees in each (program, part2). `shared`: what consents open of other programs."""
    opened = shared or {}
    return Sight(
        groups={
            program_id: _own(acting, program_id, part2)
            | (_crossing(acting, part2) & opened.get(program_id, frozenset()))
            for program_id, part2 in programs
        }
    )


def _own(acting: Acting, program_id: UUID, part2: bool) -> frozenset[str]:
    there = [grant.role for grant in acting.grants if grant.program_id == program_id]
    everywhere = [grant.role for grant in acting.grants if grant.program_id is None]
    return _words(there, OWN_PROGRAM, part2, False) | _words(everywhere, ORGANIZATION, part2, False)


def _crossing(acting: Acting, part2: bool) -> frozenset[str]:
    """What a consent may open at most to the roles held in other programs."""
    return _words([grant.role for grant in acting.grants if grant.program_id], OTHER_PROGRAM, part2, True)


def _words(roles: Iterable[str], relation: str, part2: bool, consented: bool) -> frozenset[str]:
    found = consent.field_groups(roles=roles, relation=relation, part2=part2, consented=consented)
    return frozenset(str(group) for group in found)


def may_plan(acting: Acting, programs: Iterable[UUID]) -> frozenset[UUID]:
    """Programs whose visits and calls `acting` works with."""
    return frozenset(id_ for id_ in programs if acting.may(May.PLAN_VISITS, program_id=id_))
