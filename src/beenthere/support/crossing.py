"""What a person's consents open to the team of another program: read only, group by group."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from beenthere.consent import api as consent
from beenthere.foundation import clock
from beenthere.trust.api import Acting, Grant

Rest = ParamSpec("Rest")
Page = TypeVar("Page")
_remembered: ContextVar[dict[Acting, tuple[consent.Opening, ...]] | None] = ContextVar(
    "openings_remembered", default=None
)
_about: ContextVar[UUID | None] = ContextVar("openings_about", default=None)


def asked_once(page: Callable[Concatenate[Acting, UUID, Rest], Page]) -> Callable[..., Page]:
    """While `page(acting, person_id, …)` is put together, the consents of that person are asked, once.
    Nothing is opened about anybody else.

    Not for longer: a consent that is taken back must stop opening anything with the next look.
    """

    @wraps(page)
    def build(acting: Acting, person_id: UUID, *args: Rest.args, **kwargs: Rest.kwargs) -> Page:
        remembering, about = _remembered.set({}), _about.set(person_id)
        try:
            return page(acting, person_id, *args, **kwargs)
        finally:
            _remembered.reset(remembering)
            _about.reset(about)

    return build


@contextmanager
def nothing_opened(acting: Acting) -> Iterator[None]:
    """Within the block `acting` is taken for somebody to whom no consent opens anything."""
    token = _remembered.set({acting: ()})
    try:
        yield
    finally:
        _remembered.reset(token)


def openings(acting: Acting) -> tuple[consent.Opening, ...]:
    """All that consents open to the programs in which `acting` holds a role. One query.

    The day is UTC's: by the evening in America a consent ends some hours early, never late.
    """
    teams = {grant.program_id for grant in acting.grants if grant.program_id}
    if not teams:
        return ()
    remembered = _remembered.get()
    if remembered is not None and acting in remembered:
        return remembered[acting]
    found = consent.openings(
        acting=acting, to_program_ids=teams, on=clock.now().date(), person_id=_about.get()
    )
    if remembered is not None:
        remembered[acting] = found
    return found


def people_opened(acting: Acting, group: str) -> dict[UUID, set[UUID]]:
    """Whose `group` of fields is opened, by the program that keeps it."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for opening in openings(acting):
        if group in groups_opened(acting, opening):
            found[opening.from_program_id].add(opening.person_id)
    return found


def opened_of(acting: Acting, person_id: UUID) -> dict[UUID, frozenset[str]]:
    """What of one person is opened, by the program that keeps it."""
    found: dict[UUID, frozenset[str]] = {}
    for opening in openings(acting):
        if opening.person_id == person_id:
            more = groups_opened(acting, opening)
            found[opening.from_program_id] = found.get(opening.from_program_id, frozenset()) | more
    return found


def consent_behind(acting: Acting, person_id: UUID) -> UUID | None:
    """A consent to name in the audit when nothing else lets `acting` see the person."""
    found = (one.consent_id for one in openings(acting) if one.person_id == person_id)
    return next(found, None)


def groups_opened(acting: Acting, opening: consent.Opening) -> frozenset[str]:
    """What the consent names, as far as the table lets these roles see it."""
    roles = [grant.role for grant in acting.grants if _is_in(grant, opening.to_program_id)]
    allowed = consent.field_groups(
        roles=roles, relation=consent.Relation.OTHER_PROGRAM, part2=True, consented=True
    )
    return frozenset(str(group) for group in allowed & consent.opened_by(opening.segments))


def _is_in(grant: Grant, program_id: UUID) -> bool:
    return grant.program_id == program_id
