"""As whom a job acts: the two answers there are."""

from contextlib import AbstractContextManager
from typing import Any

from beenthere.foundation.jobs import AsWhom, Ids
from beenthere.trust.acting import Acting, acting, system


def as_organization(purpose: str) -> AsWhom:
    """For the organization whose id the job takes as `organization_id`; nobody's roles, so it asks no May."""

    def opened(ids: Ids) -> AbstractContextManager[Any]:
        return acting(
            Acting(organization_id=ids["organization_id"], user_id=None, grants=frozenset(), purpose=purpose)
        )

    words = f"the organization, for {purpose}"
    return AsWhom(words=words, opened=opened, needs=frozenset({"organization_id"}))


def as_system(reason: str) -> AsWhom:
    """Outside any organization, on the unscoped tables."""
    return AsWhom(words=f"the installation: {reason}", opened=lambda _ids: system(reason))
