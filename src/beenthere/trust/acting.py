"""Who is asking, for which organization, in which roles. Nothing reads or writes without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from beenthere.trust.access import Role, roles_with


class NoActing(RuntimeError):
    """A query was made and nobody had said on whose behalf."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role, in one program or (program_id None) in the whole organization."""

    role: Role
    program_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Acting:
    organization_id: UUID
    user_id: UUID | None
    grants: frozenset[Grant]
    purpose: str = "support"
    session: str = ""
    address: str = ""
    segments: frozenset[str] = field(default_factory=frozenset)

    @property
    def person_in_charge(self) -> UUID:
        """The user who answers for a write. Raises `NoActing` where none does, as in a job."""
        if self.user_id is None:
            raise NoActing("this is done by a person, and no person is acting")
        return self.user_id

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def may(self, permission: str, *, program_id: UUID | None = None) -> bool:
        """True when some grant holds `permission`, in `program_id` where one is named."""
        programs = self.programs(permission)
        if programs is None:
            return True
        return program_id in programs if program_id else bool(programs)

    def programs(self, permission: str) -> frozenset[UUID] | None:
        """The programs in which `permission` is held; None means every program of the organization."""
        holding = [grant for grant in self.grants if grant.role in roles_with(permission)]
        if any(grant.program_id is None for grant in holding):
            return None
        return frozenset(grant.program_id for grant in holding if grant.program_id)


@dataclass(frozen=True)
class SystemActing:
    """Work before or beside any organization: sign-in, sessions, health. Sees unscoped tables only."""

    reason: str


_current: ContextVar[Acting | SystemActing | None] = ContextVar("acting", default=None)


def ambient() -> Acting | SystemActing | None:
    return _current.get()


def current() -> Acting:
    acting = _current.get()
    if not isinstance(acting, Acting):
        raise NoActing("this needs an organization: wrap it in `with acting(...)`")
    return acting


@contextmanager
def acting(who: Acting, *, one_view: bool = False) -> Iterator[Acting]:
    """Open a transaction in which `who` acts; row security shows only their organization.

    `set_config(..., true)` lasts exactly as long as the transaction. A session-wide setting would stay on a
    pooled connection and show one organization's rows to the next request.

    `one_view` is for looking only, in many queries: all of them see the data as the first one did.
    """
    if isinstance(_current.get(), Acting):
        raise RuntimeError("already acting: one transaction serves one organization and one user")
    token = _current.set(who)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                if one_view:
                    cursor.execute("set transaction isolation level repeatable read, read only")
                cursor.execute(
                    "select set_config('beenthere.org', %s, true)",
                    [str(who.organization_id)],
                )
            yield who
    finally:
        _current.reset(token)


@contextmanager
def system(reason: str) -> Iterator[None]:
    """Use the unscoped tables, for the stated reason. Tenant tables stay shut."""
    if not reason:
        raise ValueError("system() needs a reason")
    token = _current.set(SystemActing(reason))
    try:
        yield
    finally:
        _current.reset(token)
