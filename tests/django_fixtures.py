"""The fixtures that need Django: a database, an organization, somebody acting, a browser signed in."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import databases
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from factories.installation import ensure_keys
from factories.organizations import new_organization
from factories.users import acting_in, new_user, signed_in
from psycopg.rows import dict_row

from beenthere.host.testing import TestServer
from beenthere.trust.acting import Acting
from beenthere.trust.models import Organization, User


@pytest.fixture(scope="session")
def state_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, static files and audit heads of this worker, away from anybody's own."""
    state = tmp_path_factory.mktemp("state")
    (state / "static").mkdir()
    settings.STATE, settings.KEYS, settings.AUDIT_HEADS = state, state / "keys", state / "audit-heads"
    settings.STATIC_ROOT = state / "static"
    storages = settings.STORAGES
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return state


@pytest.fixture(scope="session")
def database_server(
    state_directory: Path, django_test_environment: None, django_db_blocker: Any
) -> Iterator[TestServer]:
    """This worker's database, with Django pointed at it as the role that serves."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"beenthere_test_{worker}_{os.getpid()}"
    with databases.copy_of_template(name) as at:
        place = {"NAME": name, "HOST": str(at.directory), "USER": "beenthere_app", "PASSWORD": "", "PORT": ""}
        connections["default"].settings_dict.update(place)
        ensure_keys()
        yield at
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture
def database(database_server: TestServer, django_db_blocker: Any) -> Iterator[str]:
    """For tests that query. Gives the database's name."""
    with django_db_blocker.unblock():
        yield connections["default"].settings_dict["NAME"]


@pytest.fixture
def django_db_setup() -> None:
    raise RuntimeError(
        "tests here commit: ask for the fixture `database` or `organization` instead of django_db"
    )


def _connection(address: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(address, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def loader(database_server: TestServer, database: str) -> Iterator[psycopg.Connection]:
    """A connection of the role that steps over row security, to look at what is really there."""
    yield from _connection(database_server.addresses(database).loader)


@pytest.fixture
def owner(database_server: TestServer, database: str) -> Iterator[psycopg.Connection]:
    """A connection of the role that owns the tables."""
    yield from _connection(database_server.addresses(database).owner)


@pytest.fixture
def served(database_server: TestServer, database: str) -> Iterator[psycopg.Connection]:
    """A plain connection of the role that serves, with none of Django's wrappers."""
    yield from _connection(database_server.addresses(database).app)


@pytest.fixture
def superuser(database_server: TestServer, database: str) -> Iterator[psycopg.Connection]:
    """The database administrator, against whom the audit is sealed."""
    yield from _connection(database_server.superuser.replace("/postgres?", f"/{database}?"))


@pytest.fixture
def organization(database: str) -> Organization:
    """A fresh organization with a data key and two programs: `.harbor` (Part 2) and `.day_room` (not)."""
    return new_organization()


@pytest.fixture
def other_organization(database: str) -> Organization:
    """A second one: what happens in the first is nothing to it."""
    return new_organization()


@pytest.fixture
def make_user(organization: Organization) -> Callable[..., User]:
    """`make_user(role, program=None, *, name="", organization=None)` -> a user who holds that role."""

    def make(role: str, program: Any = None, **more: Any) -> User:
        return new_user(more.pop("organization", None) or organization, role, program, **more)

    return make


@pytest.fixture
def acting_as(organization: Organization) -> Callable[..., AbstractContextManager[Acting]]:
    """`with acting_as(role, program=None, *, user=None, organization=None) as acting:` is a transaction."""

    def open_acting(role: str, program: Any = None, **more: Any) -> AbstractContextManager[Acting]:
        return acting_in(more.pop("organization", None) or organization, role, program, **more)

    return open_acting


@pytest.fixture
def client_as(organization: Organization) -> Callable[..., Client]:
    """`client_as(role, program=None, *, user=None, organization=None)`: signed in, second factor done.

    The user is `client.user`.
    """

    def sign_in(role: str, program: Any = None, **more: Any) -> Client:
        return signed_in(more.pop("organization", None) or organization, role, program, **more)

    return sign_in
