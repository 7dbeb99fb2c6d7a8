from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.test import Client

from beenthere.trust.access import Role
from beenthere.trust.acting import Acting, Grant, acting, system
from beenthere.trust.membership import ORGANIZATION_KEY
from beenthere.trust.models import Organization, Program, RoleGrant, User

_numbers = count(1)


def new_user(
    organization: Organization,
    role: Role | str,
    program: Program | None = None,
    *,
    name: str = "",
    password: str | None = None,
) -> User:
    """A user who holds `role` in `program`, or in the whole organization."""
    number = next(_numbers)
    with system("test factory"):
        user = User.objects.create_user(
            f"user{number}.{organization.id.hex[-8:]}@example.org", password, name=name or f"Sam {number}"
        )
    grant(organization, user, role, program)
    return user


def grant(
    organization: Organization, user: User, role: Role | str, program: Program | None = None
) -> RoleGrant:
    with system("test factory"):
        return RoleGrant.objects.create(
            organization=organization, user=user, role=Role(role), program_id=program.id if program else None
        )


def acting_for(
    organization: Organization, role: Role | str, program: Program | None = None, *, user: User | None = None
) -> Acting:
    """The value alone, nothing opened. Without `user` one is made."""
    user = user or new_user(organization, role, program)
    held = Grant(role=Role(role), program_id=program.id if program else None)
    return Acting(organization_id=organization.id, user_id=user.id, grants=frozenset({held}))


@contextmanager
def acting_in(
    organization: Organization, role: Role | str, program: Program | None = None, *, user: User | None = None
) -> Iterator[Acting]:
    with acting(acting_for(organization, role, program, user=user)) as who:
        yield who


def signed_in(
    organization: Organization, role: Role | str, program: Program | None = None, *, user: User | None = None
) -> Client:
    """A browser that has signed in with a second factor. Its user is `client.user`."""
    user = user or new_user(organization, role, program)
    client = Client(SERVER_NAME="localhost")
    with system("signing in for a test"):
        client.force_login(user)
        session = client.session
        session["second_factor"] = True
        session[ORGANIZATION_KEY] = str(organization.id)
        session.save()
    client.user = user  # type: ignore[attr-defined]
    return client
