"""Sessions in the database, and who comes along with one: the user, their roles, their organizations.

A signed-in page needs all four before it knows whether it may answer at all. Asked together they are one
question to the database, and as fresh as four: a role that was taken back counts from the next request.

The store lets people go on reading while the database keeps nothing new. A session that cannot be written
down stays as it was: the screen then locks a little early, never late. A new session is another matter:
without it nobody is signed in, and so it fails.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, connection, models

from beenthere.foundation import clock
from beenthere.foundation.trouble import Trouble, trouble_of
from beenthere.trust.models import Organization, RoleGrant, Session, User

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CameAlong:
    """The user of a session as they are now, and every role they hold, with its organization."""

    user: User
    grants: Sequence[RoleGrant]


_came: ContextVar[CameAlong | None] = ContextVar("came_along", default=None)


def came_along(user_id: UUID) -> CameAlong | None:
    """Who came with the session of this request, if it is this user."""
    came = _came.get()
    return came if came is not None and came.user.pk == user_id else None


@contextmanager
def nobody_yet() -> Iterator[None]:
    """A request begins, and whoever came with the one before is forgotten."""
    token = _came.set(None)
    try:
        yield
    finally:
        _came.reset(token)


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)  # type: ignore[attr-defined]  # ours, see get_model_class
        return cast(Session, row)

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """By the clock that `load` asks, or a session would end by one clock what it began by another."""
        ends: datetime = super().get_expiry_date(**{"modification": clock.now(), **kwargs})
        return ends

    def _validate_session_key(self, key: str | None) -> bool:
        """Letters and digits, as they are made. Nothing else is asked for: with a NUL it cannot even be."""
        known = super()._validate_session_key(key)  # type: ignore[misc]  # not in the stubs
        return bool(known) and str(key).isascii() and str(key).isalnum()

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(_with_user(), [self.session_key, clock.now()])
            rows = cursor.fetchall()
        if not rows:
            self._session_key = None
            return {}
        _came.set(_who_came(rows))
        data: dict[str, Any] = self.decode(rows[0][0])
        return data

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except (DatabaseError, UpdateError) as problem:
            # Django reports every failed update as a session that is gone. Here it may be there all the same.
            failed = problem.__context__ if isinstance(problem, UpdateError) else problem
            trouble = trouble_of(failed)
            if failed is None or trouble is None:
                raise
            if must_create or trouble is not Trouble.NO_WRITES:
                raise failed from failed.__cause__
            log.critical("The database keeps nothing new; a session stays as it was.")


class AccountBackend(AuthenticationBackend):
    """Signing in as allauth does it; the user of a session is the one who came along with it."""

    def get_user(self, user_id: Any) -> User | None:
        came = came_along(UUID(str(user_id)))
        if came is None:
            user: User | None = super().get_user(user_id)
            return user
        return came.user if self.user_can_authenticate(came.user) else None


_PARTS: tuple[type[models.Model], ...] = (User, RoleGrant, Organization)


@cache
def _with_user() -> str:
    """One row per role; for a user without any, or a session without a user, one row with gaps."""
    columns = ", ".join(
        f"{model._meta.db_table}.{field.column}" for model in _PARTS for field in model._meta.concrete_fields
    )
    return f"""
        SELECT trust_session.session_data, {columns} FROM trust_session
        LEFT JOIN trust_user ON trust_user.id = trust_session.user_id
        LEFT JOIN trust_rolegrant ON trust_rolegrant.user_id = trust_user.id
        LEFT JOIN trust_organization ON trust_organization.id = trust_rolegrant.organization_id
        WHERE trust_session.session_key = %s AND trust_session.expire_date > %s
    """


def _who_came(rows: Sequence[tuple[Any, ...]]) -> CameAlong | None:
    users, grants, organizations = zip(*(_models_in(row) for row in rows), strict=True)
    if users[0] is None:
        return None
    for grant, organization in zip(grants, organizations, strict=True):
        if grant is not None:
            grant.organization = organization
    return CameAlong(user=users[0], grants=tuple(grant for grant in grants if grant is not None))


def _models_in(row: tuple[Any, ...]) -> Iterator[Any]:
    start = 1
    for model in _PARTS:
        names = [field.attname for field in model._meta.concrete_fields]
        values = row[start : start + len(names)]
        start += len(names)
        known = values[names.index(model._meta.pk.attname)] is not None  # type: ignore[union-attr]
        yield model.from_db(connection.alias, names, values) if known else None
