from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from uuid import UUID

from beenthere.trust.acting import Acting, acting, ambient
from beenthere.trust.ledger import action_is_open, opened


@contextmanager
def writing(organization_id: UUID) -> Iterator[None]:
    """Write rows of an organization for a test, in the open transaction if there is one."""
    mine = ambient()
    already = isinstance(mine, Acting) and mine.organization_id == organization_id
    nobody = Acting(organization_id=organization_id, user_id=None, grants=frozenset(), purpose="test")
    with (
        nullcontext() if already else acting(nobody),
        nullcontext() if action_is_open() else opened("tests.factories", quiet="rows made for a test"),
    ):
        yield
