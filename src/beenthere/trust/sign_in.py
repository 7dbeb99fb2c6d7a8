"""Signing in as an organization sees it: for whom a user may act, what the audit keeps, what is open."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest

from beenthere.foundation import clock
from beenthere.trust import events, membership, security
from beenthere.trust.access import ROLE_DESCRIPTIONS, Role
from beenthere.trust.acting import Acting, acting, system
from beenthere.trust.audit import EventType, record_read
from beenthere.trust.models import RoleGrant, Session, User

platform_log = logging.getLogger("beenthere.sign_in")
DEVICE = "device_label"


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """An organization a user works for, with the roles they hold there, in words."""

    id: UUID
    name: str
    roles: tuple[str, ...]


def workplaces(*, user_id: UUID) -> tuple[Workplace, ...]:
    """By name; empty when nobody has given the user a role yet."""
    grants = RoleGrant.objects.filter(user_id=user_id).select_related("organization")
    roles: dict[tuple[str, UUID], set[Role]] = {}
    for grant in grants:
        key = (grant.organization.name, grant.organization_id)
        roles.setdefault(key, set()).add(Role(grant.role))
    return tuple(
        Workplace(
            id=organization_id, name=name, roles=tuple(str(ROLE_DESCRIPTIONS[r].title) for r in sorted(held))
        )
        for (name, organization_id), held in sorted(roles.items())
    )


def user_of(request: HttpRequest) -> User:
    """Who is signed in. Raises LookupError when nobody is: the caller should have looked first."""
    if not isinstance(request.user, User):
        raise LookupError("nobody is signed in")
    return request.user


def choose(request: HttpRequest, organization_id: UUID) -> bool:
    """Act for this organization from now on; False when the user holds no role there."""
    if not RoleGrant.objects.filter(user_id=user_of(request).pk, organization_id=organization_id).exists():
        return False
    request.session[membership.ORGANIZATION_KEY] = str(organization_id)
    return True


def note_signed_in(request: HttpRequest, *, how: str) -> None:
    """`how`: password, passkey, code, persona, or chose (an organization, after signing in)."""
    note(request, events.SIGNED_IN, how=how)


def note_locked(request: HttpRequest) -> None:
    note(request, events.SESSION_LOCKED)


def note_unlocked(request: HttpRequest, *, how: str) -> None:
    note(request, events.SESSION_UNLOCKED, how=how)


def note_unlock_refused(request: HttpRequest) -> None:
    note(request, events.SIGN_IN_REFUSED, outcome="denied", how="unlock")


def note(request: HttpRequest, event: EventType, *, outcome: str = "done", **detail: str) -> None:
    """With the organization it concerns. A user who has yet to choose among several is noted in the
    platform's own log, by id; the choice itself is then noted with the organization chosen."""
    who = membership.acting_for(request)
    if who is None:
        platform_log.warning("%s by user %s, no organization chosen", event.verb, request.user.pk)
        return
    with acting(who):
        record_read(who, event, subject_id=None, detail=detail, outcome=outcome)


def note_refused(*, email: str, address: str) -> None:
    """Note a refused sign-in: with each organization of a known account, in the platform's log otherwise.

    The log holds a short hash of what was typed, since people type passwords into the wrong box.
    """
    with system("noting a refused sign-in"):
        user = User.objects.filter(email__iexact=email).first()
        if user is not None:
            note_for(user.pk, events.SIGN_IN_REFUSED, address=address, outcome="denied", how="password")
    if user is None:
        account, place = _short_hash(email), _short_hash(address)
        platform_log.warning("sign-in refused: unknown account %s, address %s", account, place)


def note_for(
    user_id: UUID, event: EventType, *, address: str = "", outcome: str = "done", **detail: str
) -> None:
    """Note what befell an account with every organization its user works for: nobody acts for one yet."""
    organizations = set(RoleGrant.objects.filter(user_id=user_id).values_list("organization_id", flat=True))
    if not organizations:
        platform_log.warning("%s, user %s, no organization", event.verb, user_id)
    for organization_id in organizations:
        who = Acting(
            organization_id=organization_id, user_id=user_id, grants=frozenset(), address=_short_hash(address)
        )
        with acting(who):
            record_read(who, event, subject_id=None, detail=detail, outcome=outcome)


@dataclass(frozen=True, kw_only=True)
class RunningSession:
    """One browser in which a user is signed in. `handle` names it without giving its secret key away."""

    handle: str
    device: str
    signed_in_at: datetime | None
    last_active: datetime | None
    locked: bool
    this_one: bool


def running_sessions(request: HttpRequest) -> tuple[RunningSession, ...]:
    """The user's sessions, this one first, then the latest used."""
    found = [_described(session, data, request) for session, data in _sessions_of(user_of(request).pk)]
    latest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda s: (s.this_one, s.last_active or latest), reverse=True))


def end_sessions(user_id: UUID, *, keep: str | None = None, handle: str = "") -> int:
    """End the user's sessions, or the one called `handle`, but not the one with the key `keep`; how many."""
    keys = [
        session.session_key
        for session, _data in _sessions_of(user_id)
        if session.session_key != keep and handle in ("", _short_hash(session.session_key))
    ]
    return Session.objects.filter(session_key__in=keys).delete()[0]


def _sessions_of(user_id: UUID) -> Iterator[tuple[Session, dict[str, Any]]]:
    for session in Session.objects.filter(user_id=user_id, expire_date__gt=clock.now()):
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user_id) and BACKEND_SESSION_KEY in data:
            yield session, data


def _described(session: Session, data: dict[str, Any], request: HttpRequest) -> RunningSession:
    return RunningSession(
        handle=_short_hash(session.session_key),
        device=data.get(DEVICE, ""),
        signed_in_at=_moment(data.get(security.SIGNED_IN_AT)),
        last_active=_moment(data.get(security.LAST_ACTIVE)),
        locked=bool(data.get(security.LOCKED)),
        this_one=session.session_key == request.session.session_key,
    )


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None


def _short_hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()[:16] if value else ""
