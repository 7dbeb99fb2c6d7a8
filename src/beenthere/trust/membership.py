"""From a signed-in user to an Acting."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from allauth.account.adapter import get_adapter as get_account_adapter
from django.http import HttpRequest

from beenthere.trust.access import Role
from beenthere.trust.acting import Acting, Grant
from beenthere.trust.models import RoleGrant
from beenthere.trust.sessions import came_along

ORGANIZATION_KEY = "organization"


def acting_for(request: HttpRequest) -> Acting | None:
    """The Acting of this request, from fresh grants: a changed role takes effect on the next request.

    None when the user works for several organizations and has not chosen one, or for none.
    """
    grants = _grants_of(request.user.pk)
    organizations = {grant.organization_id: grant.organization for grant in grants}
    chosen = request.session.get(ORGANIZATION_KEY)
    if chosen and UUID(chosen) in organizations:
        organization = organizations[UUID(chosen)]
    elif len(organizations) == 1:
        (organization,) = organizations.values()
    else:
        return None
    request.organization = organization  # type: ignore[attr-defined]
    return Acting(
        organization_id=organization.id,
        user_id=request.user.pk,
        grants=frozenset(
            Grant(role=Role(grant.role), program_id=grant.program_id)
            for grant in grants
            if grant.organization_id == organization.id
        ),
        session=_short_hash(request.session.session_key or ""),
        address=_short_hash(get_account_adapter().get_client_ip(request)),
    )


def _grants_of(user_id: UUID | None) -> Sequence[RoleGrant]:
    if user_id is None:
        return ()
    came = came_along(user_id)
    if came is not None:
        return came.grants
    return list(RoleGrant.objects.filter(user_id=user_id).select_related("organization"))


def _short_hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()[:16] if value else ""
